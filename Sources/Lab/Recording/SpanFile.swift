import Foundation
import IncidentModel
import Telemetry

/// Reads spans from OTLP JSON Lines, as the OpenTelemetry Collector's file exporter and the shop write them.
struct SpanFile {
  private struct Line: Decodable {
    var resourceSpans: [Resource]
    struct Resource: Decodable {
      var resource: Attributes
      var scopeSpans: [Scope]
    }
    struct Attributes: Decodable { var attributes: [Attribute] }
    struct Attribute: Decodable {
      var key: String
      var value: Value
    }
    struct Value: Decodable { var stringValue: String? }
    struct Scope: Decodable { var spans: [Span] }
    struct Span: Decodable {
      var traceId: String
      var spanId: String
      var parentSpanId: String?
      var name: String
      var startTimeUnixNano: String
      var endTimeUnixNano: String
      var status: Status?
    }
    struct Status: Decodable { var code: Int? }
  }

  /// Spans that begin in the window. Lines that break off are passed over: the file is being written.
  static func read(_ text: Data, in window: TimeWindow, to builder: inout SpanTableBuilder) {
    let decoder = JSONDecoder()
    for line in text.split(separator: 10) {
      guard let decoded = try? decoder.decode(Line.self, from: line) else { continue }
      for resource in decoded.resourceSpans {
        let name = resource.resource.attributes.first { $0.key == "service.name" }?.value.stringValue ?? ""
        for span in resource.scopeSpans.flatMap(\.spans) {
          guard !name.isEmpty, let start = Int64(span.startTimeUnixNano), let end = Int64(span.endTimeUnixNano),
            window.contains(Timestamp(nanoseconds: start))
          else { continue }
          builder.append(
            trace: span.traceId, span: span.spanId, parent: span.parentSpanId, component: name, operation: span.name,
            start: start, end: end, failed: span.status?.code == 2)
        }
      }
    }
  }
}

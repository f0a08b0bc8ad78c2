import IncidentModel
import TextReading

/// Collects log records; spans are found when all are known.
struct OTLPLogs {
  private(set) var extent: (first: Int64, last: Int64)?
  private var records: [Record] = []

  private struct Record {
    var time: Int64
    var component: String
    var severity: LogSeverity
    var body: String
    var trace: String
    var span: String
  }

  /// One record, whose object the reader is in. One without a time of its own has that of its collection; one with
  /// neither cannot be placed and is left out.
  mutating func read(_ reader: inout JSONReader, _ component: ComponentID) throws {
    var (time, observed): (Int64, Int64) = (0, 0)
    var (severity, body, trace, span, event) = (LogSeverity.unknown, "", "", "", "")
    var word = ""
    var attributes: [String: String] = [:]
    while try reader.nextMember() {
      if reader.keyIs("timeUnixNano") {
        time = try reader.otlpTime()
      } else if reader.keyIs("observedTimeUnixNano") {
        observed = try reader.otlpTime()
      } else if reader.keyIs("severityNumber"), reader.peek() != UInt8(ascii: "\"") {
        severity = LogSeverity(otlpNumber: try reader.number())
      } else if reader.keyIs("severityText") {
        word = try reader.text()
      } else if reader.keyIs("body") {
        body = try reader.otlpValue() ?? ""
      } else if reader.keyIs("eventName") {
        event = try reader.text()
      } else if reader.keyIs("attributes") {
        attributes = try reader.otlpAttributes()
      } else if reader.keyIs("traceId") {
        trace = try reader.text().lowercased()
      } else if reader.keyIs("spanId") {
        span = try reader.text().lowercased()
      } else {
        try reader.skipValue()
      }
    }
    if time == 0 { time = observed }
    guard time > 0 else { return }
    if severity == .unknown { severity = withUTF8Bytes(word) { LogSeverity(word: $0) } }
    if body.isEmpty { body = event }
    // What was thrown tells more than that something was.
    if let type = attributes["exception.type"], !body.contains(type) {
      body += (body.isEmpty ? "" : ": ") + type + (attributes["exception.message"].map { ": \($0)" } ?? "")
    }
    records.append(
      Record(time: time, component: component.rawValue, severity: severity, body: body, trace: trace, span: span))
    extent = (min(extent?.first ?? time, time), max(extent?.last ?? time, time))
  }

  func build(_ spans: SpanIndex) -> LogTable {
    var builder = LogTableBuilder(spans: spans)
    for record in records {
      builder.append(
        time: record.time, component: record.component, severity: record.severity, body: record.body,
        trace: record.trace, span: record.span)
    }
    return builder.build()
  }
}

extension LogSeverity {
  /// OpenTelemetry's 24 numbers, four to each level.
  fileprivate init(otlpNumber number: Double) {
    self =
      switch number {
      case 1..<5: .trace
      case 5..<9: .debug
      case 9..<13: .info
      case 13..<17: .warning
      case 17..<21: .error
      case 21...24: .fatal
      default: .unknown
      }
  }
}

import IncidentModel
import TextReading

/// Collects spans. A call whose callee sends nothing (a database, somebody else's service) gets a span of the callee's
/// own, as long as the call: otherwise time that is spent there would be blamed on the caller.
struct OTLPSpans {
  private(set) var extent: (first: Int64, last: Int64)?
  private var builder = SpanTableBuilder()
  /// Calls that may have left the recording.
  private var outgoing: [OutgoingCall] = []
  /// Spans without a time, which cannot be placed.
  private var timelessCount = 0

  private struct OutgoingCall {
    var trace: String
    var span: String
    var peer: String
    var operation: String
    var start: Int64
    var end: Int64
    var failed: Bool
  }

  var blindSpots: [String] {
    var sentences: [String] = []
    if builder.duplicateCount > 0 {
      sentences.append(
        "\(builder.duplicateCount) spans repeat the identifier of another in their trace; the first of each was kept.")
    }
    if timelessCount > 0 { sentences.append("\(timelessCount) spans have no start and were left out.") }
    return sentences
  }

  /// One span, whose object the reader is in.
  mutating func read(_ reader: inout JSONReader, _ component: ComponentID) throws {
    var (trace, span, parent, operation) = ("", "", "", "")
    var (start, end): (Int64, Int64) = (0, 0)
    var kind = 0.0
    var failed = false
    var attributes: [String: String] = [:]
    while try reader.nextMember() {
      if reader.keyIs("traceId") {
        trace = try reader.text().lowercased()
      } else if reader.keyIs("spanId") {
        span = try reader.text().lowercased()
      } else if reader.keyIs("parentSpanId") {
        parent = try reader.textIfNotNull()?.lowercased() ?? ""
      } else if reader.keyIs("name") {
        operation = try reader.text()
      } else if reader.keyIs("startTimeUnixNano") {
        start = try reader.otlpTime()
      } else if reader.keyIs("endTimeUnixNano") {
        end = try reader.otlpTime()
      } else if reader.keyIs("kind") {
        kind = try Self.code(&reader, named: ["SPAN_KIND_CLIENT": 3, "SPAN_KIND_PRODUCER": 4])
      } else if reader.keyIs("status") {
        failed = try Self.isFailure(&reader)
      } else if reader.keyIs("attributes") {
        attributes = try reader.otlpAttributes()
      } else {
        try reader.skipValue()
      }
    }
    guard start > 0 else {
      timelessCount += 1
      return
    }
    // All zeros stand for no parent.
    if parent.allSatisfy({ $0 == "0" }) { parent = "" }
    builder.append(
      trace: trace, span: span, parent: parent.isEmpty ? nil : parent, component: component.rawValue,
      operation: operation, start: start, end: end, failed: failed)
    extent = (min(extent?.first ?? start, start), max(extent?.last ?? start, max(start, end)))
    if kind == 3 || kind == 4, !span.isEmpty, let peer = Self.peer(attributes) {
      outgoing.append(
        OutgoingCall(
          trace: trace, span: span, peer: peer, operation: operation, start: start, end: max(start, end),
          failed: failed))
    }
  }

  func build() -> (table: SpanTable, index: SpanIndex) {
    let (table, index) = builder.build()
    var hasChild = [Bool](repeating: false, count: table.count)
    for parent in table.parents where parent >= 0 { hasChild[Int(parent)] = true }
    var whole = builder
    for call in outgoing {
      let row = Array(call.trace.utf8).withUnsafeBytes { trace in
        Array(call.span.utf8).withUnsafeBytes { span in index.row(trace: trace, span: span) }
      }
      guard row >= 0, !hasChild[Int(row)] else { continue }
      whole.append(
        trace: call.trace, span: "", parent: call.span, component: call.peer, operation: call.operation,
        start: call.start, end: call.end, failed: call.failed)
    }
    return whole.count == table.count ? (table, index) : whole.build()
  }

  /// Who was called, by the conventions of today and of earlier years; nil where only a number says it.
  private static func peer(_ attributes: [String: String]) -> String? {
    let named = ["peer.service", "server.address", "net.peer.name", "messaging.system", "db.system.name", "db.system"]
    return named.lazy.compactMap { attributes[$0] }.first { name in
      name.contains(where: \.isLetter) && name != "localhost"
    }
  }

  private static func isFailure(_ reader: inout JSONReader) throws -> Bool {
    guard reader.peek() == UInt8(ascii: "{") else {
      try reader.skipValue()
      return false
    }
    var code = 0.0
    try reader.beginObject()
    while try reader.nextMember() {
      if reader.keyIs("code") {
        code = try Self.code(&reader, named: ["STATUS_CODE_ERROR": 2])
      } else {
        try reader.skipValue()
      }
    }
    return code == 2
  }

  /// A code as a number, or as the name that some writers use; 0 for any other name.
  private static func code(_ reader: inout JSONReader, named names: [String: Double]) throws -> Double {
    reader.peek() == UInt8(ascii: "\"") ? names[try reader.text()] ?? 0 : try reader.number()
  }
}

import IncidentModel
import TextReading

/// Reads `spans.jsonl`.
///
/// A record needs `component` and `start`; `status` is `ok`, `unset` or `error`; unknown keys are passed over.
func readCaseSpans(_ file: FileBytes, limits: ReadLimits) throws -> SpanTableBuilder {
  var builder = SpanTableBuilder()
  var reader = try JSONReader(file, limits: limits)
  let none = UnsafeRawBufferPointer(start: nil, count: 0)
  while try reader.nextRecord() {
    var (trace, span, parent, component, operation) = (none, none, none, none, none)
    var start: Int64?
    var durationMilliseconds = 0.0
    var failed = false
    while try reader.nextMember() {
      if reader.keyIs("trace") {
        trace = try reader.string()
      } else if reader.keyIs("span") {
        span = try reader.string()
      } else if reader.keyIs("parent") {
        parent = try reader.stringIfNotNull() ?? none
      } else if reader.keyIs("component") {
        component = try reader.string()
      } else if reader.keyIs("operation") {
        operation = try reader.string()
      } else if reader.keyIs("start") {
        start = try reader.timestamp()
      } else if reader.keyIs("durationMs") {
        durationMilliseconds = try readDuration(&reader)
      } else if reader.keyIs("status") {
        failed = try readStatus(&reader)
      } else {
        try reader.skipValue()
      }
    }
    guard !component.isEmpty else { throw reader.error("the span has no component") }
    guard let start else { throw reader.error("the span has no start") }
    // The largest duration is far below what overflows a start in the representable years.
    let end = start.addingReportingOverflow(Int64((durationMilliseconds * 1e6).rounded())).partialValue
    builder.append(
      trace: trace, span: span, parent: parent, component: component, operation: operation, start: start, end: end,
      failed: failed)
  }
  return builder
}

/// At most a year, so that nanoseconds are exact and sums do not overflow.
private func readDuration(_ reader: inout JSONReader) throws -> Double {
  let value = try reader.number()
  guard value >= 0, value <= 366 * 86_400_000 else {
    throw reader.error("a duration in milliseconds is expected here, from 0 up to a year")
  }
  return value
}

private func readStatus(_ reader: inout JSONReader) throws -> Bool {
  let word = try reader.text().lowercased()
  // OpenTelemetry's own spelling has a prefix.
  switch word.hasPrefix("status_code_") ? word.dropFirst("status_code_".count) : word[...] {
  case "error": return true
  case "ok", "unset", "": return false
  default: throw reader.error("the status must be ok, unset or error, not “\(word.prefix(40))”")
  }
}

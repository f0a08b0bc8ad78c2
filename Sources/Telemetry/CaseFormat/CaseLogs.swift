import IncidentModel
import TextReading

/// Reads `logs.jsonl`.
///
/// A record needs `time` and `component`; `severity` is a word that loggers use, and otherwise the one that the
/// line begins with; unknown keys are passed over.
func readCaseLogs(_ file: FileBytes, spans: SpanIndex, limits: ReadLimits) throws -> LogTable {
  var builder = LogTableBuilder(spans: spans)
  var reader = try JSONReader(file, limits: limits)
  let none = UnsafeRawBufferPointer(start: nil, count: 0)
  while try reader.nextRecord() {
    var (component, body, trace, span) = (none, none, none, none)
    var time: Int64?
    var severity = LogSeverity.unknown
    while try reader.nextMember() {
      if reader.keyIs("time") {
        time = try reader.timestamp()
      } else if reader.keyIs("component") {
        component = try reader.string()
      } else if reader.keyIs("severity") {
        severity = try reader.stringIfNotNull().map { LogSeverity(word: $0) } ?? .unknown
      } else if reader.keyIs("body") {
        body = try reader.string()
      } else if reader.keyIs("trace") {
        trace = try reader.stringIfNotNull() ?? none
      } else if reader.keyIs("span") {
        span = try reader.stringIfNotNull() ?? none
      } else {
        try reader.skipValue()
      }
    }
    guard !component.isEmpty else { throw reader.error("the record has no component") }
    guard let time else { throw reader.error("the record has no time") }
    if severity == .unknown { severity = LogSeverity(line: String(decoding: body.prefix(200), as: UTF8.self)) }
    builder.append(time: time, component: component, severity: severity, body: body, trace: trace, span: span)
  }
  return builder.build()
}

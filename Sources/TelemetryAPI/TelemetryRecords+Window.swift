import IncidentModel
import Telemetry

extension TelemetryRecords {
  /// As a window of its own, without what lies outside of it.
  package func window(_ incident: Incident) -> TelemetryWindow {
    let range = incident.window.start.nanoseconds..<incident.window.end.nanoseconds
    var assembly = WindowAssembly(incident: incident)
    let (table, index) = spanTable(range)
    assembly.spans = table
    var lines = LogTableBuilder(spans: index)
    for entry in logs where range.contains(entry.time) {
      let named = ContiguousArray(entry.severity.utf8).withUnsafeBytes { LogSeverity(word: $0) }
      lines.append(
        time: entry.time, component: entry.component,
        severity: named == .unknown ? LogSeverity(line: entry.body) : named, body: entry.body, trace: entry.trace,
        span: entry.span)
    }
    assembly.logs = lines.build()
    assembly.calls = calls.map { ServiceMap.Call(from: ComponentID($0.from), to: ComponentID($0.to)) }
    assembly.blindSpots = blindSpots
    return assembly.window()
  }

  /// A call whose callee sends nothing gets a span of the callee's own, as long as the call: otherwise time that is spent
  /// there would be blamed on the caller.
  private func spanTable(_ range: Range<Int64>) -> (table: SpanTable, index: SpanIndex) {
    var builder = SpanTableBuilder()
    let inside = spans.filter { range.contains($0.start) }
    var hasChild: Set<[String]> = []
    for span in inside {
      builder.append(
        trace: span.trace, span: span.span, parent: span.parent, component: span.component,
        operation: span.operation, start: span.start, end: span.end, failed: span.failed)
      if let parent = span.parent { hasChild.insert([span.trace, parent]) }
    }
    var answered: Set<[String]> = []
    for span in inside {
      guard let peer = span.peer, !hasChild.contains([span.trace, span.span]),
        answered.insert([span.trace, span.span]).inserted
      else { continue }
      builder.append(
        trace: span.trace, span: "", parent: span.span, component: peer, operation: span.operation, start: span.start,
        end: span.end, failed: span.failed)
    }
    return builder.build()
  }
}

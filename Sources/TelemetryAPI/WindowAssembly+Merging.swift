import IncidentModel
import Telemetry

extension WindowAssembly {
  /// Adds what another source gave of the same window. Series, components and traces that are there already stay as they
  /// are, since two sources may hold the same ones.
  package mutating func add(_ read: TelemetryWindow) {
    let taken = Set(metrics.map(\.key))
    metrics += read.metrics.filter { !taken.contains($0.key) }
    let known = Set(components.map(\.id))
    components += read.serviceMap.components.filter { !known.contains($0.id) }
    calls += read.serviceMap.calls
    alerts += read.alerts
    changes += read.changes
    add(read.spans, read.logs)
    // What one source lacks another may have.
    let standing = WindowAssembly(incident: read.incident).window().blindSpots
    blindSpots += read.blindSpots.filter { !standing.contains($0) }
  }

  private mutating func add(_ otherSpans: SpanTable, _ otherLogs: LogTable) {
    guard !otherSpans.isEmpty || !otherLogs.isEmpty else { return }
    guard !spans.isEmpty || !logs.isEmpty else {
      (spans, logs) = (otherSpans, otherLogs)
      return
    }
    let known = Set(spans.traceNames)
    var builder = SpanTableBuilder()
    spans.append(to: &builder, prefix: "a") { _ in true }
    otherSpans.append(to: &builder, prefix: "b") { !known.contains($0) }
    let (table, index) = builder.build()
    var lines = LogTableBuilder(spans: index)
    logs.append(to: &lines, spans: spans, prefix: "a")
    otherLogs.append(to: &lines, spans: otherSpans, prefix: "b")
    (spans, logs) = (table, lines.build())
  }
}

extension SpanTable {
  /// - Parameter prefix: of the rows' identifiers, so that those of two tables do not meet.
  fileprivate func append(to builder: inout SpanTableBuilder, prefix: String, isTaken: (String) -> Bool) {
    let taken = traceNames.map(isTaken)
    for row in 0..<count where taken[Int(traces[row])] {
      builder.append(
        trace: traceNames[Int(traces[row])], span: "\(prefix)\(row)",
        parent: parents[row] < 0 ? nil : "\(prefix)\(parents[row])",
        component: componentNames[Int(components[row])].rawValue, operation: operationNames[Int(operations[row])],
        start: starts[row], end: ends[row], failed: failed[row])
    }
  }
}

extension LogTable {
  fileprivate func append(to builder: inout LogTableBuilder, spans table: SpanTable, prefix: String) {
    for row in 0..<count {
      let span = Int(spans[row])
      builder.append(
        time: times[row], component: componentNames[Int(components[row])].rawValue, severity: severities[row],
        body: bodyText(row), trace: span < 0 ? "" : table.traceNames[Int(table.traces[span])],
        span: span < 0 ? "" : "\(prefix)\(span)")
    }
  }
}

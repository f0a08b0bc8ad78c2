import IncidentModel

/// Spans and logs of one stretch of a day, parsed: cases share the stretches before earlier injections.
struct NezhaPiece: Sendable {
  /// Traces that begin in the stretch, whole.
  var spans = SpanTable()
  /// Lines of those spans, and lines of other spans that were written in the stretch.
  var logs = LogTable()
  /// The files it was read from, by their names inside the dataset folder.
  var digests: [String: String] = [:]
  /// By file: rows that were written over or cut off, and are left out.
  var damagedRows: [String: Int] = [:]
}

extension SpanTable {
  /// The traces whose earliest span starts in a window, and where each row went (-1: nowhere).
  func keepingTraces(beginningIn window: TimeWindow) -> (table: SpanTable, newRows: [Int32]) {
    var isKept = [Bool?](repeating: nil, count: traceNames.count)
    var newRows = [Int32](repeating: -1, count: count)
    var table = SpanTable()
    var newTraces = [Int32](repeating: -1, count: traceNames.count)
    for row in 0..<count {
      let trace = Int(traces[row])
      // Rows are sorted by start: the first of a trace is its earliest.
      let keeps = isKept[trace] ?? window.contains(Timestamp(nanoseconds: starts[row]))
      isKept[trace] = keeps
      guard keeps else { continue }
      if newTraces[trace] < 0 {
        newTraces[trace] = Int32(truncatingIfNeeded: table.traceNames.count)
        table.traceNames.append(traceNames[trace])
      }
      newRows[row] = Int32(truncatingIfNeeded: table.count)
      table.traces.append(newTraces[trace])
      table.components.append(components[row])
      table.operations.append(operations[row])
      table.starts.append(starts[row])
      table.ends.append(ends[row])
      table.failed.append(failed[row])
    }
    for row in 0..<count where newRows[row] >= 0 {
      table.parents.append(parents[row] < 0 ? -1 : newRows[Int(parents[row])])
    }
    table.componentNames = componentNames
    table.operationNames = operationNames
    return (table, newRows)
  }
}

extension LogTable {
  /// Appends a row of another table under new numbers.
  mutating func append(_ other: LogTable, _ row: Int, component: Int32, span: Int32) {
    times.append(other.times[row])
    components.append(component)
    severities.append(other.severities[row])
    spans.append(span)
    bodyBytes.append(contentsOf: other.body(row))
    bodyEnds.append(bodyBytes.count)
  }
}

import IncidentModel

/// Puts pieces together to the spans and logs of one case.
struct NezhaAssembly {
  private var pieces: [NezhaPiece] = []

  mutating func add(_ piece: NezhaPiece) { pieces.append(piece) }

  /// Over all files; a file that several pieces were cut from counts once.
  var damagedRowCount: Int {
    pieces.reduce(into: [String: Int]()) { $0.merge($1.damagedRows) { max($0, $1) } }.values.reduce(0, +)
  }

  /// Spans sorted by start, logs by time. A trace that two pieces have counts once, with the earlier piece.
  func build() -> (spans: SpanTable, logs: LogTable) {
    var spans = SpanTable()
    var logs = LogTable()
    var components = NameNumbers<ComponentID>()
    var logComponents = NameNumbers<ComponentID>()
    var operations = NameNumbers<String>()
    var seen: Set<String> = []
    for piece in pieces {
      let isKept = piece.spans.traceNames.map { seen.insert($0).inserted }
      let newComponents = piece.spans.componentNames.map { components.number(of: $0) }
      let newOperations = piece.spans.operationNames.map { operations.number(of: $0) }
      var newTraces = [Int32](repeating: -1, count: isKept.count)
      for trace in isKept.indices where isKept[trace] {
        newTraces[trace] = Int32(truncatingIfNeeded: spans.traceNames.count)
        spans.traceNames.append(piece.spans.traceNames[trace])
      }
      var newRows = [Int32](repeating: -1, count: piece.spans.count)
      for row in 0..<piece.spans.count where isKept[Int(piece.spans.traces[row])] {
        newRows[row] = Int32(truncatingIfNeeded: spans.traces.count)
        spans.traces.append(newTraces[Int(piece.spans.traces[row])])
        spans.components.append(newComponents[Int(piece.spans.components[row])])
        spans.operations.append(newOperations[Int(piece.spans.operations[row])])
        spans.starts.append(piece.spans.starts[row])
        spans.ends.append(piece.spans.ends[row])
        spans.failed.append(piece.spans.failed[row])
      }
      for row in 0..<piece.spans.count where newRows[row] >= 0 {
        let parent = piece.spans.parents[row]
        spans.parents.append(parent < 0 ? -1 : newRows[Int(parent)])
      }
      let newLogComponents = piece.logs.componentNames.map { logComponents.number(of: $0) }
      for row in 0..<piece.logs.count {
        let span = piece.logs.spans[row]
        let newSpan = span < 0 ? -1 : newRows[Int(span)]
        guard span < 0 || newSpan >= 0 else { continue }
        logs.append(piece.logs, row, component: newLogComponents[Int(piece.logs.components[row])], span: newSpan)
      }
    }
    spans.componentNames = components.names
    spans.operationNames = operations.names
    logs.componentNames = logComponents.names
    let newRows = Self.sort(&spans)
    for row in 0..<logs.count where logs.spans[row] >= 0 {
      if let newRows { logs.spans[row] = newRows[Int(logs.spans[row])] }
    }
    return (spans, Self.sorted(logs))
  }

  /// Where each row went; nil when they were in order.
  private static func sort(_ spans: inout SpanTable) -> [Int32]? {
    guard let order = ascendingOrder(spans.starts) else { return nil }
    var newRows = [Int32](repeating: -1, count: order.count)
    for (row, old) in order.enumerated() { newRows[old] = Int32(truncatingIfNeeded: row) }
    let old = spans
    spans.traces = order.map { old.traces[$0] }
    spans.components = order.map { old.components[$0] }
    spans.operations = order.map { old.operations[$0] }
    spans.starts = order.map { old.starts[$0] }
    spans.ends = order.map { old.ends[$0] }
    spans.failed = order.map { old.failed[$0] }
    spans.parents = order.map { old.parents[$0] < 0 ? -1 : newRows[Int(old.parents[$0])] }
    return newRows
  }

  private static func sorted(_ logs: LogTable) -> LogTable {
    guard let order = ascendingOrder(logs.times) else { return logs }
    var table = LogTable()
    table.componentNames = logs.componentNames
    for row in order { table.append(logs, row, component: logs.components[row], span: logs.spans[row]) }
    return table
  }
}

/// Numbers names 0, 1, 2, … in the order of their first appearance.
struct NameNumbers<Name: Hashable> {
  private(set) var names: [Name] = []
  private var numbers: [Name: Int32] = [:]

  mutating func number(of name: Name) -> Int32 {
    if let number = numbers[name] { return number }
    let number = Int32(truncatingIfNeeded: names.count)
    numbers[name] = number
    names.append(name)
    return number
  }
}

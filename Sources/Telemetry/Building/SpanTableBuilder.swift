import IncidentModel

/// Collects spans in any order and makes a `SpanTable` of them: names numbered, parents linked within their trace,
/// duplicates dropped, rows sorted.
package struct SpanTableBuilder: Sendable {
  /// Spans whose identifier their trace had already; the first one counts.
  package private(set) var duplicateCount = 0
  private var traceNames = ByteInterner()
  private var componentNames = ByteInterner()
  private var operationNames = ByteInterner()
  /// Span identifiers, each within its trace.
  private var identifiers = ByteInterner()
  /// The row of each number in `identifiers`, or -1 for one that only parents were named by.
  private var rowOfIdentifier: [Int32] = []
  private var traces: [Int32] = []
  private var parentIdentifiers: [Int32] = []
  private var components: [Int32] = []
  private var operations: [Int32] = []
  private var starts: [Int64] = []
  private var ends: [Int64] = []
  private var failed: [Bool] = []

  package init() {}

  package var count: Int { starts.count }

  /// One span; `parent` is empty for a root, `start` and `end` are nanoseconds since 1970, and an end before the start
  /// is moved to it. A span without an identifier is kept and cannot be a parent.
  package mutating func append(
    trace: UnsafeRawBufferPointer, span: UnsafeRawBufferPointer, parent: UnsafeRawBufferPointer,
    component: UnsafeRawBufferPointer, operation: UnsafeRawBufferPointer, start: Int64, end: Int64, failed: Bool
  ) {
    let traceNumber = traceNames.number(of: trace)
    if !span.isEmpty {
      let identifier = number(traceNumber, span)
      guard rowOfIdentifier[identifier] < 0 else {
        duplicateCount += 1
        return
      }
      rowOfIdentifier[identifier] = Int32(truncatingIfNeeded: count)
    }
    parentIdentifiers.append(parent.isEmpty ? -1 : Int32(truncatingIfNeeded: number(traceNumber, parent)))
    traces.append(traceNumber)
    components.append(componentNames.number(of: component))
    operations.append(operationNames.number(of: operation))
    starts.append(start)
    ends.append(max(start, end))
    self.failed.append(failed)
  }

  /// The same from strings, for where speed does not matter.
  package mutating func append(
    trace: String, span: String, parent: String?, component: String, operation: String, start: Int64, end: Int64,
    failed: Bool
  ) {
    let texts = [trace, span, parent ?? "", component, operation].map { ContiguousArray($0.utf8) }
    texts[0].withUnsafeBytes { trace in
      texts[1].withUnsafeBytes { span in
        texts[2].withUnsafeBytes { parent in
          texts[3].withUnsafeBytes { component in
            texts[4].withUnsafeBytes { operation in
              append(
                trace: trace, span: span, parent: parent, component: component, operation: operation, start: start,
                end: end, failed: failed)
            }
          }
        }
      }
    }
  }

  private mutating func number(_ trace: Int32, _ span: UnsafeRawBufferPointer) -> Int {
    let number = Int(identifiers.number(prefix: trace, span))
    if number == rowOfIdentifier.count { rowOfIdentifier.append(-1) }
    return number
  }

  /// The table, and an index by which logs find their spans.
  package func build() -> (table: SpanTable, index: SpanIndex) {
    let order = ascendingOrder(starts)
    var newRow = [Int32](repeating: -1, count: count)
    for row in 0..<count { newRow[order?[row] ?? row] = Int32(truncatingIfNeeded: row) }
    func sorted<Value>(_ column: [Value]) -> [Value] { order.map { $0.map { column[$0] } } ?? column }
    let rowOfIdentifier = rowOfIdentifier.map { $0 < 0 ? -1 : newRow[Int($0)] }
    var table = SpanTable()
    table.starts = sorted(starts)
    table.ends = sorted(ends)
    table.failed = sorted(failed)
    table.traces = sorted(traces)
    table.components = sorted(components)
    table.operations = sorted(operations)
    table.parents = sorted(parentIdentifiers).map { $0 < 0 ? -1 : rowOfIdentifier[Int($0)] }
    breakCycles(&table.parents)
    table.traceNames = renumber(&table.traces, count: traceNames.count).order.map { traceNames.text($0) }
    table.componentNames = renumber(&table.components, count: componentNames.count).order
      .map { ComponentID(componentNames.text($0)) }
    table.operationNames = renumber(&table.operations, count: operationNames.count).order
      .map { operationNames.text($0) }
    return (table, SpanIndex(traces: traceNames, identifiers: identifiers, rows: rowOfIdentifier))
  }

  /// A span that would be its own ancestor becomes a root, so that walks up end.
  private func breakCycles(_ parents: inout [Int32]) {
    // 0 not seen, otherwise the walk that saw it.
    var seenBy = [Int32](repeating: 0, count: parents.count)
    for start in parents.indices where seenBy[start] == 0 {
      let walk = Int32(truncatingIfNeeded: start + 1)
      var row = start
      while seenBy[row] == 0 {
        seenBy[row] = walk
        guard parents[row] >= 0 else { break }
        if seenBy[Int(parents[row])] == walk {
          parents[row] = -1
          break
        }
        row = Int(parents[row])
      }
    }
  }
}

/// Finds the row of a span by its trace and its identifier.
package struct SpanIndex: Sendable {
  fileprivate let traces: ByteInterner
  fileprivate let identifiers: ByteInterner
  fileprivate let rows: [Int32]

  package static let empty = SpanTableBuilder().build().index

  /// The row, or -1 for a span that was not recorded.
  package func row(trace: UnsafeRawBufferPointer, span: UnsafeRawBufferPointer) -> Int32 {
    guard !span.isEmpty, let traceNumber = traces.existingNumber(trace),
      let identifier = identifiers.existingNumber(prefix: traceNumber, span)
    else { return -1 }
    return rows[Int(identifier)]
  }
}

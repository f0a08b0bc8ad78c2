import IncidentModel

/// Spans in columns, sorted by start, then by the order in which they were read.
///
/// Names are interned: a column holds positions in the name arrays. Duplicate span identifiers are dropped by the
/// builder, and parents are rows of this table.
package struct SpanTable: Sendable {
  package var componentNames: [ComponentID] = []
  package var operationNames: [String] = []
  package var traceNames: [String] = []

  package var traces: [Int32] = []
  /// The row of the parent, or -1 for a root or a parent that was not recorded.
  package var parents: [Int32] = []
  package var components: [Int32] = []
  package var operations: [Int32] = []
  /// Nanoseconds since 1970.
  package var starts: [Int64] = []
  /// Nanoseconds since 1970, never before the start.
  package var ends: [Int64] = []
  package var failed: [Bool] = []

  package init() {}

  package var count: Int { starts.count }
  package var isEmpty: Bool { starts.isEmpty }

  /// The rows that start inside the window, by binary search.
  package func rows(in window: TimeWindow) -> Range<Int> {
    let lower = starts.firstIndex(notBelow: window.start.nanoseconds)
    let upper = starts.firstIndex(notBelow: window.end.nanoseconds)
    return lower..<max(lower, upper)
  }
}

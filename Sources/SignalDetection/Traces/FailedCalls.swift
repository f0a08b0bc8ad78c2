/// Which requests had a call of theirs fail, and since when.
///
/// Whoever calls a service that fails waits before it asks again, gives up, and leaves out what would have followed. That
/// is the callee's doing, and shows in the caller's own time and steps.
struct FailedCalls {
  /// By row of an entry span, when the first of its calls to other services that failed began; `Int64.max` where none did.
  private var begins: [Int64]
  private let entryOfRow: [Int32]

  init(_ frame: TraceFrame) {
    begins = [Int64](repeating: .max, count: frame.table.count)
    entryOfRow = frame.entryOfRow
    for row in 0..<frame.table.count where frame.table.failed[row] {
      let parent = frame.remoteParent(of: row)
      let caller = parent >= 0 ? parent : frame.unansweredCall(row) >= 0 ? row : -1
      guard caller >= 0, frame.entryOfRow[caller] >= 0 else { continue }
      let entry = Int(frame.entryOfRow[caller])
      begins[entry] = min(begins[entry], frame.table.starts[row])
    }
  }

  /// Whether any call of an entry span failed.
  func isAny(ofEntry row: Int) -> Bool { begins[row] < .max }

  /// Whether one that began before a moment failed, in the request that the span belongs to.
  func isAny(before moment: Int64, inRequestOf row: Int) -> Bool {
    entryOfRow[row] >= 0 && begins[Int(entryOfRow[row])] < moment
  }
}

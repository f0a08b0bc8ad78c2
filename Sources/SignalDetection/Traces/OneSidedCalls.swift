import IncidentModel

/// Services of which a single caller gets bad answers, to whatever it asks, while all others are served as usual.
///
/// A pool that is too small or a route that is broken lies on the caller's side; where the callee has no spans of its
/// own, the time in it is what its caller measured, and the two cannot be told apart by time alone.
struct OneSidedCalls {
  /// By callee, the only caller that suffers.
  private var callers: [Int32: Int32] = [:]

  private static let suffering = 0.5
  private static let served = 0.1
  /// Calls of others that show that they are served, and calls of one kind that show that it is not.
  private static let fewestCalls = 5
  /// One kind of question that fares badly may be the answerer's trouble with just that question.
  private static let fewestKinds = 2

  private struct Count {
    var calls = 0
    var bad = 0
    var share: Double { Double(bad) / Double(max(calls, 1)) }
  }

  /// - Parameter isBad: by row, whether the answer was slow or an error.
  init(_ frame: TraceFrame, isBad: (Int) -> Bool) {
    var kinds: [Int32: [Int32: [Int32: Count]]] = [:]
    for row in 0..<frame.table.count where frame.windowOfRow[row] == 0 {
      let parent = frame.remoteParent(of: row)
      guard parent >= 0, frame.callee(ofClientSpan: parent) < 0, frame.children[row].isEmpty else { continue }
      let (callee, caller) = (frame.serviceOfRow[row], frame.serviceOfRow[parent])
      kinds[callee, default: [:]][caller, default: [:]][frame.nodeOfRow[row], default: Count()].calls += 1
      if isBad(row) { kinds[callee]?[caller]?[frame.nodeOfRow[row]]?.bad += 1 }
    }
    for (callee, byCaller) in kinds {
      let totals = byCaller.mapValues { kinds in
        kinds.values.reduce(into: Count()) { sum, one in
          sum.calls += one.calls
          sum.bad += one.bad
        }
      }
      let sufferers = totals.filter { $0.value.share > Self.served }
      guard sufferers.count == 1, let caller = sufferers.keys.first, let asked = byCaller[caller] else { continue }
      let others = totals.filter { $0.key != caller }.reduce(0) { $0 + $1.value.calls }
      let clear = asked.values.filter { $0.calls >= Self.fewestCalls }
      if others >= Self.fewestCalls, clear.count >= Self.fewestKinds, clear.allSatisfy({ $0.share >= Self.suffering }) {
        callers[callee] = caller
      }
    }
  }

  /// The caller whose own trouble it may be, or nil.
  func sufferer(of callee: Int32) -> Int32? { callers[callee] }
}

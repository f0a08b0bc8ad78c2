import IncidentModel
import Telemetry

/// Failing requests, each laid at the door of the deepest span that failed.
///
/// An error that a callee returned makes its callers fail as well; only a failed span with no failed span below it is
/// counted. Where that is a caller's view of a call that the callee did not answer, or answered too late, the callee is
/// meant, as far as other spans of the kind show who it is.
struct TraceErrors {
  struct Rise {
    /// What failed: an operation of the service, or of its caller's view of it.
    var node: Int32
    var service: Int32
    var observedCount: Int
    var observedTotal: Int
    var historyCount: Int
    var historyTotal: Int
    /// Failed spans beyond what is normal for as many calls.
    var excess: Double
    var firstSeen: Int64
    /// The only caller for which it fails, where others are served.
    var sufferer: Int32?

    var observedShare: Double { Double(observedCount) / Double(max(observedTotal, 1)) }
    var historyShare: Double { Double(historyCount) / Double(max(historyTotal, 1)) }
  }

  /// By operation, in the order of the frame's nodes.
  private(set) var rises: [Rise] = []

  static let minimumObservedCount = 2
  static let minimumNats = 6.0
  static let minimumRise = 0.005
  /// As in `TracePath`: history counts for at most so many draws.
  static let maximumHistoryDraws = 300.0

  init(_ frame: TraceFrame) {
    guard frame.table.failed.contains(true) else { return }
    let blamed = Self.deepestFailures(frame)
    let nodeCount = frame.nodes.count
    var observed = [Int](repeating: 0, count: nodeCount)
    var observedTotal = observed
    var history = observed
    var historyTotal = observed
    var firstSeen = [Int64](repeating: .max, count: nodeCount)
    for row in 0..<frame.table.count where frame.windowOfRow[row] >= 0 {
      let node = Int(frame.nodeOfRow[row])
      if frame.windowOfRow[row] == 0 {
        observedTotal[node] += 1
        guard blamed[row] else { continue }
        observed[node] += 1
        firstSeen[node] = min(firstSeen[node], frame.table.starts[row])
      } else {
        historyTotal[node] += 1
        if blamed[row] { history[node] += 1 }
      }
    }
    for node in 0..<nodeCount where observed[node] >= Self.minimumObservedCount {
      let rise = Rise(
        node: Int32(node), service: frame.service(ofNode: frame.calledNodes[Int32(node)] ?? Int32(node)),
        observedCount: observed[node],
        observedTotal: observedTotal[node],
        historyCount: history[node], historyTotal: historyTotal[node],
        excess: Double(observed[node]) - Double(observedTotal[node]) * Self.share(history[node], historyTotal[node]),
        firstSeen: firstSeen[node])
      if Self.isSurprising(rise) { rises.append(rise) }
    }
    let oneSided = OneSidedCalls(frame) { blamed[$0] }
    for position in rises.indices { rises[position].sufferer = oneSided.sufferer(of: rises[position].service) }
  }

  private static func share(_ count: Int, _ total: Int) -> Double { (Double(count) + 0.5) / (Double(total) + 1) }

  private static func isSurprising(_ rise: Rise) -> Bool {
    guard rise.excess > 0, rise.observedShare - rise.historyShare >= minimumRise else { return false }
    let total = Double(rise.historyTotal)
    let weight = total > 0 ? min(1, maximumHistoryDraws / total) : 1
    let failures = Double(rise.historyCount) * weight
    // An operation that was never called before is held against one failure in twenty rather than against nothing.
    let successes = max(total * weight - failures, 0) + (rise.historyTotal == 0 ? 10 : 0)
    let nats = BetaBinomial.surprise(
      atLeast: rise.observedCount, of: rise.observedTotal, alpha: failures + 0.5, beta: successes + 0.5)
    return nats >= minimumNats
  }

  private static func deepestFailures(_ frame: TraceFrame) -> [Bool] {
    var hasFailureBelow = [Bool](repeating: false, count: frame.table.count)
    var isDeepest = hasFailureBelow
    for row in frame.topDown.reversed() {
      let row = Int(row)
      hasFailureBelow[row] = frame.children[row].contains {
        frame.table.failed[Int($0)] || hasFailureBelow[Int($0)]
      }
      isDeepest[row] = frame.table.failed[row] && !hasFailureBelow[row]
    }
    return isDeepest
  }
}

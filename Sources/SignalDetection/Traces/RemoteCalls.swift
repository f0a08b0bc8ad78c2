import Telemetry

/// The calls from one service to another that the spans show, and how long each caller's entry span waits for them.
struct RemoteCalls {
  struct Call {
    /// The callee's entry span; the caller's span where nobody answered.
    var row: Int32
    /// Services.
    var caller: Int32
    var callee: Int32
    /// Milliseconds between the caller's span and the callee's, all of the caller's where nobody answered; nil where
    /// the caller has no span of its own for it.
    var gap: Double?
  }

  /// In row order.
  private(set) var calls: [Call] = []
  private var waitingMilliseconds: [Double]

  init(_ frame: TraceFrame) {
    let table = frame.table
    waitingMilliseconds = [Double](repeating: 0, count: table.count)
    var intervals: [(entry: Int32, start: Int64, end: Int64)] = []
    for row in 0..<table.count {
      let parent = frame.remoteParent(of: row)
      guard parent >= 0 else {
        let called = frame.unansweredCall(row)
        if called >= 0 {
          let entry = frame.entryOfRow[row]
          calls.append(
            Call(
              row: Int32(row), caller: frame.serviceOfRow[row], callee: frame.service(ofNode: called),
              gap: frame.duration(row)))
          intervals.append(
            (entry, max(table.starts[row], table.starts[Int(entry)]), min(table.ends[row], table.ends[Int(entry)])))
        }
        continue
      }
      let entry = frame.entryOfRow[parent]
      let isClientSpan = frame.callee(ofClientSpan: parent) >= 0
      let isAsynchronous = table.starts[row] > table.ends[parent]
      var gap: Double?
      if isAsynchronous {
        gap = table.ends[parent].milliseconds(until: table.starts[row])
      } else if isClientSpan {
        gap = max(0, frame.duration(parent) - frame.duration(row))
      }
      calls.append(
        Call(row: Int32(row), caller: frame.serviceOfRow[parent], callee: frame.serviceOfRow[row], gap: gap))
      let shown = isClientSpan ? parent : row
      let start = max(table.starts[shown], table.starts[Int(entry)])
      let end = min(table.ends[shown], table.ends[Int(entry)])
      if start < end { intervals.append((entry, start, end)) }
    }
    intervals.sort { ($0.entry, $0.start) < ($1.entry, $1.start) }
    var reached = Int64.min
    var current: Int32 = -1
    for interval in intervals {
      if interval.entry != current { (current, reached) = (interval.entry, .min) }
      let start = max(interval.start, reached)
      if interval.end > start {
        waitingMilliseconds[Int(current)] += start.milliseconds(until: interval.end)
        reached = interval.end
      }
    }
  }

  /// Milliseconds in which an entry span waits for other services; overlapping calls count once.
  func waiting(_ entry: Int) -> Double { waitingMilliseconds[entry] }
}

extension Int64 {
  /// From this moment to a later one, both in nanoseconds; saturates instead of overflowing.
  func milliseconds(until later: Int64) -> Double {
    let (difference, overflow) = later.subtractingReportingOverflow(self)
    return Double(overflow ? (later > self ? .max : .min) : difference) / 1e6
  }
}

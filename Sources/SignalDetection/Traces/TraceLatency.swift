import IncidentModel
import Telemetry

/// Where requests lose time that they normally do not: inside a service, or between two services.
///
/// A service's own time is its entry span's duration less the time in which it waits for other services; that of requests
/// of which a call failed does not count. An edge's gap is what the caller's span lasts beyond the callee's: network,
/// queues, connection set-up.
struct TraceLatency {
  /// The own time of one operation that became slower.
  struct SelfTime {
    var node: Int32
    /// The recorded component where it is only one of several of the service.
    var replica: Int32?
    var shift: LatencyShift
    var samples: LatencySamples.Group
    /// The only caller that waits for it, where others are served.
    var sufferer: Int32?
  }

  /// A call between two services that became slower on the way.
  struct EdgeGap {
    var caller: Int32
    var callee: Int32
    var shift: LatencyShift
    var samples: LatencySamples.Group
    /// The end whose calls are delayed alike.
    var blamed: Int32
  }

  private(set) var selfTimes: [SelfTime] = []
  private(set) var edgeGaps: [EdgeGap] = []
  /// Spans of the incident whose own time, or the gap in front of them, is longer than normal ever is.
  private(set) var isSlow: [Bool]

  init(_ frame: TraceFrame, _ failures: FailedCalls) {
    isSlow = [Bool](repeating: false, count: frame.table.count)
    let calls = RemoteCalls(frame)
    findSelfTimes(frame, calls, failures) { row in (frame.nodeOfRow[row], nil) }
    // Of a service with several replicas one may be slow alone: the middle of all of its calls does not tell.
    let known = Set(selfTimes.map(\.node))
    findSelfTimes(frame, calls, failures) { row in
      let component = frame.table.components[row]
      guard frame.isOneOfSeveral[Int(component)], !known.contains(frame.nodeOfRow[row]) else { return nil }
      return (frame.nodeOfRow[row], component)
    }
    let oneSided = OneSidedCalls(frame) { isSlow[$0] }
    for position in selfTimes.indices {
      selfTimes[position].sufferer = oneSided.sufferer(of: frame.service(ofNode: selfTimes[position].node))
    }
    findEdgeGaps(frame, calls)
  }

  /// A rarely called operation with a large excess is weaker evidence than a busy one, though not in proportion.
  static func weightedExcess(_ shift: LatencyShift, traceCount: Int) -> Double {
    shift.excess * (Double(shift.observedCount) / Double(max(traceCount, 1))).squareRoot()
  }

  /// - Parameter whose: the node that the entry span of a row is measured for, and the replica where that is measured alone;
  ///   nil where it is not measured.
  private mutating func findSelfTimes(
    _ frame: TraceFrame, _ calls: RemoteCalls, _ failures: FailedCalls,
    whose: (Int) -> (node: Int32, replica: Int32?)?
  ) {
    var samples = LatencySamples()
    var owners = PairInterner()
    for row in 0..<frame.table.count where frame.entryOfRow[row] == Int32(row) && !failures.isAny(ofEntry: row) {
      guard let (node, replica) = whose(row) else { continue }
      samples.append(
        key: owners.number(of: node, replica ?? -1), window: frame.windowOfRow[row], row: Int32(row),
        milliseconds: frame.duration(row) - calls.waiting(row))
    }
    samples.forEachGroup(
      keyCount: owners.count, windowCount: frame.windows.count,
      minimumObservedCount: LatencyShift.minimumObservedCount
    ) { group in
      guard let shift = LatencyShift(group), shift.excess > 0 else { return }
      for sample in group.observed where sample.milliseconds > shift.slowLine { isSlow[Int(sample.row)] = true }
      let (node, replica) = owners.pair(group.key)
      selfTimes.append(SelfTime(node: node, replica: replica < 0 ? nil : replica, shift: shift, samples: group))
    }
  }

  private mutating func findEdgeGaps(_ frame: TraceFrame, _ calls: RemoteCalls) {
    var samples = LatencySamples()
    var edges = PairInterner()
    for call in calls.calls {
      guard let gap = call.gap else { continue }
      samples.append(
        key: edges.number(of: call.caller, call.callee),
        window: frame.windowOfRow[Int(call.row)], row: call.row, milliseconds: gap)
    }
    var callCounts = [Int](repeating: 0, count: edges.count)
    samples.forEachGroup(
      keyCount: edges.count, windowCount: frame.windows.count,
      minimumObservedCount: LatencyShift.minimumObservedCount
    ) { group in
      callCounts[Int(group.key)] = group.observed.count
      guard let shift = LatencyShift(group), shift.excess > 0 else { return }
      for sample in group.observed where sample.milliseconds > shift.slowLine { isSlow[Int(sample.row)] = true }
      let (caller, callee) = edges.pair(group.key)
      edgeGaps.append(EdgeGap(caller: caller, callee: callee, shift: shift, samples: group, blamed: callee))
    }
    let all = (0..<edges.count).map { number in
      let (caller, callee) = edges.pair(Int32(number))
      return EdgeAttribution.Edge(caller: caller, callee: callee, callCount: Double(callCounts[number]), excess: 0)
    }
    let excess = Dictionary(uniqueKeysWithValues: edgeGaps.map { ($0.samples.key, $0.shift.excess) })
    let attribution = EdgeAttribution(
      all.enumerated().map { number, edge in
        var edge = edge
        edge.excess = excess[Int32(number)] ?? 0
        return edge
      })
    for position in edgeGaps.indices {
      edgeGaps[position].blamed = attribution.blamed(Int(edgeGaps[position].samples.key))
    }
  }
}

/// Which end of a slow edge is at fault: the one whose other calls are slow alike.
///
/// A delayed network card delays every call of its service; if all callers of a service wait for it, it is the callee.
struct EdgeAttribution {
  struct Edge {
    var caller: Int32
    var callee: Int32
    /// Calls during the incident, as weight.
    var callCount: Double
    /// Milliseconds per call.
    var excess: Double
  }

  private let edges: [Edge]
  private let incoming: [Int32: [Int]]
  private let outgoing: [Int32: [Int]]

  /// An edge counts as slow alike from this share of the excess in question.
  static let alikeShare = 0.25
  /// Both ends look guilty: then the caller has more edges to show for it.
  static let nearlyAll = 0.9

  init(_ edges: [Edge]) {
    self.edges = edges
    incoming = Dictionary(grouping: edges.indices) { edges[$0].callee }
    outgoing = Dictionary(grouping: edges.indices) { edges[$0].caller }
  }

  /// The service to blame for the edge at a position of the list.
  func blamed(_ position: Int) -> Int32 {
    let edge = edges[position]
    let line = edge.excess * Self.alikeShare
    let intoCallee = share(incoming[edge.callee] ?? [], line)
    let outOfCaller = share(outgoing[edge.caller] ?? [], line)
    let isCaller =
      outOfCaller.slowEdges >= 2
      && (outOfCaller.share > intoCallee.share
        || (outOfCaller.share >= Self.nearlyAll && intoCallee.share >= Self.nearlyAll))
    return isCaller ? edge.caller : edge.callee
  }

  private func share(_ positions: [Int], _ line: Double) -> (share: Double, slowEdges: Int) {
    let slow = positions.filter { edges[$0].excess > 0 && edges[$0].excess >= line }
    let all = positions.reduce(0) { $0 + edges[$1].callCount }
    return (all > 0 ? slow.reduce(0) { $0 + edges[$1].callCount } / all : 0, slow.count)
  }
}

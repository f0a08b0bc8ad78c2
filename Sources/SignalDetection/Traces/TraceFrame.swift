import IncidentModel
import Telemetry

/// The spans of one comparison, sorted out: which service, which window, whose child. Columns run beside `table`'s.
struct TraceFrame {
  let table: SpanTable
  /// Replicas are counted with the service that they are instances of.
  let services: [ComponentID]
  /// Whether a recorded component is one of several of its service, by its position in the table's names.
  let isOneOfSeveral: [Bool]
  /// Without what differs from call to call.
  let operations: [String]
  /// The incident first, then the history windows, oldest first.
  let windows: [TimeWindow]
  /// Traces that begin in each window.
  let traceCounts: [Int]
  /// Position in `windows` of the trace that a span belongs to, or -1. A trace belongs to the window in which its
  /// earliest span starts.
  let windowOfRow: [Int16]
  let serviceOfRow: [Int32]
  /// What a span does: a service's operation, numbered in `nodes`.
  let nodeOfRow: [Int32]
  let nodes: PairInterner
  /// Rows that lie in a window, parents before their children.
  let topDown: [Int32]
  /// The span with which a request came into the row's service; the row itself where it is one. -1 outside of windows.
  let entryOfRow: [Int32]
  let children: RowGroups
  /// By node whose spans mostly do nothing but one call to another service, as normal windows show: what they call
  /// there, a node.
  private(set) var calledNodes: [Int32: Int32] = [:]

  /// Fewer traces in a window say nothing.
  static let minimumHistoryTraces = 10
  static let minimumObservedTraces = 3

  /// Nil when there are too few traces, in the incident or before it, to compare.
  init?(_ window: TelemetryWindow, comparing comparison: Comparison) {
    table = window.spans
    guard !table.isEmpty else { return nil }
    let begins = Self.traceBegins(table)
    guard
      let placed = Self.place(begins, comparison), placed.counts[0] >= Self.minimumObservedTraces,
      placed.windows.count > 1
    else { return nil }
    windows = placed.windows
    traceCounts = placed.counts
    let windowOfTrace = placed.windowOfTrace
    windowOfRow = table.traces.map { windowOfTrace[Int($0)] }

    var serviceNumbers: [ComponentID: Int32] = [:]
    var services: [ComponentID] = []
    let serviceOfComponent = table.componentNames.map { name in
      Self.number(of: window.serviceMap.service(of: name), &serviceNumbers, &services)
    }
    var operationNumbers: [String: Int32] = [:]
    var operations: [String] = []
    let generalOperation = table.operationNames.map { name in
      Self.number(of: OperationName.generalised(name), &operationNumbers, &operations)
    }
    self.services = services
    var recorded = [Int](repeating: 0, count: services.count)
    for service in serviceOfComponent { recorded[Int(service)] += 1 }
    isOneOfSeveral = serviceOfComponent.map { recorded[Int($0)] > 1 }
    self.operations = operations
    serviceOfRow = table.components.map { serviceOfComponent[Int($0)] }
    var nodes = PairInterner()
    var nodeOfRow = [Int32](repeating: -1, count: table.count)
    for row in 0..<table.count where windowOfRow[row] >= 0 {
      nodeOfRow[row] = nodes.number(of: serviceOfRow[row], generalOperation[Int(table.operations[row])])
    }
    self.nodes = nodes
    self.nodeOfRow = nodeOfRow

    let parents = Self.parentsWithinWindows(table, windowOfRow)
    children = RowGroups(owners: parents, ownerCount: table.count)
    topDown = Self.topDown(parents, children, windowOfRow)
    var entries = [Int32](repeating: -1, count: table.count)
    for row in topDown {
      let parent = parents[Int(row)]
      let isEntry = parent < 0 || serviceOfRow[Int(parent)] != serviceOfRow[Int(row)]
      entries[Int(row)] = isEntry ? row : entries[Int(parent)]
    }
    entryOfRow = entries
    calledNodes = usualCallees()
  }

  func service(ofNode node: Int32) -> Int32 { nodes.pair(node).first }
  func operationName(ofNode node: Int32) -> String { operations[Int(nodes.pair(node).second)] }
  func serviceName(ofNode node: Int32) -> ComponentID { services[Int(nodes.pair(node).first)] }

  /// The caller's span when it is in another service, or -1.
  func remoteParent(of row: Int) -> Int {
    let parent = Int(table.parents[row])
    guard entryOfRow[row] == Int32(row), parent >= 0, windowOfRow[parent] == windowOfRow[row],
      serviceOfRow[parent] != serviceOfRow[row]
    else { return -1 }
    return parent
  }

  /// The callee's span where a span is nothing but its caller's view of one call to another service, or -1.
  func callee(ofClientSpan row: Int) -> Int {
    guard entryOfRow[row] != Int32(row), children[row].count == 1, let child = children[row].first,
      serviceOfRow[Int(child)] != serviceOfRow[row]
    else { return -1 }
    return Int(child)
  }

  /// The node that a call to another service was for where no span of the callee tells, or -1: nobody answered, or too
  /// late to be recorded.
  func unansweredCall(_ row: Int) -> Int32 {
    guard windowOfRow[row] >= 0, entryOfRow[row] != Int32(row), children[row].isEmpty else { return -1 }
    return calledNodes[nodeOfRow[row]] ?? -1
  }

  /// Whether a span is nothing but its service's view of a call to another, answered or not.
  func isCall(_ row: Int) -> Bool { callee(ofClientSpan: row) >= 0 || unansweredCall(row) >= 0 }

  private func usualCallees() -> [Int32: Int32] {
    var votes: [Int32: (callee: Int32, lead: Int, calls: Int)] = [:]
    var spanCounts = [Int](repeating: 0, count: nodes.count)
    for row in 0..<table.count where windowOfRow[row] > 0 {
      spanCounts[Int(nodeOfRow[row])] += 1
      let parent = remoteParent(of: row)
      guard parent >= 0, children[parent].count == 1 else { continue }
      let callee = nodeOfRow[row]
      var vote = votes[nodeOfRow[parent]] ?? (callee, 0, 0)
      // Boyer and Moore's majority vote: one pass, one candidate a node.
      if vote.callee == callee { vote.lead += 1 } else { vote.lead -= 1 }
      if vote.lead < 0 { (vote.callee, vote.lead) = (callee, 1) }
      vote.calls += 1
      votes[nodeOfRow[parent]] = vote
    }
    return votes.filter { 2 * $0.value.calls > spanCounts[Int($0.key)] }.mapValues(\.callee)
  }

  /// Milliseconds.
  func duration(_ row: Int) -> Double { table.starts[row].milliseconds(until: table.ends[row]) }

  private static func number<Name: Hashable>(
    of name: Name, _ numbers: inout [Name: Int32], _ names: inout [Name]
  ) -> Int32 {
    if let number = numbers[name] { return number }
    let number = Int32(names.count)
    numbers[name] = number
    names.append(name)
    return number
  }

  /// The earliest start of each trace; spans are sorted by start, so it is the first that is met.
  private static func traceBegins(_ table: SpanTable) -> [Int64] {
    var begins = [Int64](repeating: .max, count: table.traceNames.count)
    for row in 0..<table.count {
      let trace = Int(table.traces[row])
      if begins[trace] == .max { begins[trace] = table.starts[row] }
    }
    return begins
  }

  private struct Placement {
    var windows: [TimeWindow]
    var counts: [Int]
    var windowOfTrace: [Int16]
  }

  private static func place(_ begins: [Int64], _ comparison: Comparison) -> Placement? {
    let sorted = begins.filter { $0 != .max }.sorted()
    let history = HistoryWindows.windows(of: comparison, over: sorted, holdingAtLeast: minimumHistoryTraces)
    let windows = [comparison.observed] + history
    guard windows.count <= Int(Int16.max) else { return nil }
    let starts = history.map(\.start.nanoseconds)
    var counts = [Int](repeating: 0, count: windows.count)
    let windowOfTrace = begins.map { begin -> Int16 in
      guard begin != .max else { return -1 }
      let moment = Timestamp(nanoseconds: begin)
      var position = -1
      if comparison.observed.contains(moment) {
        position = 0
      } else {
        let next = starts.firstIndex(notBelow: begin + 1)
        if next > 0, history[next - 1].contains(moment) { position = next }
      }
      if position >= 0 { counts[position] += 1 }
      return Int16(position)
    }
    return Placement(windows: windows, counts: counts, windowOfTrace: windowOfTrace)
  }

  /// Parents, with -1 also for one that belongs to another window (which only broken traces have).
  private static func parentsWithinWindows(_ table: SpanTable, _ windowOfRow: [Int16]) -> [Int32] {
    var parents = table.parents
    for row in 0..<parents.count where parents[row] >= 0 {
      if windowOfRow[row] < 0 || windowOfRow[Int(parents[row])] != windowOfRow[row] { parents[row] = -1 }
    }
    return parents
  }

  /// Breadth first from the roots: spans whose parents form a circle are never reached and so left out.
  private static func topDown(_ parents: [Int32], _ children: RowGroups, _ windowOfRow: [Int16]) -> [Int32] {
    var order: [Int32] = []
    order.reserveCapacity(parents.count)
    for row in 0..<parents.count where windowOfRow[row] >= 0 && parents[row] < 0 { order.append(Int32(row)) }
    var head = 0
    while head < order.count {
      order.append(contentsOf: children[Int(order[head])])
      head += 1
    }
    return order
  }
}

/// Rows grouped by an owner, in row order within each: two flat arrays instead of an array of arrays.
struct RowGroups {
  private let offsets: [Int32]
  private let rows: [Int32]

  /// `owners[row]` is the owner of a row, or -1.
  init(owners: [Int32], ownerCount: Int) {
    var offsets = [Int32](repeating: 0, count: ownerCount + 1)
    for owner in owners where owner >= 0 { offsets[Int(owner) + 1] += 1 }
    for position in 1..<offsets.count { offsets[position] += offsets[position - 1] }
    var next = offsets
    var rows = [Int32](repeating: 0, count: Int(offsets[ownerCount]))
    for (row, owner) in owners.enumerated() where owner >= 0 {
      rows[Int(next[Int(owner)])] = Int32(row)
      next[Int(owner)] += 1
    }
    self.offsets = offsets
    self.rows = rows
  }

  subscript(owner: Int) -> ArraySlice<Int32> { rows[Int(offsets[owner])..<Int(offsets[owner + 1])] }
}

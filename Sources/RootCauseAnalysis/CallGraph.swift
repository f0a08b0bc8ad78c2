import IncidentModel

/// The service map in numbers, with its cycles found: what the arithmetic over calls works on.
package struct CallGraph: Sendable {
  package var identifiers: [ComponentID]
  package var callees: [[Int]]
  package var callers: [[Int]]
  /// Which strongly connected component each member belongs to; members of a cycle share a number.
  package var cycles: [Int]
  private var positions: [ComponentID: Int]

  package init(_ map: ServiceMap) {
    identifiers = map.components.map(\.id)
    positions = Dictionary(uniqueKeysWithValues: identifiers.enumerated().map { ($1, $0) })
    callees = [[Int]](repeating: [], count: identifiers.count)
    callers = callees
    for call in map.calls {
      guard let from = positions[call.from], let to = positions[call.to], from != to else { continue }
      callees[from].append(to)
      callers[to].append(from)
    }
    cycles = Self.stronglyConnected(callees)
  }

  package func position(of id: ComponentID) -> Int? { positions[id] }

  /// For every member whether a chain of calls leads to it from the start, which counts as reached itself.
  package func reached(from start: Int) -> [Bool] {
    var seen = [Bool](repeating: false, count: callees.count)
    guard callees.indices.contains(start) else { return seen }
    seen[start] = true
    var queue = [start]
    while let current = queue.popLast() {
      for next in callees[current] where !seen[next] {
        seen[next] = true
        queue.append(next)
      }
    }
    return seen
  }

  /// Tarjan's algorithm without recursion, so that a long chain of calls cannot exhaust the stack.
  private static func stronglyConnected(_ edges: [[Int]]) -> [Int] {
    var search = TarjanSearch(count: edges.count)
    for root in edges.indices where search.order[root] < 0 { search.run(from: root, edges) }
    return search.component
  }
}

private struct TarjanSearch {
  var order: [Int]
  var component: [Int]
  private var lowest: [Int]
  private var isOpen: [Bool]
  private var open: [Int] = []
  private var frames: [(node: Int, next: Int)] = []
  private var visited = 0
  private var found = 0

  init(count: Int) {
    order = [Int](repeating: -1, count: count)
    component = order
    lowest = order
    isOpen = [Bool](repeating: false, count: count)
  }

  mutating func run(from root: Int, _ edges: [[Int]]) {
    enter(root)
    while let frame = frames.last {
      let node = frame.node
      if frame.next < edges[node].count {
        frames[frames.count - 1].next += 1
        let next = edges[node][frame.next]
        if order[next] < 0 {
          enter(next)
        } else if isOpen[next] {
          lowest[node] = min(lowest[node], order[next])
        }
      } else {
        frames.removeLast()
        if let caller = frames.last?.node { lowest[caller] = min(lowest[caller], lowest[node]) }
        if lowest[node] == order[node] { close(node) }
      }
    }
  }

  private mutating func enter(_ node: Int) {
    order[node] = visited
    lowest[node] = visited
    visited += 1
    isOpen[node] = true
    open.append(node)
    frames.append((node, 0))
  }

  private mutating func close(_ root: Int) {
    while let member = open.popLast() {
      isOpen[member] = false
      component[member] = found
      if member == root { break }
    }
    found += 1
  }
}

extension ServiceMap {
  /// The services that a symptom's component stands for: of a replica its service, of a node what runs on it.
  func anchors(of id: ComponentID) -> [ComponentID] {
    guard let component = self[id] else { return [] }
    if let service = component.instanceOf { return [service, id] }
    guard component.kind == .node else { return [id] }
    return components.filter { $0.runsOn == id }.map { $0.instanceOf ?? $0.id }
  }
}

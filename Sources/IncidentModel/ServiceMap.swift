/// Components and who calls whom; an immutable graph with constant-time neighbours.
///
/// Calls may form cycles. Components named only by a call are added with their kind unknown to the source.
package struct ServiceMap: Sendable {
  /// Sorted by identifier.
  package let components: [Component]
  /// Sorted, without duplicates.
  package let calls: [Call]
  private let index: [ComponentID: Int]
  private let calleeLists: [[Int]]
  private let callerLists: [[Int]]

  package struct Call: Hashable, Sendable, Codable, Comparable {
    package var from: ComponentID
    package var to: ComponentID

    package init(from: ComponentID, to: ComponentID) {
      self.from = from
      self.to = to
    }

    package static func < (left: Call, right: Call) -> Bool { (left.from, left.to) < (right.from, right.to) }
  }

  package init(components: [Component] = [], calls: [Call] = []) {
    var byID: [ComponentID: Component] = [:]
    for call in calls {
      byID[call.from] = Component(id: call.from)
      byID[call.to] = Component(id: call.to)
    }
    for component in components { byID[component.id] = component }
    self.components = byID.values.sorted { $0.id < $1.id }
    self.calls = Set(calls).sorted()
    var index: [ComponentID: Int] = [:]
    for (position, component) in self.components.enumerated() { index[component.id] = position }
    var calleeLists = [[Int]](repeating: [], count: index.count)
    var callerLists = calleeLists
    for call in self.calls {
      guard let from = index[call.from], let to = index[call.to], from != to else { continue }
      calleeLists[from].append(to)
      callerLists[to].append(from)
    }
    self.index = index
    self.calleeLists = calleeLists
    self.callerLists = callerLists
  }

  package var isEmpty: Bool { components.isEmpty }

  package subscript(id: ComponentID) -> Component? { index[id].map { components[$0] } }

  /// Components that this one calls, sorted.
  package func callees(of id: ComponentID) -> [ComponentID] {
    index[id].map { calleeLists[$0].map { components[$0].id } } ?? []
  }

  /// The service that a component is a replica of; of others the component itself.
  package func service(of id: ComponentID) -> ComponentID { self[id]?.instanceOf ?? id }

  /// Components that call this one, sorted.
  package func callers(of id: ComponentID) -> [ComponentID] {
    index[id].map { callerLists[$0].map { components[$0].id } } ?? []
  }

  /// Whom a caller asks that asks a callee in turn, sorted; none where it asks the callee itself.
  package func between(_ caller: ComponentID, _ callee: ComponentID) -> [ComponentID] {
    let asked = callees(of: caller)
    return asked.contains(callee) ? [] : asked.filter { callees(of: $0).contains(callee) }
  }

  /// The shortest chain of calls from a symptom down to a possible cause, both ends included; nil when none exists.
  package func callPath(from caller: ComponentID, to callee: ComponentID) -> [ComponentID]? {
    guard let start = index[caller], let goal = index[callee] else { return nil }
    var previous = [Int](repeating: -1, count: components.count)
    previous[start] = start
    var queue = [start]
    var head = 0
    while head < queue.count, previous[goal] < 0 {
      let current = queue[head]
      head += 1
      for next in calleeLists[current] where previous[next] < 0 {
        previous[next] = current
        queue.append(next)
      }
    }
    guard previous[goal] >= 0 else { return nil }
    var path = [goal]
    while let last = path.last, last != start { path.append(previous[last]) }
    return path.reversed().map { components[$0].id }
  }

  /// Every component that can reach this one along calls: those a fault here can make fail. Sorted.
  package func upstream(of id: ComponentID) -> [ComponentID] {
    guard let start = index[id] else { return [] }
    var seen = [Bool](repeating: false, count: components.count)
    seen[start] = true
    var queue = [start]
    var head = 0
    while head < queue.count {
      for next in callerLists[queue[head]] where !seen[next] {
        seen[next] = true
        queue.append(next)
      }
      head += 1
    }
    return queue.dropFirst().map { components[$0].id }.sorted()
  }
}

extension ServiceMap: Codable {
  private enum CodingKeys: String, CodingKey { case components, calls }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      components: try container.decode([Component].self, forKey: .components),
      calls: try container.decode([Call].self, forKey: .calls))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(components, forKey: .components)
    try container.encode(calls, forKey: .calls)
  }
}

extension ServiceMap: Hashable {
  package static func == (left: ServiceMap, right: ServiceMap) -> Bool {
    left.components == right.components && left.calls == right.calls
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(components)
    hasher.combine(calls)
  }
}

extension ServiceMap {
  /// The instances of a service. Where some are known to run on a host, one that runs nowhere is the service itself under
  /// another name, such as the one by which telemetry calls it.
  package func replicas(of service: ComponentID) -> [Component] {
    let all = components.filter { $0.instanceOf == service }
    let placed = all.filter { $0.runsOn != nil }
    return placed.isEmpty ? all : placed
  }
}

import IncidentModel

/// The service map as a graph in which to ask what is near, and what depends on what.
///
/// A call and running on a node are one hop, in either direction; a service and its instances are none apart.
struct ServiceNeighbourhood: Sendable {
  /// A component near another one.
  struct Place: Sendable {
    var component: ComponentID
    fileprivate var node: Int
    /// Its place in the list that led here.
    fileprivate var parent: Int
    var hops: Int
  }

  private let map: ServiceMap
  private var nodes: [ComponentID: Int] = [:]
  /// Instances and services of each other.
  private var same: [[Int]]
  private var near: [[Int]]
  /// What can fail because of a component: its callers, what runs on it, the service it is an instance of.
  private var dependents: [[Int]]

  init(_ map: ServiceMap) {
    self.map = map
    for (node, component) in map.components.enumerated() { nodes[component.id] = node }
    same = Array(repeating: [], count: map.components.count)
    near = same
    dependents = same
    for (node, component) in map.components.enumerated() {
      if let service = component.instanceOf.flatMap({ nodes[$0] }) {
        same[node].append(service)
        same[service].append(node)
        dependents[node].append(service)
      }
      if let host = component.runsOn.flatMap({ nodes[$0] }) {
        near[node].append(host)
        near[host].append(node)
        dependents[host].append(node)
      }
    }
    for call in map.calls {
      guard let from = nodes[call.from], let to = nodes[call.to], from != to else { continue }
      near[from].append(to)
      near[to].append(from)
      dependents[to].append(from)
    }
  }

  subscript(component: ComponentID) -> Component? { map[component] }

  /// The component that labels name: the first that the map knows, else the first that there is.
  func component(of labels: LabelSet, _ names: [String]) -> ComponentID? {
    var first: ComponentID?
    for name in names {
      let value = labels[name]
      guard !value.isEmpty else { continue }
      let component = ComponentID(value)
      if nodes[component] != nil { return component }
      first = first ?? component
    }
    return first
  }

  /// A component and those within some hops, the nearest first.
  func places(around component: ComponentID, hops: Int) -> [Place] {
    guard let start = nodes[component] else { return [Place(component: component, node: -1, parent: 0, hops: 0)] }
    var places = [Place(component: component, node: start, parent: 0, hops: 0)]
    var seen: Set<Int> = [start]
    var level = 0..<1
    for distance in 0...hops {
      // First all that is no hop further, then one hop.
      var index = level.lowerBound
      while index < places.count {
        add(same[places[index].node], from: index, hops: distance, &places, &seen)
        index += 1
      }
      guard distance < hops else { break }
      let end = places.count
      for index in level.lowerBound..<end {
        add(near[places[index].node], from: index, hops: distance + 1, &places, &seen)
      }
      level = end..<places.count
    }
    return places
  }

  private func add(_ next: [Int], from parent: Int, hops: Int, _ places: inout [Place], _ seen: inout Set<Int>) {
    for node in next where seen.insert(node).inserted {
      places.append(Place(component: map.components[node].id, node: node, parent: parent, hops: hops))
    }
  }

  /// From the first of the places to one of them, both included.
  func path(to index: Int, in places: [Place]) -> [ComponentID] {
    var path = [places[index].component]
    var index = index
    while index != 0 {
      index = places[index].parent
      path.append(places[index].component)
    }
    return path.reversed()
  }

  /// Of some components, how many others can fail because of each.
  func dependentCounts(among components: [ComponentID]) -> [ComponentID: Int] {
    let wanted = Set(components.compactMap { nodes[$0] })
    var counts: [ComponentID: Int] = [:]
    for component in components {
      guard let start = nodes[component] else { continue }
      var seen: Set<Int> = [start]
      var queue = [start]
      var head = 0
      while head < queue.count {
        for next in dependents[queue[head]] where seen.insert(next).inserted { queue.append(next) }
        head += 1
      }
      counts[component] = seen.intersection(wanted).count - 1
    }
    return counts
  }
}

/// Finds the routes of an alert without trying all of them: among many siblings, those that want one value of a label are
/// found by that value.
struct RouteIndex: Sendable {
  private struct Siblings: Sendable {
    /// Children that must be tried always, by their place among the siblings.
    var always: [Int32] = []
    var byValue: [(name: [UInt8], places: [[UInt8]: [Int32]])] = []
  }

  /// Fewer siblings than this are tried one by one.
  private static let worthwhileCount = 8

  private let routes: [RoutingTree.Route]
  private let siblings: [Siblings?]

  init(_ tree: RoutingTree) {
    routes = tree.routes
    siblings = tree.routes.map { route in
      route.children.count < Self.worthwhileCount ? nil : Self.siblings(route.children.map { tree.routes[$0] })
    }
  }

  private static func siblings(_ children: [RoutingTree.Route]) -> Siblings {
    var result = Siblings()
    for (place, child) in children.enumerated() {
      guard let wanted = child.matchers.first(where: { $0.operation == .equal && !$0.value.isEmpty }) else {
        result.always.append(Int32(place))
        continue
      }
      let index = result.byValue.firstIndex { $0.name == wanted.nameBytes } ?? result.byValue.count
      if index == result.byValue.count { result.byValue.append((wanted.nameBytes, [:])) }
      result.byValue[index].places[Array(wanted.value.utf8), default: []].append(Int32(place))
    }
    return result
  }

  /// The same as the tree's own search finds.
  func matching(_ labels: LabelSet) -> [Int] {
    var found: [Int] = []
    _ = collect(0, labels, into: &found)
    return found
  }

  private func collect(_ index: Int, _ labels: LabelSet, into found: inout [Int]) -> Bool {
    guard routes[index].matchers.allSatisfy({ $0.matches(labels) }) else { return false }
    var isTaken = false
    let children = routes[index].children
    if let siblings = siblings[index] {
      for place in Self.candidates(siblings, labels) where collect(children[Int(place)], labels, into: &found) {
        isTaken = true
        if !routes[children[Int(place)]].goesOn { break }
      }
    } else {
      for child in children where collect(child, labels, into: &found) {
        isTaken = true
        if !routes[child].goesOn { break }
      }
    }
    if !isTaken { found.append(index) }
    return true
  }

  private static func candidates(_ siblings: Siblings, _ labels: LabelSet) -> [Int32] {
    var places = siblings.always
    for (name, byValue) in siblings.byValue {
      let more = labels.withValue(of: name) { value in value.isEmpty ? nil : byValue[Array(value)] }
      if let more { places += more }
    }
    places.sort()
    return places
  }
}

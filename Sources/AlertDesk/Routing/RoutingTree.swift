/// Where alerts go: routes in the order of the file, each before its children, the first of them the root.
package struct RoutingTree: Hashable, Sendable {
  package struct Route: Hashable, Sendable {
    package var receiver: String
    package var grouping: Grouping
    /// Where the grouping is said, which may be at a route above.
    package var groupingPlace: RulePlace
    package var timing: GroupTiming
    /// All must match, in the order that the route's key has.
    package var matchers: [Matcher]
    /// Whether routes beside this one are tried after it matched.
    package var goesOn: Bool
    package var muteIntervals: [String]
    package var activeIntervals: [String]
    package var parent: Int?
    package var children: [Int] = []
    package var place: RulePlace
    /// Alertmanager's route key: the matchers from the root down, joined by slashes.
    package var key: String
  }

  package var routes: [Route]

  /// The routes that an alert ends at, in the order of the file; at least one.
  package func matching(_ labels: LabelSet) -> [Int] {
    var found: [Int] = []
    _ = collect(0, labels, into: &found)
    return found
  }

  // As deep as the file's routes nest, which the reader bounds.
  private func collect(_ index: Int, _ labels: LabelSet, into found: inout [Int]) -> Bool {
    let route = routes[index]
    guard route.matchers.allSatisfy({ $0.matches(labels) }) else { return false }
    var isTaken = false
    for child in route.children where collect(child, labels, into: &found) {
      isTaken = true
      if !routes[child].goesOn { break }
    }
    if !isTaken { found.append(index) }
    return true
  }
}

/// Which labels tell one group of a route from another.
package enum Grouping: Hashable, Sendable {
  /// Sorted by their UTF-8.
  case by([String])
  /// `['...']`: every alert is its own group.
  case byAllLabels

  package func groupLabels(of labels: LabelSet) -> LabelSet {
    switch self {
    case .by(let names): labels.keeping(names.map { Array($0.utf8) })
    case .byAllLabels: labels
    }
  }
}

/// In nanoseconds.
package struct GroupTiming: Hashable, Sendable {
  /// From a group's first alert to its first notification.
  package var wait: Int64 = 30_000_000_000
  /// Between looks at a group that has been notified.
  package var interval: Int64 = 300_000_000_000
  /// Until the same is notified again.
  package var repeatInterval: Int64 = 14_400_000_000_000
}

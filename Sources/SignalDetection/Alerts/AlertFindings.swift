import IncidentModel

/// One condition as the report words it: replicas at which the same fires are one finding.
struct AlertFinding {
  /// What fired, and where.
  var text: String
  var name: String
  var resource: AlertResourceClass
  var isFall: Bool
  /// Of the most surprising of the alerts.
  var nats: Double
  /// Of the first of the alerts.
  var onsetSeconds: Double
  /// Earlier windows in which it fired, of the alert that fired most often.
  var windowCount: Int
}

/// What fired at a component and its replicas and is not what fires anyway, most surprising first.
struct AlertFindings {
  private(set) var inOrder: [AlertFinding] = []

  /// Below this an alert says nothing: it fires in more than nine windows of ten, or stands since before.
  private static let leastNats = 0.1

  private struct Place: Hashable, Comparable {
    var family: AlertKey.Family
    var name: String
    var caller: ComponentID?

    static func < (left: Place, right: Place) -> Bool {
      (left.family, left.name, left.caller ?? "") < (right.family, right.name, right.caller ?? "")
    }
  }

  init(at number: Int, _ novelty: AlertNovelty) {
    let index = novelty.index
    let component = index.components[number].id
    let members = Set(index.membersOfComponent[number])
    var positions: [Place: [Int]] = [:]
    for position in novelty.window.keys.indices where novelty.surprise.nats[position] >= Self.leastNats {
      let key = novelty.window.keys[position]
      guard members.contains(index.componentOfKey[key]) else { continue }
      let alert = index.keys[key]
      let caller = alert.caller == alert.component ? nil : alert.caller
      positions[Place(family: alert.family, name: alert.name, caller: caller), default: []].append(position)
    }
    for (place, positions) in positions.sorted(by: { $0.key < $1.key }) {
      let keys = positions.map { novelty.window.keys[$0] }
      guard let first = keys.first else { continue }
      let components = Set(keys.map { index.keys[$0].component }).sorted()
      let call = place.caller.map { " called by \($0)" } ?? ""
      inOrder.append(
        AlertFinding(
          text: Self.label(index.keys[first]) + call + Self.place(components, of: component, among: members.count - 1),
          name: place.name, resource: index.keys[first].resourceClass, isFall: index.keys[first].direction == "down",
          nats: positions.map { novelty.surprise.nats[$0] }.max() ?? 0,
          onsetSeconds: positions.map { novelty.window.onsetSeconds[$0] }.min() ?? 0,
          windowCount: keys.map { novelty.background.windowCounts[$0] }.max() ?? 0))
    }
    inOrder.sort { (-$0.nats, $0.text) < (-$1.nats, $1.text) }
  }

  private static func label(_ key: AlertKey) -> String {
    key.family == .log ? "log template \(key.name)" : key.name
  }

  private static func place(_ components: [ComponentID], of component: ComponentID, among replicaCount: Int) -> String {
    let replicas = components.filter { $0 != component }
    if replicas.count == 1, let replica = replicas.first, components.count == 1 { return " at \(replica)" }
    return replicas.isEmpty ? " at \(component)" : " at \(replicas.count) of \(replicaCount) replicas of \(component)"
  }
}

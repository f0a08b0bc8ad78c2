import IncidentModel

/// Raw scores of every component in one window: what its own alerts, its callers' traces and its silence say.
struct AlertScores {
  /// Per component, in nats.
  private(set) var raw: [Double]
  /// Per component and resource class with direction: the collapsed surprise, for the sentence in the report.
  private(set) var groups: [Int: [GroupKey: Double]]
  /// Per component, about the calls that it makes.
  private(set) var silence: [Silence]

  /// How many of a component's calls have alerts: in an earlier window on average, and now.
  struct Silence {
    var expected = 0.0
    var observed = 0.0

    /// Standard deviations below what is usual, counted like a Poisson variable; one is added so that what is rarely
    /// heard is not missed.
    var score: Double { max(0, expected - observed) / (expected + 1).squareRoot() }
  }

  private static let silenceWeight = 0.5
  private static let explainedShare = 0.5
  private static let unexplainableShare = 0.1

  struct GroupKey: Hashable, Comparable {
    var resource: AlertResourceClass
    var direction: String

    static func < (left: GroupKey, right: GroupKey) -> Bool {
      (left.resource.rawValue, left.direction) < (right.resource.rawValue, right.direction)
    }
  }

  init(of window: AlertWindow, surprise: AlertSurprise, background: AlertBackground, index: AlertIndex) {
    let groups = Self.lessCallees(Self.collapse(window, surprise, index), index)
    let callee = Self.calleeBlame(window, surprise, index)
    let silence = Self.silence(window, background, index)
    let own = index.components.indices.map { Self.sum(groups[$0]) }
    raw = index.components.indices.map { number in
      switch index.components[number].kind {
      case .instance: return own[number] + callee[number] + Self.silenceWeight * silence[number].score
      case .service:
        let members = Array(index.membersOfComponent[number].dropFirst())
        guard members.count > 1 else { return own[number] }
        return Self.sharedByReplicas(members, groups, callee) + own[number]
      case .node, .edge, .site: return own[number]
      }
    }
    self.groups = groups
    self.silence = silence
  }

  private static func sum(_ groups: [GroupKey: Double]?) -> Double {
    (groups ?? [:]).sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
  }

  /// Symptoms at a caller are explained as far as something it calls is surprising: what waits for a sick callee is slow,
  /// fails and complains as well. Only the most surprising callee explains, and never all of it.
  private static func lessCallees(
    _ groups: [Int: [GroupKey: Double]], _ index: AlertIndex
  ) -> [Int: [GroupKey: Double]] {
    let own = index.components.indices.map { sum(groups[$0]) }
    let loudest = index.membersOfComponent.map { members in members.map { own[$0] }.max() ?? 0 }
    var left = groups
    for (component, own) in groups {
      let symptoms = sum(own.filter { $0.key.resource.isSymptom })
      let below = index.calleesOfComponent[component].map { loudest[$0] }.max() ?? 0
      guard symptoms > 0, below > 0 else { continue }
      let share = max(1 - explainedShare * below / symptoms, unexplainableShare)
      for (group, nats) in own where group.resource.isSymptom { left[component]?[group] = nats * share }
    }
    return left
  }

  /// Alerts of one resource are one observation: the largest counts whole, each further one half of the one before.
  private static func collapse(
    _ window: AlertWindow, _ surprise: AlertSurprise, _ index: AlertIndex
  ) -> [Int: [GroupKey: Double]] {
    var values: [Int: [GroupKey: [Double]]] = [:]
    for (position, key) in window.keys.enumerated() where index.keys[key].family != .trace {
      let alert = index.keys[key]
      let group = GroupKey(resource: alert.resourceClass, direction: alert.direction)
      values[index.componentOfKey[key], default: [:]][group, default: []].append(surprise.nats[position])
    }
    return values.mapValues { groups in
      groups.mapValues { nats in
        var factor = 1.0
        return nats.sorted(by: >).reduce(0) { sum, value in
          defer { factor /= 2 }
          return sum + value * factor
        }
      }
    }
  }

  /// The deepest callee takes the blame: surprise of calls to it beyond the surprise of its own calls.
  private static func calleeBlame(_ window: AlertWindow, _ surprise: AlertSurprise, _ index: AlertIndex) -> [Double] {
    var net = [Double](repeating: 0, count: index.components.count)
    for (position, key) in window.keys.enumerated() {
      guard let caller = index.callerOfKey[key], caller != index.componentOfKey[key] else { continue }
      net[index.componentOfKey[key]] += surprise.nats[position]
      net[caller] -= surprise.nats[position]
    }
    return net.map { 0.1 * max(0, $0) }
  }

  /// A caller whose usual trace alerts stop: its requests die before the call.
  private static func silence(_ window: AlertWindow, _ background: AlertBackground, _ index: AlertIndex) -> [Silence] {
    var silence = [Silence](repeating: Silence(), count: index.components.count)
    guard background.total > 0 else { return silence }
    for key in index.keys.indices where background.counts[key] > 0 {
      guard let caller = index.callerOfKey[key] else { continue }
      silence[caller].expected += min(background.counts[key] / background.total, 0.98)
    }
    for key in window.keys {
      if let caller = index.callerOfKey[key] { silence[caller].observed += 1 }
    }
    return silence
  }

  /// The lower median over replicas: one loud replica is the replica's fault, three of four are the service's.
  private static func sharedByReplicas(
    _ members: [Int], _ groups: [Int: [GroupKey: Double]], _ callee: [Double]
  ) -> Double {
    func lowerMedian(_ values: [Double]) -> Double { values.sorted()[(values.count - 1) / 2] }
    let names = Set(members.flatMap { (groups[$0] ?? [:]).keys }).sorted()
    let shared = names.reduce(0) { sum, name in sum + lowerMedian(members.map { groups[$0]?[name] ?? 0 }) }
    return Double(members.count).squareRoot() * (shared + lowerMedian(members.map { callee[$0] }))
  }
}

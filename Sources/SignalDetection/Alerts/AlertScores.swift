import IncidentModel

/// Raw scores of every component in one window: what its own alerts, its callers' traces and its silence say.
struct AlertScores {
  /// Per component, in nats.
  private(set) var raw: [Double]
  /// Per component and resource class with direction: the collapsed surprise, for the sentence in the report.
  private(set) var groups: [Int: [GroupKey: Double]]

  struct GroupKey: Hashable, Comparable {
    var resource: AlertResourceClass
    var direction: String

    static func < (left: GroupKey, right: GroupKey) -> Bool {
      (left.resource.rawValue, left.direction) < (right.resource.rawValue, right.direction)
    }
  }

  init(of window: AlertWindow, surprise: AlertSurprise, background: AlertBackground, index: AlertIndex) {
    let groups = Self.collapse(window, surprise, index)
    let callee = Self.calleeBlame(window, surprise, index)
    let silence = Self.silence(window, background, index)
    let own = index.components.indices.map { component in
      (groups[component] ?? [:]).sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
    }
    var replicas: [ComponentID: [Int]] = [:]
    for (number, component) in index.components.enumerated() {
      if let service = component.instanceOf { replicas[service, default: []].append(number) }
    }
    raw = index.components.indices.map { number in
      let component = index.components[number]
      switch component.kind {
      case .instance: return own[number] + callee[number] + 0.5 * silence[number]
      case .service:
        guard let members = replicas[component.id], members.count > 1 else { return own[number] }
        return Self.sharedByReplicas(members, groups, callee) + own[number]
      case .node, .edge, .site: return own[number]
      }
    }
    self.groups = groups
  }

  /// Alerts of one resource are one observation: the largest counts whole, each further one half of the one before.
  private static func collapse(
    _ window: AlertWindow, _ surprise: AlertSurprise, _ index: AlertIndex
  ) -> [Int: [GroupKey: Double]] {
    var values: [Int: [GroupKey: [Double]]] = [:]
    for (position, key) in window.keys.enumerated() where index.keys[key].family != .trace {
      let alert = index.keys[key]
      let direction = alert.family == .log ? "" : String(alert.name.split(separator: " ").dropFirst().last ?? "")
      let group = GroupKey(resource: alert.resourceClass, direction: direction)
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

  /// A caller whose usual trace alerts stop while its siblings' go on: its requests die before the call.
  private static func silence(_ window: AlertWindow, _ background: AlertBackground, _ index: AlertIndex) -> [Double] {
    var result = [Double](repeating: 0, count: index.components.count)
    guard background.total > 0 else { return result }
    let traceKeys = index.keys.indices.filter { index.callerOfKey[$0] != nil }
    var isFiring = [Bool](repeating: false, count: index.keys.count)
    for key in window.keys { isFiring[key] = true }
    let relevant = traceKeys.filter { isFiring[$0] || background.counts[$0] > 0 }
    let usual = relevant.reduce(0) { $0 + background.counts[$1] / background.total }
    let activity = Double(relevant.count { isFiring[$0] }) / (usual > 0 ? usual : 1)
    var expected = [Double](repeating: 0, count: index.components.count)
    var observed = expected
    var hasCalls = [Bool](repeating: false, count: index.components.count)
    for key in relevant {
      guard let caller = index.callerOfKey[key] else { continue }
      hasCalls[caller] = true
      expected[caller] += min(0.98, activity * (background.counts[key] + 0.2) / (background.total + 1))
      if isFiring[key] { observed[caller] += 1 }
    }
    let missing = expected.indices.map { (expected[$0] - observed[$0]) / (expected[$0] + 1).squareRoot() }
    for component in result.indices where hasCalls[component] {
      let siblings = result.indices.filter { $0 != component && index.areSiblings($0, component) }
      guard let most = siblings.map({ hasCalls[$0] ? missing[$0] : 0 }).max() else { continue }
      result[component] = max(0, missing[component] - most)
    }
    return result
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

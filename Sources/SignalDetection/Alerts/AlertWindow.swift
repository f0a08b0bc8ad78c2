import IncidentModel
import Telemetry

/// The distinct conditions that fired in one window, as positions in an `AlertIndex`.
struct AlertWindow {
  /// Ascending, unique.
  var keys: [Int]
  /// Seconds from the window's start to the first time that the key fired.
  var onsetSeconds: [Double]
  var durationSeconds: Double
  /// Windows with the same number fired alike to the second, as a recording that is padded with copies has them.
  var content = 0

  /// The keys that had fired after so many seconds; all of them where the window is no longer than that.
  func keys(within seconds: Double) -> [Int] {
    durationSeconds > seconds ? keys.indices.filter { onsetSeconds[$0] < seconds }.map { keys[$0] } : keys
  }
}

extension [AlertWindow] {
  /// Numbers the windows by what they hold. A quiet window is a copy of no other.
  mutating func numberContents() {
    var numbers: [[Int]: Int] = [:]
    for position in indices {
      let seconds = self[position].onsetSeconds.map { Int($0.clamped(to: -1e9...1e9).rounded()) }
      let content = self[position].keys.isEmpty ? [-1 - position] : self[position].keys + seconds
      self[position].content = numbers[content] ?? numbers.count
      numbers[content] = self[position].content
    }
  }
}

/// Alerts of all windows with their keys numbered, and the components that they can be about.
struct AlertIndex {
  private(set) var keys: [AlertKey] = []
  private(set) var components: [Component] = []
  private(set) var componentOfKey: [Int] = []
  private(set) var callerOfKey: [Int?] = []
  /// Keys of one metric at components of one kind share a peer group: is this odd for its kind?
  private(set) var peerGroupOfKey: [Int?] = []
  private(set) var peerGroupCount = 0
  /// Keys of one resource class and direction share how long they stay once they fire.
  private(set) var stayGroupOfKey: [Int] = []
  private(set) var stayGroupCount = 0
  /// The services that a component's service calls, itself left out.
  private(set) var calleesOfComponent: [[Int]] = []
  /// The component itself and its replicas.
  private(set) var membersOfComponent: [[Int]] = []
  /// How many components are of the same kind as this one.
  private(set) var kindSizes: [Int] = []
  /// How many components of the same kind belong to the same service, this one included.
  private(set) var siblingCounts: [Int] = []
  private(set) var kindOfComponent: [Int] = []
  private var keyNumbers: [AlertKey: Int] = [:]
  private var componentNumbers: [ComponentID: Int] = [:]
  private var peerGroups: [PeerGroup: Int] = [:]
  /// By time.
  private var unlabelled: [Firing] = []
  /// By the `window` label.
  private var labelled: [String: [Firing]] = [:]

  fileprivate struct Firing {
    var key: Int
    var time: Timestamp
  }

  private struct PeerGroup: Hashable {
    var kind: Int
    var name: String
  }

  private var stayGroups: [StayGroup: Int] = [:]

  private struct StayGroup: Hashable {
    var family: AlertKey.Family
    var resource: AlertResourceClass?
    var direction: String
  }

  private struct Kind: Hashable {
    var kind: ComponentKind
    var role: ComponentRole
    var isKnown: Bool
  }

  /// - Parameter alerts: every alert of every window.
  init(serviceMap: ServiceMap, alerts: [Alert]) {
    let keyed = alerts.compactMap { alert in AlertKey(alert).map { (key: $0, alert: alert) } }
    let found = Set(keyed.map(\.key)).sorted()
    var unknown: Set<ComponentID> = []
    for key in found {
      for id in [key.component] + (key.caller.map { [$0] } ?? []) where serviceMap[id] == nil { unknown.insert(id) }
    }
    components = serviceMap.components + unknown.sorted().map { Component(id: $0, role: .unknown) }
    for (number, component) in components.enumerated() { componentNumbers[component.id] = number }
    numberKinds(knownCount: serviceMap.components.count)
    relate(serviceMap)
    for key in found { add(key) }
    for (key, alert) in keyed {
      guard let number = keyNumbers[key] else { continue }
      let firing = Firing(key: number, time: alert.startsAt)
      if let label = alert.labels["window"] {
        labelled[label, default: []].append(firing)
      } else {
        unlabelled.append(firing)
      }
    }
    unlabelled.sort { ($0.time, $0.key) < ($1.time, $1.key) }
  }

  func number(of component: ComponentID) -> Int? { componentNumbers[component] }
  func areSiblings(_ left: Int, _ right: Int) -> Bool {
    left == right || (components[left].instanceOf != nil && components[left].instanceOf == components[right].instanceOf)
  }

  private mutating func numberKinds(knownCount: Int) {
    var numbers: [Kind: Int] = [:]
    kindOfComponent = components.enumerated().map { number, component in
      let isKnown = number < knownCount
      let kind = Kind(
        kind: isKnown ? component.kind : .service, role: isKnown ? component.role : .unknown, isKnown: isKnown)
      if let known = numbers[kind] { return known }
      numbers[kind] = numbers.count
      return numbers.count - 1
    }
    var sizes = [Int](repeating: 0, count: numbers.count)
    for kind in kindOfComponent { sizes[kind] += 1 }
    kindSizes = kindOfComponent.map { sizes[$0] }
    siblingCounts = components.indices.map { one in
      components.indices.count { kindOfComponent[$0] == kindOfComponent[one] && areSiblings(one, $0) }
    }
  }

  private mutating func relate(_ map: ServiceMap) {
    membersOfComponent = components.indices.map { [$0] }
    for (number, component) in components.enumerated() {
      if let service = component.instanceOf.flatMap({ componentNumbers[$0] }) {
        membersOfComponent[service].append(number)
      }
    }
    calleesOfComponent = components.map { component in
      let service = component.instanceOf ?? component.id
      let called = Set([service, component.id].flatMap(map.callees).map { map.service(of: $0) })
      return called.subtracting([service]).compactMap { componentNumbers[$0] }.sorted()
    }
  }

  private mutating func add(_ key: AlertKey) {
    guard let component = componentNumbers[key.component] else { return }
    keyNumbers[key] = keys.count
    keys.append(key)
    componentOfKey.append(component)
    callerOfKey.append(key.caller.flatMap { componentNumbers[$0] })
    let stay = StayGroup(
      family: key.family, resource: key.family == .metric ? key.resourceClass : nil, direction: key.direction)
    stayGroupOfKey.append(stayGroups[stay] ?? stayGroupCount)
    if stayGroups[stay] == nil {
      stayGroups[stay] = stayGroupCount
      stayGroupCount += 1
    }
    guard key.family == .metric else {
      peerGroupOfKey.append(nil)
      return
    }
    let group = PeerGroup(kind: kindOfComponent[component], name: key.name)
    let number = peerGroups[group] ?? peerGroupCount
    if number == peerGroupCount {
      peerGroups[group] = number
      peerGroupCount += 1
    }
    peerGroupOfKey.append(number)
  }

  /// The window's conditions with their first onset. An alert that carries a `window` label belongs to the window that
  /// starts then, whatever its own time: detectors that report per window may overlap.
  func window(_ time: TimeWindow) -> AlertWindow {
    let first = unlabelled.partitioningIndex(notBefore: time.start)
    let timed = unlabelled[first...].prefix { $0.time < time.end }
    var onsets: [Int: Double] = [:]
    for alert in (labelled[time.start.description] ?? []) + timed {
      let onset = time.start.seconds(until: alert.time)
      onsets[alert.key] = min(onsets[alert.key] ?? onset, onset)
    }
    let keys = onsets.keys.sorted()
    return AlertWindow(
      keys: keys, onsetSeconds: keys.map { onsets[$0] ?? 0 }, durationSeconds: time.durationSeconds)
  }
}

extension [AlertIndex.Firing] {
  /// The first position, in an array sorted by time, at or after the moment.
  fileprivate func partitioningIndex(notBefore moment: Timestamp) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].time < moment { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

import IncidentModel

/// Where more load than usual begins, and how much of what others show it explains.
///
/// Load is passed on from callers to callees. Where a component receives more although its callers do not, either a
/// caller asks more often for each request, or it tries again because the component fails; which of the two is told
/// by what came first.
struct LoadOrigin {
  private let map: ServiceMap
  private var rises: [ComponentID: Double] = [:]
  private var began: [ComponentID: Timestamp] = [:]
  private var sufferedSince: [ComponentID: Timestamp] = [:]
  /// How many more requests than usual each client sends, where clients are told apart.
  private var asked: [ComponentID: [ComponentID: Double]] = [:]
  private let failing: [ComponentID: Double]

  /// A rise below this log ratio explains nothing.
  private static let minimumRise = 0.25
  /// The share of a component's rise that a caller's own rise must reach to have been passed on.
  private static let passedOnShare = 0.6
  /// Load that came this much earlier than the suffering was not caused by it.
  private static let leadSeconds = 20.0
  private static let mostExplained = 0.9
  /// Retries seldom multiply load by more than four, and each of several callers above one another may do so.
  private static let mostRetries = 1.4
  /// What a client sends more, from this share of the largest on, is an answer to who asks.
  private static let notableShare = 0.2
  /// Counts scatter.
  private static let retrySlack = 1.2

  init(signals: [Signal], map: ServiceMap) {
    self.map = map
    failing = signals.failingShares
    for signal in signals {
      if signal.channel == .traffic, signal.logRatio > 0, let client = signal.client, let usual = signal.usual {
        let more = signal.evidence.value - usual
        asked[signal.component, default: [:]][client] = max(more, asked[signal.component]?[client] ?? 0)
      }
      switch signal.channel {
      case .traffic where signal.logRatio > rises[signal.component] ?? 0:
        rises[signal.component] = signal.logRatio
        began[signal.component] = signal.onset
      case .latencyExcess, .errorExcess:
        guard let onset = signal.onset else { continue }
        sufferedSince[signal.component] = min(onset, sufferedSince[signal.component] ?? onset)
      default: continue
      }
    }
  }

  /// The log ratio by which load rose; 0 where it did not.
  func rise(_ component: ComponentID) -> Double { rises[component] ?? 0 }

  /// Whether more load than usual arrives here that no caller passed on and that are not retries.
  func begins(at component: ComponentID) -> Bool {
    switch source(component) {
    case .users, .asking: true
    case .none, .callers, .retries: false
    }
  }

  private enum Source { case none, users, callers, asking, retries }

  /// - Parameter below: components that this one's load was traced up from.
  private func source(_ component: ComponentID, below: Set<ComponentID> = []) -> Source {
    let rise = rise(component)
    guard rise >= Self.minimumRise else { return .none }
    let callers = map.callers(of: component)
    let risen = callers.max { (self.rise($0), $1) < (self.rise($1), $0) }
    if isRetrying(component, beyond: risen.map { self.rise($0) } ?? 0) { return .retries }
    if callers.isEmpty { return .users }
    if let risen, self.rise(risen) >= Self.passedOnShare * rise {
      let below = below.union([component])
      // Whatever a caller's callers try again, it asks again as well.
      return !below.contains(risen) && source(risen, below: below) == .retries ? .retries : .callers
    }
    guard rise < Self.mostRetries, let start = began[component], let suffering = sufferedSince[component] else {
      return .asking
    }
    return start.seconds(until: suffering) >= Self.leadSeconds ? .asking : .retries
  }

  /// Whether up to two further attempts at what fails make up the rise: 1 + f + f² attempts for each request. Where calls
  /// failed before more of them came, a third makes up what callers do not pass on, who may be tried again themselves.
  private func isRetrying(_ component: ComponentID, beyond passedOn: Double) -> Bool {
    guard let share = failing[component] else { return false }
    let two = 1 + share + share * share
    if Number.exp(rise(component)) <= two { return true }
    guard let start = began[component], let suffering = sufferedSince[component],
      start.seconds(until: suffering) < Self.leadSeconds, !map.callers(of: component).isEmpty,
      rise(component) - passedOn >= Self.minimumRise
    else { return false }
    return Number.exp(rise(component) - passedOn) <= Self.retrySlack * (two + share * share * share)
  }

  /// How much of a component's excess its load does not explain: 1 without a clear rise, and where the load are
  /// retries.
  func unexplainedShare(_ component: ComponentID) -> Double {
    switch source(component) {
    case .none, .retries: 1
    case .users, .callers, .asking:
      1 - Self.mostExplained * ((rise(component) - 0.2) / 0.3).clamped(to: 0...1)
    }
  }

  /// Those who send notably more, where clients are told apart; nil where nobody knows.
  private func clientsAsking(_ component: ComponentID) -> [ComponentID]? {
    guard let more = asked[component], let most = more.values.max(), most > 0 else { return nil }
    let known = Set(map.callers(of: component))
    let asking = more.filter { $0.value >= Self.notableShare * most }.keys.map { map.service(of: $0) }
    let callers = Set(asking).intersection(known)
    return callers.isEmpty ? nil : callers.sorted()
  }

  /// Who answers for a change of load at the signal's component, and with how much of its strength.
  func blame(_ signal: Signal) -> [(component: ComponentID, strength: Double)] {
    let component = signal.component
    guard signal.logRatio > 0 else { return [(component, 0.2 * signal.strength)] }
    switch source(component) {
    case .users: return [(component, signal.strength)]
    case .none: return [(component, 0.15 * signal.strength)]
    case .callers, .retries: return [(component, 0.05 * signal.strength)]
    case .asking:
      let callers = clientsAsking(component) ?? map.callers(of: component)
      // What reached the callers themselves they only pass on.
      let passedOn = (callers.map { rise($0) }.max() ?? 0) / max(rise(component), Self.minimumRise)
      let share = (callers.count <= 3 ? 0.9 : 0.6) * (1 - passedOn).clamped(to: 0...1)
      return callers.map { ($0, share * signal.strength) } + [(component, 0.05 * signal.strength)]
    }
  }
}

extension Signal {
  /// Who measured this of the component; nil where the component did so itself.
  var client: ComponentID? {
    subject.split(separator: "|").dropFirst().first { $0.hasPrefix("client=") }.map {
      ComponentID(String($0.dropFirst(7)))
    }
  }
}

import IncidentModel

/// What a policy made of a history.
package struct PolicyTrial: Sendable {
  /// One time of firing of one alert.
  package struct Episode: Hashable, Comparable, Sendable, Codable {
    package var fingerprint: Fingerprint
    package var startsAt: Timestamp

    package static func < (left: Episode, right: Episode) -> Bool {
      (left.startsAt, left.fingerprint) < (right.startsAt, right.fingerprint)
    }
  }

  /// Messages to a receiver because something fires; several integrations of one receiver get them as one.
  package private(set) var pageCount = 0
  /// One for each integration, those that tell of ends among them.
  package private(set) var messageCount = 0
  /// Seconds from the begin of each episode that paged to its first page.
  package private(set) var secondsToFirstPage: [Episode: Double] = [:]
  /// The page group that each episode first paged in.
  package private(set) var incidents: [Episode: String] = [:]
  /// Pages by the alert rule, for each alert in them.
  package private(set) var pagesByRule: [String: Int] = [:]
  package private(set) var pagesByReceiver: [String: Int] = [:]
  package private(set) var counts = DeskCounts()
  /// All of them, where they were asked for.
  package private(set) var messages: [Notification] = []

  private var names: [Fingerprint: String] = [:]
  private var lastPageOfGroup: [String: (incident: String, episodes: Set<Episode>)] = [:]
  private let keepsMessages: Bool

  /// Time goes on behind the last event for as long as the policy may still have to say something new.
  private static let afterwards = 86_400.0

  package init(_ history: AlertHistory, policy: AlertmanagerConfiguration, keepsMessages: Bool = false) {
    self.keepsMessages = keepsMessages
    guard let first = history.events.first, let last = history.events.last else { return }
    var desk = Desk(policy: policy, startingAt: first.at)
    for event in history.events {
      if case .alert(let alert) = event.content {
        names[alert.labels.fingerprint] = alert.labels["alertname"]
      }
      desk.receive(event)
      take(desk.takeNotifications())
    }
    desk.advance(to: last.at.advanced(bySeconds: Self.afterwards))
    take(desk.takeNotifications())
    counts = desk.counts
  }

  private mutating func take(_ notifications: [Notification]) {
    if keepsMessages { messages += notifications }
    messageCount += notifications.count
    for page in notifications where page.isPage && page.integration == 0 {
      pageCount += 1
      pagesByReceiver[page.receiver, default: 0] += 1
      let episodes = Set(
        page.alerts.filter(\.isFiring).map { Episode(fingerprint: $0.fingerprint, startsAt: $0.startsAt) })
      // A group's pages are one incident for as long as each shares an alert with the one before.
      let group = "\(page.receiver) \(page.groupKey)"
      var incident = "\(group) \(page.at)"
      if let last = lastPageOfGroup[group], !last.episodes.isDisjoint(with: episodes) { incident = last.incident }
      lastPageOfGroup[group] = (incident, episodes)
      for episode in episodes {
        pagesByRule[names[episode.fingerprint] ?? "", default: 0] += 1
        guard secondsToFirstPage[episode] == nil else { continue }
        secondsToFirstPage[episode] = episode.startsAt.seconds(until: page.at)
        incidents[episode] = incident
      }
    }
  }
}

/// Two policies on one history.
package struct PolicyComparison: Hashable, Sendable, Codable {
  package struct Side: Hashable, Sendable, Codable {
    package var policy: String
    package var pages: Int
    package var messages: Int
    package var alertsPaged: Int
    package var incidents: Int
    package var medianSecondsToFirstPage: Double?
    package var p95SecondsToFirstPage: Double?
    package var pagesByReceiver: [String: Int]
    package var noisiestRules: [Rule]
    package var received: Int
    package var rejected: Int
    package var outcome: [String: Int]
  }

  package struct Rule: Hashable, Sendable, Codable {
    package var name: String
    package var pages: Int
  }

  package struct Lost: Hashable, Sendable, Codable {
    package var fingerprint: Fingerprint
    package var startsAt: Timestamp
  }

  package var schema = "tocsin.policy-comparison/1"
  package var a: Side
  package var b: Side?
  /// Pages that A sends and B does not need.
  package var saved: Int?
  /// Alerts, each time they fired, that A pages and B never does.
  package var lost: [Lost]?
  package var gained: Int?
  /// Incidents of B that hold alerts of several incidents of A, and the other way round.
  package var merged: Int?
  package var split: Int?

  package init(
    _ history: AlertHistory, policy: AlertmanagerConfiguration, against other: AlertmanagerConfiguration?
  ) {
    self.init(PolicyTrial(history, policy: policy), policy, history, against: other)
  }

  /// With the first policy's trial made already.
  package init(
    _ first: PolicyTrial, _ policy: AlertmanagerConfiguration, _ history: AlertHistory,
    against other: AlertmanagerConfiguration?
  ) {
    a = Side(first, policy: policy.file)
    guard let other else { return }
    let second = PolicyTrial(history, policy: other)
    b = Side(second, policy: other.file)
    saved = first.pageCount - second.pageCount
    let firstPaged = Set(first.secondsToFirstPage.keys)
    let secondPaged = Set(second.secondsToFirstPage.keys)
    lost = firstPaged.subtracting(secondPaged).sorted().map { Lost(fingerprint: $0.fingerprint, startsAt: $0.startsAt) }
    gained = secondPaged.subtracting(firstPaged).count
    merged = Self.mixed(second.incidents, first.incidents)
    split = Self.mixed(first.incidents, second.incidents)
  }

  /// How many groups of one division hold members of several groups of the other.
  private static func mixed(
    _ groups: [PolicyTrial.Episode: String], _ others: [PolicyTrial.Episode: String]
  ) -> Int {
    var seen: [String: Set<String>] = [:]
    for (episode, group) in groups {
      if let other = others[episode] { seen[group, default: []].insert(other) }
    }
    return seen.values.count { $0.count > 1 }
  }
}

extension PolicyComparison.Side {
  init(_ trial: PolicyTrial, policy: String) {
    let seconds = trial.secondsToFirstPage.values.sorted()
    func quantile(_ share: Double) -> Double? {
      seconds.isEmpty ? nil : seconds[min(seconds.count - 1, Int(Double(seconds.count) * share))]
    }
    self.policy = policy
    pages = trial.pageCount
    messages = trial.messageCount
    alertsPaged = seconds.count
    incidents = Set(trial.incidents.values).count
    medianSecondsToFirstPage = quantile(0.5)
    p95SecondsToFirstPage = quantile(0.95)
    pagesByReceiver = trial.pagesByReceiver
    noisiestRules = trial.pagesByRule.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(10)
      .map { PolicyComparison.Rule(name: $0.key, pages: $0.value) }
    received = trial.counts.received
    rejected = trial.counts.rejected.values.reduce(0, +)
    outcome = Dictionary(trial.counts.byFate.map { ("\($0.key)", $0.value) }) { first, _ in first }
    outcome["deduplicated"] = trial.counts.deduplicated
  }
}

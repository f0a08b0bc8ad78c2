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

  /// Messages that tell of something firing.
  package private(set) var pageCount = 0
  package private(set) var messageCount = 0
  /// Seconds from the begin of each episode that paged to its first page.
  package private(set) var secondsToFirstPage: [Episode: Double] = [:]
  /// The page group that each episode first paged in.
  package private(set) var incidents: [Episode: String] = [:]
  /// Pages by the alert rule, for each alert in them.
  package private(set) var pagesByRule: [String: Int] = [:]
  package private(set) var pagesByReceiver: [String: Int] = [:]
  package private(set) var counts = DeskCounts()
  package private(set) var isAccountedFor = true

  private var names: [Fingerprint: String] = [:]
  private var lastPageOfGroup: [String: (at: Timestamp, incident: String)] = [:]

  /// Time goes on behind the last event for as long as the policy may still have to say something new.
  private static let afterwards = 86_400.0

  package init(_ history: AlertHistory, policy: AlertmanagerConfiguration) {
    guard let first = history.events.first, let last = history.events.last else { return }
    var desk = Desk(policy: policy, startingAt: first.at)
    for event in history.events {
      if case .alert(let alert) = event.content {
        names[alert.labels.fingerprint] = alert.labels["alertname"]
      }
      desk.receive(event)
      take(desk.takeNotifications(), policy)
    }
    desk.advance(to: last.at.advanced(bySeconds: Self.afterwards))
    take(desk.takeNotifications(), policy)
    counts = desk.counts
    isAccountedFor = desk.counts.addUp
  }

  private mutating func take(_ notifications: [Notification], _ policy: AlertmanagerConfiguration) {
    for notification in notifications {
      messageCount += 1
      guard notification.isPage else { continue }
      pageCount += 1
      pagesByReceiver[notification.receiver, default: 0] += 1
      // One group's pages are one incident until all in it was over.
      let group = "\(notification.receiver) \(notification.groupKey)"
      let isNew = notification.reason == .first || lastPageOfGroup[group] == nil
      let incident = isNew ? "\(group) \(notification.at)" : lastPageOfGroup[group]?.incident ?? group
      lastPageOfGroup[group] = (notification.at, incident)
      for alert in notification.alerts where alert.isFiring {
        let episode = Episode(fingerprint: alert.fingerprint, startsAt: alert.startsAt)
        pagesByRule[names[alert.fingerprint] ?? "", default: 0] += 1
        if secondsToFirstPage[episode] == nil {
          secondsToFirstPage[episode] = alert.startsAt.seconds(until: notification.at)
          incidents[episode] = incident
        }
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
    let first = PolicyTrial(history, policy: policy)
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

import IncidentModel

/// Two policies on one history.
package struct PolicyComparison: Hashable, Sendable, Codable {
  package struct Side: Hashable, Sendable, Codable {
    package var policy: String
    package var pages: Int
    package var messages: Int
    /// Those that an update to a page told of are among them, and duplicates of one that was told.
    package var alertsPaged: Int
    package var incidents: Int
    package var medianSecondsToFirstPage: Double?
    package var p95SecondsToFirstPage: Double?
    package var pagesByReceiver: [String: Int]
    package var noisiestRules: [Rule]
    /// Rules that lead to nothing most often, where the policy scores noise.
    package var noise: [Noise]?
    package var received: Int
    package var rejected: Int
    package var outcome: [String: Int]
  }

  package struct Rule: Hashable, Sendable, Codable {
    package var name: String
    package var pages: Int
  }

  package struct Noise: Hashable, Sendable, Codable {
    package var name: String
    package var starts: Int
    package var useful: Int
    package var score: Double
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

  /// Both policies in one go through the history.
  ///
  /// - Throws: `DatasetError` for a history that cannot be gone through.
  package init(_ history: AlertHistory, policy: AlertPolicy, against other: AlertPolicy?) throws {
    var first = PolicyTrial(policy)
    var second = other.map { PolicyTrial($0) }
    var reader = try history.reader()
    while let event = try reader.next() {
      first.receive(event)
      second?.receive(event)
    }
    first.finish()
    second?.finish()
    self.init(first, against: second)
  }

  /// Of trials that are over.
  package init(_ first: PolicyTrial, against second: PolicyTrial?) {
    a = Side(first)
    guard let second else { return }
    b = Side(second)
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
    _ groups: [PolicyTrial.Episode: Int], _ others: [PolicyTrial.Episode: Int]
  ) -> Int {
    var seen: [Int: Set<Int>] = [:]
    for (episode, group) in groups {
      if let other = others[episode] { seen[group, default: []].insert(other) }
    }
    return seen.values.count { $0.count > 1 }
  }
}

extension PolicyComparison.Side {
  init(_ trial: PolicyTrial) {
    let seconds = trial.secondsToFirstPage.values.sorted()
    func quantile(_ share: Double) -> Double? {
      seconds.isEmpty ? nil : seconds[min(seconds.count - 1, Int(Double(seconds.count) * share))]
    }
    policy = trial.policy.file
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
    outcome["deduplicatedInto"] = trial.counts.deduplicatedInto
    let loudest = trial.noise.sorted { ($1.value.score, $0.key) < ($0.value.score, $1.key) }.prefix(10)
    noise =
      loudest.isEmpty
      ? nil
      : loudest.map {
        PolicyComparison.Noise(name: $0.key, starts: $0.value.starts, useful: $0.value.useful, score: $0.value.score)
      }
  }
}

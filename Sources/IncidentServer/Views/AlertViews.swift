import IncidentModel

/// One alert, with what became of it.
struct AlertView: Sendable, Hashable, Codable {
  enum State: String, Sendable, Hashable, Codable, CaseIterable { case firing, resolved }

  /// Sixteen hexadecimal digits.
  var fingerprint: String
  var labels: [String: String]
  var annotations: [String: String] = [:]
  var startsAt: Timestamp
  /// When it ended, or will be taken to have ended if nobody repeats it.
  var endsAt: Timestamp
  var updatedAt: Timestamp
  var state: State
  /// The incident that it belongs to; nil where it opened none.
  var incident: String?

  var name: String { labels["alertname"] ?? "alert" }
}

/// Why an alert pages or does not, step by step.
struct AlertExplanationView: Sendable, Hashable, Codable {
  struct Step: Sendable, Hashable, Codable {
    /// `dedup`, `maintenance`, `inhibition`, `group`, `route`, `budget`, `incident`.
    var stage: String
    /// Whether this keeps it from paging.
    var isStopping: Bool
    var statement: String
    /// The rule as the policy has it, where one decided.
    var rule: String?
  }

  var alert: AlertView
  var steps: [Step]
  /// Full sentences, each with one change that would have made it page.
  var counterfactuals: [String] = []
  /// Whether the policy has receivers that are told anything.
  var sends = false
}

/// From what came in to whom it was told; every alert is counted once.
struct AlertFunnel: Sendable, Hashable, Codable {
  /// Whether the policy has receivers that are told anything.
  var sends = false
  var received: Int = 0
  var rejected: Int = 0
  var deduplicated: Int = 0
  var silenced: Int = 0
  var inhibited: Int = 0
  /// Waiting in their group, or with nothing new to tell.
  var grouped: Int = 0
  var paged: Int = 0
  var incidents: Int = 0
}

/// Which alerts of all, the last to begin first.
struct AlertFilter: Sendable, Hashable {
  var state: AlertView.State?
  var incident: String?
  /// Every one of these labels has to be equal.
  var labels: [String: String] = [:]
  /// The place after which the list goes on, as `nextCursor` gave it.
  var cursor: String?
  var limit: Int = 100
}

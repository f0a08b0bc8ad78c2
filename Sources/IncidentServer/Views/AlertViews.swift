import IncidentModel

/// One alert, with what became of it.
package struct AlertView: Sendable, Hashable, Codable {
  package enum State: String, Sendable, Hashable, Codable, CaseIterable { case firing, resolved }

  /// Sixteen hexadecimal digits.
  package var fingerprint: String
  package var labels: [String: String]
  package var annotations: [String: String]
  package var startsAt: Timestamp
  /// When it ended, or will be taken to have ended if nobody repeats it.
  package var endsAt: Timestamp
  package var updatedAt: Timestamp
  package var state: State
  /// The incident that it belongs to; nil where it opened none.
  package var incident: String?

  package var name: String { labels["alertname"] ?? "alert" }

  package init(
    fingerprint: String, labels: [String: String], annotations: [String: String] = [:], startsAt: Timestamp,
    endsAt: Timestamp, updatedAt: Timestamp, state: State, incident: String? = nil
  ) {
    self.fingerprint = fingerprint
    self.labels = labels
    self.annotations = annotations
    self.startsAt = startsAt
    self.endsAt = endsAt
    self.updatedAt = updatedAt
    self.state = state
    self.incident = incident
  }
}

/// Why an alert pages or does not, step by step.
package struct AlertExplanationView: Sendable, Hashable, Codable {
  package struct Step: Sendable, Hashable, Codable {
    /// `dedup`, `maintenance`, `inhibition`, `group`, `route`, `budget`, `incident`.
    package var stage: String
    /// Whether this keeps it from paging.
    package var isStopping: Bool
    package var statement: String
    /// The rule as the policy has it, where one decided.
    package var rule: String?

    package init(stage: String, isStopping: Bool, statement: String, rule: String? = nil) {
      self.stage = stage
      self.isStopping = isStopping
      self.statement = statement
      self.rule = rule
    }
  }

  package var alert: AlertView
  package var steps: [Step]
  /// Full sentences, each with one change that would have made it page.
  package var counterfactuals: [String]

  package init(alert: AlertView, steps: [Step], counterfactuals: [String] = []) {
    self.alert = alert
    self.steps = steps
    self.counterfactuals = counterfactuals
  }
}

/// From what came in to whom it was told; every alert is counted once.
package struct AlertFunnel: Sendable, Hashable, Codable {
  package var received: Int
  package var rejected: Int
  package var deduplicated: Int
  package var silenced: Int
  package var inhibited: Int
  /// Waiting in their group, or with nothing new to tell.
  package var grouped: Int
  package var paged: Int
  package var incidents: Int

  package init(
    received: Int = 0, rejected: Int = 0, deduplicated: Int = 0, silenced: Int = 0, inhibited: Int = 0,
    grouped: Int = 0, paged: Int = 0, incidents: Int = 0
  ) {
    self.received = received
    self.rejected = rejected
    self.deduplicated = deduplicated
    self.silenced = silenced
    self.inhibited = inhibited
    self.grouped = grouped
    self.paged = paged
    self.incidents = incidents
  }
}

/// Which alerts of all, the last to begin first.
package struct AlertFilter: Sendable, Hashable {
  package var state: AlertView.State?
  package var incident: String?
  /// Every one of these labels has to be equal.
  package var labels: [String: String]
  /// The place after which the list goes on, as `nextCursor` gave it.
  package var cursor: String?
  package var limit: Int

  package init(
    state: AlertView.State? = nil, incident: String? = nil, labels: [String: String] = [:], cursor: String? = nil,
    limit: Int = 100
  ) {
    self.state = state
    self.incident = incident
    self.labels = labels
    self.cursor = cursor
    self.limit = limit
  }
}

import IncidentModel

/// An alert as a sender gives it: firing, or over since its end.
package struct IncomingAlert: Hashable, Sendable {
  package var labels: LabelSet
  package var annotations: LabelSet
  package var startsAt: Timestamp?
  package var endsAt: Timestamp?

  package init(
    labels: LabelSet, annotations: LabelSet = LabelSet(), startsAt: Timestamp? = nil, endsAt: Timestamp? = nil
  ) {
    self.labels = labels
    self.annotations = annotations
    self.startsAt = startsAt
    self.endsAt = endsAt
  }
}

/// Mutes what all of its matchers match, from its start until its end.
package struct Silence: Hashable, Sendable {
  package var id: String
  package var matchers: [Matcher]
  package var startsAt: Timestamp
  package var endsAt: Timestamp
  package var createdBy: String
  package var comment: String

  package init(
    id: String, matchers: [Matcher], startsAt: Timestamp, endsAt: Timestamp, createdBy: String = "",
    comment: String = ""
  ) {
    self.id = id
    self.matchers = matchers
    self.startsAt = startsAt
    self.endsAt = endsAt
    self.createdBy = createdBy
    self.comment = comment
  }

  func mutes(_ labels: LabelSet, at moment: Int64) -> Bool {
    startsAt.nanoseconds <= moment && moment < endsAt.nanoseconds && matchers.allSatisfy { $0.matches(labels) }
  }
}

/// What happens to the desk, with the moment at which it does.
package struct DeskEvent: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    case alert(IncomingAlert)
    /// New, or in the place of the one with the same id.
    case silence(Silence)
    case endSilence(id: String)
    /// Somebody takes an alert on, or all alerts of an incident.
    case acknowledge(Subject, by: String)
    /// An investigation suspects a component to be the cause of an incident.
    case suspect(incident: Int, cause: ComponentID)
    /// Nobody could report anything since the event before.
    case resumed
    /// Time passes, and nothing else.
    case tick
  }

  package enum Subject: Hashable, Sendable {
    case alert(Fingerprint)
    case incident(Int)
  }

  package var at: Timestamp
  package var content: Content

  package init(at: Timestamp, _ content: Content) {
    self.at = at
    self.content = content
  }
}

/// One message to one integration of a receiver.
package struct Notification: Hashable, Sendable, Codable {
  package enum Reason: String, Hashable, Sendable, Codable {
    case first = "first notification"
    case newAlerts = "new alerts added"
    case someResolved = "some alerts resolved"
    case allResolved = "all alerts resolved"
    case repeated = "repeat interval elapsed"

    /// Whether it is given because something goes on; news that something ended are no page.
    package var tellsOfFiring: Bool { self != .someResolved && self != .allResolved }
  }

  package struct Alert: Hashable, Sendable, Codable {
    package var fingerprint: Fingerprint
    package var isFiring: Bool
    package var startsAt: Timestamp
  }

  package var at: Timestamp
  package var receiver: String
  /// The place of the integration in the receiver's list, and its kind; nil for a receiver without any.
  package var integration: Int
  package var kind: String?
  package var groupKey: String
  package var groupLabels: LabelSet
  package var reason: Reason
  package var alerts: [Alert]
  /// Why a receiver is told that the route does not name.
  package var because: String?
  /// The incidents that its firing alerts are parts of, sorted; those of all where none fires.
  package var incidents: [Int] = []
  /// Whether it adds to incidents that the receiver was paged for.
  package var isUpdate = false
  /// Alerts that a storm has kept from this receiver up to now.
  package var heldByStorm = 0

  package var isPage: Bool { reason.tellsOfFiring && !isUpdate }
}

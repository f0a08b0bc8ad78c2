import IncidentModel

/// Alerts that began near in time and near in the service map, taken for one trouble.
package struct CorrelatedIncident: Hashable, Sendable, Codable {
  /// Why an alert belongs: it began near another one, and the service map leads from the one to the other.
  package struct Link: Hashable, Sendable, Codable {
    package var to: Fingerprint
    /// From the alert's component to that of the other, both included; one where they are the same.
    package var path: [ComponentID]
    package var secondsApart: Double
  }

  package struct Member: Hashable, Sendable, Codable {
    package var fingerprint: Fingerprint
    package var startsAt: Timestamp
    package var component: ComponentID
    /// Nil for the first alert.
    package var link: Link?
  }

  /// What one receiver was told.
  struct Page: Hashable, Sendable, Codable {
    var at: Int64
    /// The rank of the worst alert.
    var worst: Int
  }

  /// From 1, in the order in which they opened.
  package var id: Int
  package var openedAt: Timestamp
  /// When it had become quiet: nothing fires, and nothing began for as long as counts as near.
  package var resolvedAt: Timestamp?
  /// In the order in which they came.
  package var members: [Member] = []
  /// Members beyond those that are listed.
  package var unlistedCount = 0
  /// The older incident that it turned out to be a part of.
  package var mergedInto: Int?
  /// What an investigation said; the service map is asked where none did.
  package var investigatedCause: ComponentID?
  package var acknowledgement: Acknowledgement?
  var lastStart: Int64
  /// When it is looked at whether it has become quiet.
  var nextCheck: Int64 = .max
  var pages: [String: Page] = [:]
  /// The rule of its alerts, where noise is scored, and whether there are alerts of others too.
  var rule: String?
  var isMixed = false

  static let maximumMembers = 10_000

  package var isOpen: Bool { resolvedAt == nil && mergedInto == nil }
}

/// What happened to incidents, for whoever follows them.
package enum IncidentChange: Hashable, Sendable, Codable {
  case opened(Int)
  case joined(Int, alert: Fingerprint)
  case merged(Int, into: Int)
  case resolved(Int)
}

/// The incidents that are open or were lately, and where in the system something began last.
struct IncidentRegister: Hashable, Sendable, Codable {
  struct Seen: Hashable, Sendable, Codable {
    var incident: Int
    var at: Int64
    var fingerprint: Fingerprint
  }

  var incidents: [Int: CorrelatedIncident] = [:]
  var lastID = 0
  /// By component.
  var seen: [String: Seen] = [:]
  /// Not taken yet; when nobody takes them the oldest are dropped.
  var changes: [IncidentChange] = []

  static let maximumChanges = 10_000
  /// Incidents that are over are known for a day.
  static let retention: Int64 = 86_400_000_000_000

  mutating func note(_ change: IncidentChange) {
    if changes.count >= Self.maximumChanges { changes.removeFirst(Self.maximumChanges / 2) }
    changes.append(change)
  }

  mutating func change(_ id: Int, _ body: (inout CorrelatedIncident) -> Void) {
    guard var incident = incidents.removeValue(forKey: id) else { return }
    body(&incident)
    incidents[id] = incident
  }

  /// The incident that one is a part of by now.
  func current(_ id: Int) -> Int {
    var id = id
    while let next = incidents[id]?.mergedInto { id = next }
    return id
  }

  mutating func forget(before now: Int64, within: Int64) {
    let oldest = now.addingSaturating(-Self.retention)
    incidents = incidents.filter { _, incident in
      incident.isOpen || max(incident.lastStart, incident.resolvedAt?.nanoseconds ?? .min) > oldest
    }
    let near = now.addingSaturating(-within)
    seen = seen.filter { $0.value.at > near }
  }
}

import IncidentModel

/// One incident as the ledger and the store keep it.
struct IncidentRecord: Sendable, Hashable, Codable {
  var number: Int
  var state = IncidentState.open
  /// The worst that its alerts' labels say.
  var severity = Severity.sev4
  var title: String
  /// What its alerts have in common, for example `cluster=eu-1`; alerts of another scope are of another incident.
  var scope: String
  var openedAt: Timestamp
  var updatedAt: Timestamp
  /// When the last alert joined that had not been part of it.
  var joinedAt: Timestamp
  /// When the earliest of its alerts began to fire.
  var beganAt: Timestamp
  /// Since when nothing of it fires.
  var quietSince: Timestamp?
  var resolvedAt: Timestamp?
  var alertCount = 0
  var firingCount = 0
  /// At most `maximumServiceCount`.
  var services: Set<String> = []
  /// Investigations that have begun, oldest first.
  var investigations: [Investigation] = []
  var verdict: VerdictView?
  var version = 0
  /// The incident of the alert desk, where its policy makes any.
  var correlation: Int?
  /// The incident that it turned out to be a part of.
  var mergedInto: Int?

  static let maximumServiceCount = 200

  struct Investigation: Sendable, Hashable, Codable {
    /// From 1.
    var generation: Int
    var startedAt: Timestamp
    /// Of the opening entry; nil until the telemetry has been read.
    var digest: String?
    var isConcluded = false
    /// Why it ended without a conclusion.
    var failure: String?
  }

  var id: String { Self.id(number) }

  static func id(_ number: Int) -> String { "INC-\(number)" }

  var isInvestigating: Bool {
    state != .resolved && investigations.last.map { !$0.isConcluded && $0.failure == nil } ?? false
  }

  static func number(_ id: String) -> Int? {
    guard id.hasPrefix("INC-"), id.utf8.count <= 20 else { return nil }
    return Int(id.dropFirst(4))
  }

  var item: IncidentListItem {
    IncidentListItem(
      id: id, title: title + (alertCount > 1 ? " and \(alertCount - 1) more" : ""), state: state,
      severity: verdict?.severity ?? severity,
      openedAt: openedAt, updatedAt: updatedAt, resolvedAt: resolvedAt, alertCount: alertCount,
      firingCount: firingCount, services: Array(services.sorted().prefix(20)), isInvestigating: isInvestigating,
      verdict: verdict, version: version)
  }
}

extension IncidentRecord {
  // Sets have no order; a document needs one.
  enum CodingKeys: String, CodingKey {
    case number, state, severity, title, scope, openedAt, updatedAt, joinedAt, beganAt, quietSince, resolvedAt
    case alertCount, firingCount, services, investigations, verdict, version, correlation, mergedInto
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(number, forKey: .number)
    try container.encode(state, forKey: .state)
    try container.encode(severity, forKey: .severity)
    try container.encode(title, forKey: .title)
    try container.encode(scope, forKey: .scope)
    try container.encode(openedAt, forKey: .openedAt)
    try container.encode(updatedAt, forKey: .updatedAt)
    try container.encode(joinedAt, forKey: .joinedAt)
    try container.encode(beganAt, forKey: .beganAt)
    try container.encodeIfPresent(quietSince, forKey: .quietSince)
    try container.encodeIfPresent(resolvedAt, forKey: .resolvedAt)
    try container.encode(alertCount, forKey: .alertCount)
    try container.encode(firingCount, forKey: .firingCount)
    try container.encode(services.sorted(), forKey: .services)
    try container.encode(investigations, forKey: .investigations)
    try container.encodeIfPresent(verdict, forKey: .verdict)
    try container.encode(version, forKey: .version)
    try container.encodeIfPresent(correlation, forKey: .correlation)
    try container.encodeIfPresent(mergedInto, forKey: .mergedInto)
  }
}

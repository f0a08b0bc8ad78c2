import IncidentModel
import Reporting

/// Where an incident stands.
enum IncidentState: String, Sendable, Hashable, Codable, CaseIterable {
  /// At least one of its alerts fires.
  case open
  /// Nothing of it fires any more; it closes unless something fires again.
  case mitigated
  case resolved
}

/// One incident in a list.
struct IncidentListItem: Sendable, Hashable, Codable {
  /// `INC-1`, `INC-2`, … in the order in which they were opened.
  var id: String
  var title: String
  var state: IncidentState
  /// Of the verdict; what the monitors say until there is one, and where it finds nothing wrong.
  var severity: Severity
  var openedAt: Timestamp
  var updatedAt: Timestamp
  var resolvedAt: Timestamp?
  var alertCount: Int = 0
  /// How many of its alerts fire now.
  var firingCount: Int = 0
  /// Services that its alerts name, sorted; at most 20.
  var services: [String] = []
  var isInvestigating: Bool = false
  /// Of the latest investigation that has ended; nil before the first.
  var verdict: VerdictView?
  /// Grows with every change of any incident: what streams resume from.
  var version: Int = 0
}

/// The answer in one line: what broke, how sure that is.
struct VerdictView: Sendable, Hashable, Codable {
  var outcome: Outcome
  /// Of the first finding; nil where there is none.
  var component: String?
  var fault: String?
  /// 0…1.
  var confidence: Double?
  /// Of the report; nil where nothing is wrong, since then there is nothing to rate.
  var severity: Severity?
  var statement: String
}

/// One incident with everything that is known of it.
struct IncidentDetail: Sendable, Hashable, Codable {
  var item: IncidentListItem
  /// From the board as it stands, also while the investigation runs; nil before the first has begun.
  var report: IncidentReport?
  /// The board of the latest investigation in its order. `BlackboardSnapshot(entries:)` gives what charts are made of.
  var entries: [BlackboardEntry] = []
  /// How many investigations there were; `entries` are of the last.
  var investigationCount: Int = 0
  /// At most 200, the first to fire first.
  var alerts: [AlertView] = []
}

/// Which incidents of all, newest first.
struct IncidentFilter: Sendable, Hashable {
  var states: Set<IncidentState> = Set(IncidentState.allCases)
  /// Only those in which this service takes part.
  var service: String?
  /// Those opened before the incident of this number.
  var before: Int?
  var limit: Int = 50
}

/// A part of a list, and where the next part begins.
struct ViewPage<Item: Sendable & Hashable & Codable>: Sendable, Hashable, Codable {
  var items: [Item]
  /// Nil at the end.
  var nextCursor: String?
}

import IncidentModel
import Reporting

/// Where an incident stands.
package enum IncidentState: String, Sendable, Hashable, Codable, CaseIterable {
  /// At least one of its alerts fires.
  case open
  /// Nothing of it fires any more; it closes unless something fires again.
  case mitigated
  case resolved
}

/// One incident in a list.
package struct IncidentListItem: Sendable, Hashable, Codable {
  /// `INC-1`, `INC-2`, … in the order in which they were opened.
  package var id: String
  package var title: String
  package var state: IncidentState
  package var severity: Severity
  package var openedAt: Timestamp
  package var updatedAt: Timestamp
  package var resolvedAt: Timestamp?
  package var alertCount: Int
  /// How many of its alerts fire now.
  package var firingCount: Int
  /// Services that its alerts name, sorted; at most 20.
  package var services: [String]
  package var isInvestigating: Bool
  /// Of the latest investigation that has ended; nil before the first.
  package var verdict: VerdictView?
  /// Grows with every change of any incident: what streams resume from.
  package var version: Int

  package init(
    id: String, title: String, state: IncidentState, severity: Severity, openedAt: Timestamp, updatedAt: Timestamp,
    resolvedAt: Timestamp? = nil, alertCount: Int = 0, firingCount: Int = 0, services: [String] = [],
    isInvestigating: Bool = false, verdict: VerdictView? = nil, version: Int = 0
  ) {
    self.id = id
    self.title = title
    self.state = state
    self.severity = severity
    self.openedAt = openedAt
    self.updatedAt = updatedAt
    self.resolvedAt = resolvedAt
    self.alertCount = alertCount
    self.firingCount = firingCount
    self.services = services
    self.isInvestigating = isInvestigating
    self.verdict = verdict
    self.version = version
  }
}

/// The answer in one line: what broke, how sure that is.
package struct VerdictView: Sendable, Hashable, Codable {
  package var outcome: Outcome
  /// Of the first finding; nil where there is none.
  package var component: String?
  package var fault: String?
  /// 0…1.
  package var confidence: Double?
  package var statement: String

  package init(
    outcome: Outcome, component: String? = nil, fault: String? = nil, confidence: Double? = nil, statement: String
  ) {
    self.outcome = outcome
    self.component = component
    self.fault = fault
    self.confidence = confidence
    self.statement = statement
  }
}

/// One incident with everything that is known of it.
package struct IncidentDetail: Sendable, Hashable, Codable {
  package var item: IncidentListItem
  /// From the board as it stands, also while the investigation runs; nil before the first has begun.
  package var report: IncidentReport?
  /// The board of the latest investigation in its order. `BlackboardSnapshot(entries:)` gives what charts are made of.
  package var entries: [BlackboardEntry]
  /// How many investigations there were; `entries` are of the last.
  package var investigationCount: Int
  /// At most 200, the first to fire first.
  package var alerts: [AlertView]

  package init(
    item: IncidentListItem, report: IncidentReport? = nil, entries: [BlackboardEntry] = [], investigationCount: Int = 0,
    alerts: [AlertView] = []
  ) {
    self.item = item
    self.report = report
    self.entries = entries
    self.investigationCount = investigationCount
    self.alerts = alerts
  }
}

/// Which incidents of all, newest first.
package struct IncidentFilter: Sendable, Hashable {
  package var states: Set<IncidentState>
  /// Only those in which this service takes part.
  package var service: String?
  /// Those opened before the incident of this number.
  package var before: Int?
  package var limit: Int

  package init(
    states: Set<IncidentState> = Set(IncidentState.allCases), service: String? = nil, before: Int? = nil,
    limit: Int = 50
  ) {
    self.states = states
    self.service = service
    self.before = before
    self.limit = limit
  }
}

/// A part of a list, and where the next part begins.
package struct ViewPage<Item: Sendable & Hashable & Codable>: Sendable, Hashable, Codable {
  package var items: [Item]
  /// Nil at the end.
  package var nextCursor: String?

  package init(items: [Item], nextCursor: String? = nil) {
    self.items = items
    self.nextCursor = nextCursor
  }
}

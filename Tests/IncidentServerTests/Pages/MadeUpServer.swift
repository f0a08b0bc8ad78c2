import IncidentModel
import Reporting
import Synchronization
import TestSupport

@testable import IncidentServer

/// What a server could know, made up: a shop with one incident that is understood, one that is being looked at, and
/// what else there is. The board of `INC-2` grows when it is told to.
final class MadeUpServer: Sendable {
  static let now = Timestamp(rfc3339: "2026-03-01T03:41:00Z") ?? Timestamp(nanoseconds: 0)

  /// How many entries of the board of `INC-2` are there.
  private let shownEntryCount = Mutex(3)
  private let extraIncidentCount: Int

  init(extraIncidentCount: Int = 0) { self.extraIncidentCount = extraIncidentCount }

  func postMore() { shownEntryCount.withLock { $0 += 4 } }

  var queries: ServerQueries {
    ServerQueries(
      incidents: { filter in
        let found = self.items.filter { item in
          filter.states.contains(item.state) && filter.service.map(item.services.contains) ?? true
        }
        return ViewPage(items: Array(found.prefix(filter.limit)), nextCursor: found.count > filter.limit ? "401" : nil)
      },
      incident: { self.detail($0) },
      alerts: { filter in
        ViewPage(items: Self.alerts.filter { filter.state == nil || $0.state == filter.state })
      },
      explanation: { fingerprint in Self.explanation(fingerprint) },
      funnel: {
        AlertFunnel(
          received: 1240, rejected: 2, deduplicated: 1188, silenced: 6, inhibited: 21, grouped: 19, paged: 4,
          incidents: 2)
      },
      services: { Self.services }, runbooks: { Self.runbooks }, replays: { Self.replays }, health: { Self.health },
      recommendations: { $0 == "INC-1" ? try Self.recommendations() : [] },
      allRecommendations: { try Self.recommendations() },
      planned: {
        [
          PlannedView(
            name: "renew-shop-certificate", runbook: "renew-certificate", at: Self.now, local: "Mon 2026-03-02 03:30",
            zone: "Europe/Berlin", recommendation: "P7", state: "approved"),
          PlannedView(
            name: "failover-drill", runbook: "fail-over-cache", at: Self.now, local: "Wed 2026-03-04 10:00",
            zone: "Europe/Berlin"),
        ]
      },
      deskStop: { DeskStopView(by: "bob", reason: "we are failing over", at: Self.now) })
  }

  static func item(
    _ id: String, _ title: String, _ state: IncidentState = .open, _ severity: Severity = .sev2,
    minutesAgo: Double = 27, isInvestigating: Bool = false, verdict: VerdictView? = nil
  ) -> IncidentListItem {
    IncidentListItem(
      id: id, title: title, state: state, severity: severity, openedAt: now.advanced(bySeconds: -60 * minutesAgo),
      updatedAt: now.advanced(bySeconds: -20), alertCount: 3, firingCount: state == .open ? 2 : 0,
      services: ["cart", "checkout", "frontend", "payment"], isInvestigating: isInvestigating, verdict: verdict)
  }

  private static let cause = VerdictView(
    outcome: .causeFound, component: "payment", fault: "cpu", confidence: 0.86,
    statement: "Cause: payment, CPU, 86 % sure.")

  private var items: [IncidentListItem] {
    [
      Self.item("INC-5", "<script>alert(1)</script> & \"cart\" is slow", minutesAgo: 1, isInvestigating: true),
      Self.item("INC-2", "Cart answers with errors", .open, .sev1, minutesAgo: 3, isInvestigating: true),
      Self.item("INC-1", "Checkout is slow", verdict: Self.cause),
      Self.item(
        "INC-4", "Mail is late", .mitigated, .sev4, minutesAgo: 190,
        verdict: VerdictView(outcome: .abstained, confidence: 0.31, statement: "Not enough to say.")),
      Self.item(
        "INC-3", "Nightly report is late", .resolved, .sev3, minutesAgo: 3000,
        verdict: VerdictView(outcome: .healthy, statement: "Nothing wrong.")),
    ]
      + (0..<extraIncidentCount).map { number in
        Self.item(
          "INC-\(100 + number)", "Service \(number % 40) is slow in eu-central", .resolved, .sev3,
          minutesAgo: Double(400 + number), verdict: Self.cause)
      }
  }

  private func detail(_ id: String) -> IncidentDetail? {
    guard let item = items.first(where: { $0.id == id }) else { return nil }
    var entries: [BlackboardEntry] = []
    switch id {
    case "INC-1": entries = MadeUpIncident.causeFound.entries
    case "INC-2": entries = Array(MadeUpIncident.causeFound.entries.prefix(shownEntryCount.withLock { $0 }))
    case "INC-4": entries = MadeUpIncident.abstained.entries
    case "INC-5": entries = MadeUpIncident.hostile.entries
    default: break
    }
    let report = entries.isEmpty ? nil : IncidentReport(BlackboardSnapshot(entries: entries))
    return IncidentDetail(
      item: item, report: report, entries: entries, investigationCount: 1, alerts: Self.alerts)
  }
}

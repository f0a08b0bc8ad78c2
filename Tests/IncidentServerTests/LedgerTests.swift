import AlertDesk
import IncidentModel
import Reporting
import TestSupport
import Testing

@testable import IncidentServer

@Suite struct LedgerTests {
  private let start = Timestamp(nanoseconds: 1_795_600_000_000_000_000)

  private func at(_ seconds: Double) -> Timestamp { start.advanced(bySeconds: seconds) }

  private func alert(_ name: String, _ more: [String: String] = [:], endsAt: Timestamp? = nil) -> IncomingAlert {
    let labels = more.merging(["alertname": name]) { first, _ in first }
    return IncomingAlert(labels: LabelSet(labels.map { (name: $0.key, value: $0.value) }), endsAt: endsAt)
  }

  @Test func alertsNearInTimeAndOfOneScopeMakeOneIncident() {
    var ledger = IncidentLedger()
    ledger.receive(alert("Slow", ["service": "web"]), assumedSeconds: 600, at: at(0))
    ledger.receive(alert("Down", ["service": "db", "severity": "critical"]), assumedSeconds: 600, at: at(200))
    ledger.receive(alert("Down", ["cluster": "eu"]), assumedSeconds: 600, at: at(201))
    ledger.receive(alert("Late", ["service": "web"]), assumedSeconds: 600, at: at(501))
    #expect(ledger.living.map(\.alertCount) == [2, 1, 1])
    #expect(ledger.incidents[1]?.severity == .sev1)
    #expect(ledger.incidents[1]?.services == ["web", "db"])
    #expect(ledger.incidents[1]?.item.title == "Slow at web and 1 more")
  }

  @Test func repetitionsChangeNothing() {
    var ledger = IncidentLedger()
    for second in 0..<10 {
      ledger.receive(alert("Slow", ["service": "web"]), assumedSeconds: 60, at: at(Double(second)))
    }
    #expect(ledger.living.map(\.alertCount) == [1])
    #expect(ledger.living.first?.joinedAt == at(0))
  }

  @Test func anIncidentEndsWhenItsAlertsHaveEndedAndItStayedQuiet() {
    var ledger = IncidentLedger()
    ledger.receive(alert("Slow"), assumedSeconds: 60, at: at(0))
    ledger.advance(to: at(59))
    #expect(ledger.incidents[1]?.state == .open)
    ledger.advance(to: at(60))
    #expect(ledger.incidents[1]?.state == .mitigated)
    // It fires again: the same incident.
    ledger.receive(alert("Slow"), assumedSeconds: 60, at: at(100))
    #expect(ledger.incidents[1]?.state == .open)
    ledger.receive(alert("Slow", endsAt: at(110)), assumedSeconds: 60, at: at(110))
    ledger.advance(to: at(229))
    #expect(ledger.incidents[1]?.state == .mitigated)
    ledger.advance(to: at(230))
    #expect(ledger.incidents[1]?.state == .resolved)
    #expect(ledger.incidents[1]?.resolvedAt == at(230))
    // And once it is over, another one.
    ledger.receive(alert("Slow"), assumedSeconds: 60, at: at(240))
    #expect(ledger.living.map(\.number) == [2])
  }

  @Test func whatEndedBeforeItWasHeardOfOpensNothing() {
    var ledger = IncidentLedger()
    ledger.receive(alert("Slow", endsAt: at(-5)), assumedSeconds: 60, at: at(0))
    #expect(ledger.living.isEmpty)
  }

  @Test func theSameReportsAfterARestartLeaveTheSame() throws {
    var whole = IncidentLedger()
    var first = IncidentLedger()
    let reports = (0..<40).map { number in
      (alert("A\(number % 7)", ["service": "s\(number % 5)"]), at(Double(number * 9)))
    }
    for (alert, moment) in reports { whole.receive(alert, assumedSeconds: 100, at: moment) }
    for (alert, moment) in reports.prefix(25) { first.receive(alert, assumedSeconds: 100, at: moment) }
    var second = IncidentLedger(
      correlation: first.correlation, alerts: first.alerts.map { ($0.key, $0.value) }, incidents: first.living,
      lastNumber: first.lastNumber, at: at(226))
    for (alert, moment) in reports.dropFirst(25) { second.receive(alert, assumedSeconds: 100, at: moment) }
    #expect(second.alerts == whole.alerts)
    #expect(second.incidents == whole.incidents)
  }

  /// The list and the report are of one incident, and one severity.
  @Test func aVerdictsSeverityCountsBeforeTheMonitors() throws {
    var record = IncidentRecord(
      number: 1, severity: .sev1, title: "x", scope: "", openedAt: at(0), updatedAt: at(0), joinedAt: at(0),
      beganAt: at(0))
    #expect(record.item.severity == .sev1)
    for incident in [MadeUpIncident.causeFound, .abstained] {
      let report = IncidentReport(BlackboardSnapshot(entries: incident.entries))
      record.verdict = VerdictView(report)
      #expect(record.item.severity == report.incident.severity)
    }
    // Nothing that is wrong has no severity: the alert still fires.
    record.verdict = VerdictView(IncidentReport(BlackboardSnapshot(entries: MadeUpIncident.healthy.entries)))
    #expect(record.item.severity == .sev1)
  }

  @Test func newIncidentsAreInvestigatedBeforeOldOnesAgain() {
    let schedule = InvestigationSchedule()
    func incident(_ number: Int, openedAt: Double, investigatedAt: [Double], joinedAt: Double) -> IncidentRecord {
      var record = IncidentRecord(
        number: number, title: "x", scope: "", openedAt: at(openedAt), updatedAt: at(openedAt), joinedAt: at(joinedAt),
        beganAt: at(openedAt))
      record.investigations = investigatedAt.enumerated().map {
        IncidentRecord.Investigation(generation: $0.offset + 1, startedAt: at($0.element), isConcluded: true)
      }
      record.verdict = VerdictView(outcome: .causeFound, statement: "")
      return record
    }
    let old = incident(1, openedAt: 0, investigatedAt: [1], joinedAt: 70)
    let fresh = incident(2, openedAt: 80, investigatedAt: [], joinedAt: 80)
    let quiet = incident(3, openedAt: 0, investigatedAt: [1], joinedAt: 0)
    func due(_ seconds: Double, running: Set<Int> = []) -> [Int] {
      schedule.due([old, fresh, quiet], running: running, changedAt: nil, at: at(seconds))
    }
    #expect(due(75) == [])
    #expect(due(80) == [1])
    #expect(due(81) == [2, 1])
    #expect(due(81, running: [1]) == [2])
    #expect(due(81, running: [4, 5]) == [])
    #expect(schedule.due([quiet], running: [], changedAt: at(90), at: at(101)) == [3])
  }

  @Test func aBreakerOpensAfterFailuresAndLetsOneThroughAfterAWhile() {
    var breaker = CircuitBreaker()
    var answers: [Bool] = []
    for second in 0..<3 {
      answers.append(breaker.allows(at: Double(second)))
      breaker.failed("down", at: Double(second))
    }
    for second in [3.0, 62, 63] { answers.append(breaker.allows(at: second)) }
    breaker.succeeded()
    answers.append(breaker.allows(at: 64))
    #expect(answers == [true, true, true, false, true, false, true])
  }
}

import Evaluation
import IncidentModel
import RootCauseAnalysis
import SignalDetection
import Telemetry
import Testing

/// Neither names nor the calendar may decide: the same incident under other names at another time is ranked the same.
@Suite struct InvarianceTests {
  /// One case of every mechanism, and quiet ones.
  private static let options = SimulationOptions(
    seed: 11, services: 6, cases: 11, healthy: 2, systems: 1, minutes: 30, stepSeconds: 30, traces: 8, logLines: 60)
  private static let threeWeeks: Int64 = 21 * 86_400
  private static let sevenHours: Int64 = 7 * 3600

  private struct Answer {
    var detection: Detection
    var ranking: [Assessment.Candidate]
    var faults: [FaultKind]

    init(_ window: TelemetryWindow) {
      let scan = SignalScan(window)
      let attribution = Attribution(
        incident: window.incident, detection: scan.detection, signals: scan.signals, serviceMap: window.serviceMap)
      detection = scan.detection
      ranking = attribution.assessment.ranking
      faults = attribution.hypotheses.map(\.fault)
    }
  }

  @Test(arguments: 0..<13, [true, false])
  func namesAndTheCalendarDoNotDecide(position: Int, isBlind: Bool) throws {
    var window = try IncidentSimulation(Self.options).makeCase(position).window
    if isBlind {
      window.incident.alertedAt = nil
      window.incident.symptom = nil
    }
    let original = Answer(window)
    for (seed, seconds) in [(UInt64(1), Self.threeWeeks), (2, Self.sevenHours)] {
      let other = TransformedTelemetry(window, shiftedBySeconds: seconds, seed: seed)
      let answer = Answer(other.window)
      #expect(answer.detection.isAnomalous == original.detection.isAnomalous)
      #expect(answer.detection.onset == original.detection.onset.map(other.shifted))
      #expect(answer.faults.first == original.faults.first)
      let scores = Dictionary(uniqueKeysWithValues: answer.ranking.map { ($0.component, $0.score) })
      #expect(scores.count == original.ranking.count)
      for candidate in original.ranking {
        let score = try #require(scores[other.renamed(candidate.component)])
        #expect(abs(score - candidate.score) <= 1e-4 * max(candidate.score, 1e-3))
      }
    }
  }
}

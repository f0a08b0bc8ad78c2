import Foundation
import IncidentModel
import TestSupport
import Testing

@testable import Reporting

@Suite struct AssemblyTests {
  @Test(arguments: HTMLReportTests.names)
  func theDocumentReadsBackAsItWas(name: String) throws {
    let report = IncidentReport(MadeUpIncident.named(name).snapshot)
    let read = try JSONDecoder().decode(IncidentReport.self, from: Data(report.json().utf8))
    #expect(read == report)
    #expect(try read.json() == report.json())
  }

  @Test func unknownValuesAreWrittenAsNull() throws {
    let json = try IncidentReport(MadeUpIncident.healthy.snapshot).json()
    #expect(json.contains("\"onset\" : null") && json.contains("\"symptom\" : null"))
  }

  @Test func listsAreBounded() throws {
    let report = IncidentReport(MadeUpIncident.long.snapshot)
    #expect(report.findings.count == ReportLimits.findings)
    #expect(report.findings.allSatisfy { $0.evidence.count <= ReportLimits.evidencePerFinding })
    #expect(report.context.count == ReportLimits.context)
    #expect(report.timeline.count <= ReportLimits.timeline)
    #expect(report.remediations.count == ReportLimits.remediations)
    #expect(report.blindSpots.count == ReportLimits.blindSpots)
    #expect(try report.json().utf8.count < 500_000)
  }

  @Test func everyCitedIdentifierIsThere() {
    for name in HTMLReportTests.names {
      let report = IncidentReport(MadeUpIncident.named(name).snapshot)
      let known = Set(report.evidenceByID.keys)
      for finding in report.findings {
        let own = Set(finding.evidence.map(\.id))
        #expect(finding.critiques.allSatisfy { own.isSuperset(of: $0.evidence) })
      }
      #expect(report.timeline.allSatisfy { $0.source == "incident" || known.contains($0.source) })
    }
  }

  @Test func theSameObservationHasOneNumberAndSpeaksBothWays() throws {
    let report = IncidentReport(MadeUpIncident.causeFound.snapshot)
    let inLead = try #require(report.findings[0].evidence.first { $0.query.source == "topology" })
    let inVetoed = try #require(report.findings.last?.evidence.first { $0.query.source == "topology" })
    #expect(inLead.id == inVetoed.id)
    #expect(inLead.supports && !inVetoed.supports)
  }

  @Test func numbersThatAreNoneDoNotStopTheDocument() throws {
    var board = MadeUpIncident.causeFound
    var evidence = MadeUpSeries("a|b", unit: "s", normal: 1, shifted: 2, onset: .at("03:00:00"))
      .evidence("x", over: MadeUpIncident.window)
    evidence.value = .nan
    board.post(
      "root-cause",
      [
        MadeUpIncident.hypothesis(
          "H9", "a", .cpu, metric: nil, confidence: .infinity, onset: nil, statement: "x", propagation: [],
          evidence: [evidence])
      ])
    #expect(try IncidentReport(board.snapshot).json().contains("\"H9\""))
  }

  @Test(arguments: [
    (0, 0, 10, Severity.sev4), (1, 0, 10, .sev3), (2, 0, 10, .sev3), (3, 0, 10, .sev2), (1, 1, 10, .sev2),
    (4, 1, 10, .sev2), (5, 1, 10, .sev1), (2, 1, 2, .sev2), (3, 1, 0, .sev1),
  ])
  func severityFollowsWhoNotices(services: Int, entryPoints: Int, total: Int, expected: Severity) {
    #expect(ImpactAssessment.severity(services: services, entryPoints: entryPoints, of: total).0 == expected)
  }

  @Test func improvementsAndOldTroubleAreNoImpact() {
    var board = MadeUpIncident.healthy
    let better = MadeUpSeries("cart|latency", unit: "s", normal: 1, shifted: 0.2, onset: .at("03:12:40"))
      .evidence("x", over: MadeUpIncident.window)
    let old = MadeUpSeries("catalog|latency", unit: "s", normal: 1, shifted: 2, onset: .at("02:45:00"))
      .evidence("x", over: MadeUpIncident.window)
    var fall = Signal(
      id: "S1", component: "cart", channel: .serviceLevel, subject: "latency", metricClass: .latency,
      direction: .fall, onset: .at("03:12:40"), strength: 1, evidence: better)
    var standing = fall
    standing.id = "S2"
    standing.component = "catalog"
    standing.direction = .rise
    standing.onset = .at("02:45:00")
    standing.evidence = old
    board.post(
      "detection",
      [
        .detection(Detection(onset: .at("03:12:40"), onsetSource: .estimated, isAnomalous: true, statement: "x")),
        .signal(fall), .signal(standing),
      ])
    #expect(IncidentReport(board.snapshot).impact.services.isEmpty)
    fall.direction = .rise
    board.post("detection", [.signal(fall)])
    #expect(IncidentReport(board.snapshot).impact.services == ["cart"])
  }
}

@Suite struct WordingTests {
  @Test(arguments: [
    (0.0, "0 s"), (0.25, "250 ms"), (20, "20 s"), (60, "1 min"), (80, "1 min 20 s"), (1800, "30 min"),
    (7800, "2 h 10 min"), (273_600, "3 d 4 h"), (-80, "1 min 20 s"), (.infinity, "an unknown time"),
  ])
  func lengthsOfTime(seconds: Double, text: String) { #expect(DurationText.length(seconds) == text) }

  @Test(arguments: [
    (0.31, "cores", "0.31 cores"), (2.4, "s", "2.4 s"), (0.042, "s", "42 ms"), (55e6, "bytes", "55 MB"),
    (1234.5, "ms", "1,230 ms"), (12_345, "ms", "12.3 s"), (0.011, "ratio", "1.1 %"), (3e7, "bytes/s", "30 MB/s"),
    (4, "count/s", "4 /s"), (3e-5, "s", "30 µs"), (1_234_567, "requests", "1,230,000 requests"),
    (.nan, "s", "– s"), (-2.5, "s", "-2.5 s"), (0, "bytes", "0 B"),
  ])
  func quantities(value: Double, unit: String, text: String) { #expect(Quantity.text(value, unit: unit) == text) }

  @Test(arguments: [
    (0.0, "0 %"), (0.004, "under 1 %"), (0.83, "83 %"), (0.997, "99 %"), (1.0, "100 %"), (2.0, "100 %"),
  ])
  func percentages(probability: Double, text: String) { #expect(Wording.percent(probability) == text) }

  @Test func timesInSentencesFollowTheReadersClock() {
    let zone = ReportZone(name: "CEST", offsetSeconds: 7200)
    let text = "payment moved at 2026-03-01T03:12:40Z, ledger at 2026-03-01T23:30:00.5Z, not 2026-99-01T00:00:00Z."
    #expect(
      zone.localizing(text, near: .at("03:00:00"))
        == "payment moved at 05:12:40, ledger at 2026-03-02 01:30:00, not 2026-99-01T00:00:00Z.")
  }

  @Test func seriesTitlesReadAsWords() {
    #expect(SeriesTitle("payment|latency|stat=p95").text == "payment latency p95")
    #expect(SeriesTitle("payment").text == "payment")
    #expect(SeriesTitle("").text == "")
    for width in 0...40 {
      #expect(DisplayWidth.of(SeriesTitle("a-very-long-service-name|requests_total|code=500").cut(to: width)) <= width)
    }
  }
}

import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

@Suite struct RecordGateTests {
  private func signal(_ channel: SignalChannel, _ strength: Double, source: String = "spans") -> Signal {
    let window = TimeWindow(start: MadeUpTraces.onset, end: MadeUpTraces.end)
    return Signal(
      id: "", component: "a", channel: channel, subject: "x", strength: strength,
      evidence: Evidence(
        kind: .trace, statement: "a: it is slow.",
        query: Evidence.Query(source: source, expression: "", window: window), digest: "", value: 0, unit: ""))
  }

  @Test func nothingAboveItsLineIsNoIncident() {
    #expect(!RecordGate([]).isAnomalous)
    #expect(!RecordGate([signal(.tracePath, 9), signal(.traceEdgeGap, 8), signal(.logPattern, 10)]).isAnomalous)
    #expect(RecordGate([]).reason == "")
  }

  @Test func theClearestEvidenceDecidesAndIsNamed() {
    let gate = RecordGate([signal(.tracePath, 13), signal(.traceSelfTime, 40)])
    #expect(gate.isAnomalous)
    #expect(gate.decisive?.channel == .traceSelfTime)
    #expect(gate.reason == "; and a: it is slow")
  }

  @Test func metricsDoNotDecideHere() {
    #expect(!RecordGate([signal(.traceEdgeGap, 400, source: "metrics"), signal(.resource, 50)]).isAnomalous)
  }
}

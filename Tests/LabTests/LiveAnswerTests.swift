import Foundation
import Testing

@testable import Lab

@Suite struct LiveAnswerTests {
  private static func report(_ findings: [(component: String, fault: String)]) -> Data {
    let texts = findings.map { #"{"component": "\#($0.component)", "fault": "\#($0.fault)", "confidence": 0.5}"# }
    return Data(#"{"outcome": "causeFound", "findings": [\#(texts.joined(separator: ", "))]}"#.utf8)
  }

  @Test func theTruthStandsBesideTheAnswer() throws {
    let report = Self.report([("redis", "memory"), ("inventory", "cpu")])
    let answer = try LiveAnswer(report, alert: nil, fault: .lockPileUp, target: "postgres")
    #expect(answer.rank == 2)
    #expect(answer.isKindRight == false)
    #expect(
      answer.lines(fault: .lockPileUp, target: "postgres").last
        == "  true: postgres (or inventory), code — found at place 2, its kind wrong")
    let missed = try LiveAnswer(Self.report([]), alert: "A", fault: .lockPileUp, target: "postgres")
    #expect(missed.rank == nil && missed.isKindRight == nil)
    #expect(missed.lines(fault: .lockPileUp, target: "postgres").last?.hasSuffix("not found") == true)
    #expect(throws: LabError.self) {
      try LiveAnswer(Data("tocsin: no".utf8), alert: nil, fault: .lockPileUp, target: "postgres")
    }
  }
}

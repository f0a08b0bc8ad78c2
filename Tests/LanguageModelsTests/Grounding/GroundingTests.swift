import IncidentModel
import TestSupport
import Testing

@testable import LanguageModels

@Suite struct GroundingTests {
  private let grounding = GroundingCorpus.grounding

  @Test func keepsTrueSentences() {
    let sentences = GroundingCorpus.trueSentences
    var refused: [String] = []
    for sentence in sentences {
      let prose = grounding.check(sentence)
      #expect(prose.sentences.count == 1, "\(sentence)")
      if let refusal = prose.sentences.first?.refusal {
        refused.append("\(refusal.reason.rawValue) (\(refusal.detail)): \(sentence)")
      }
    }
    print("grounding: \(refused.count) of \(sentences.count) true sentences refused")
    for line in refused { print("  " + line) }
    #expect(sentences.count >= 60)
    #expect(Double(refused.count) <= 0.1 * Double(sentences.count))
  }

  @Test func dropsFalseSentences() {
    var kept: [String] = []
    var count = 0
    var kinds: [String: Int] = [:]
    for sentence in GroundingCorpus.trueSentences where grounding.check(sentence).dropped.isEmpty {
      for mutant in SentenceMutations.mutants(of: sentence) {
        count += 1
        kinds[mutant.kind, default: 0] += 1
        if !grounding.check(mutant.text).kept.isEmpty {
          kept.append("\(mutant.kind): \(mutant.text)   (from: \(sentence))")
        }
      }
    }
    print(
      "grounding: \(kept.count) of \(count) false sentences kept; by kind \(kinds.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })"
    )
    for line in kept { print("  " + line) }
    #expect(count >= 200)
    #expect(kept.isEmpty)
  }

  @Test(arguments: GroundingCorpus.falseSentences)
  func dropsWhatSoundsRight(sentence: String) {
    #expect(grounding.check(sentence).kept.map(\.text).allSatisfy { $0.isEmpty })
  }

  @Test func keepsTheSentencesBetweenFalseOnes() {
    let prose = grounding.check(
      """
      ## Summary
      - **sms-carrier** latency_p50_ms rose to 1.22 s, usually 63.3 ms. [E1] The vendor apologised. [E2]
      - sms-carrier is the root cause [H1]. Please restart it [H1]!
      """)
    #expect(
      prose.keptText
        == "sms-carrier latency_p50_ms rose to 1.22 s, usually 63.3 ms. [E1] sms-carrier is the root cause [H1].")
    #expect(prose.dropped.map(\.refusal?.reason) == [.noCitation, .unsupportedWord, .instruction])
    #expect(prose.kept.map(\.citations) == [["E1"], ["H1"]])
  }

  @Test func nothingHostileIsKept() {
    for sample in HostileText.samples(target: "cart") {
      #expect(grounding.check(sample.text).kept.isEmpty, "\(sample.trick): \(sample.text.prefix(80))")
      let cited = sample.text.prefix(300).split(whereSeparator: \.isNewline).map { "\($0) [E1][H1]" }.joined(
        separator: "\n")
      #expect(grounding.check(cited).kept.isEmpty, "\(sample.trick): \(cited.prefix(80))")
    }
  }

  @Test func isBounded() {
    let prose = grounding.check(String(repeating: "sms-carrier is the root cause [H1]. ", count: 5000))
    #expect(prose.sentences.count <= 2 * Grounding.maximumSentences)
    #expect(grounding.check(String(repeating: "a ", count: 100_000)).kept.isEmpty)
  }

  @Test func whereNothingWasFoundNothingIsTheCause() {
    let window = TimeWindow(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 1))
    let hypothesis = Hypothesis(
      id: "H1", component: "cart", componentKind: .service, componentRole: .application, metric: nil, fault: .cpu,
      cause: nil, onset: nil, score: 1, confidence: 0.2, statement: "cart uses more cpu.", propagation: [],
      channelShares: [], evidence: [])
    let opening = Opening(
      incident: Incident(id: "1", title: "", window: window), serviceMap: ServiceMap(components: [], calls: []),
      inputDigest: "", configurationDigest: "", version: "")
    var snapshot = BlackboardSnapshot()
    snapshot.append(.init(sequence: 1, revision: Revision(1), author: "a", contribution: .opening(opening)))
    snapshot.append(.init(sequence: 2, revision: Revision(1), author: "a", contribution: .hypothesis(hypothesis)))
    let register = GroundingRegister(evidence: [], verdict: Verdict(snapshot), serviceMap: opening.serviceMap)
    #expect(Grounding(register).check("cart is the root cause [H1].").kept.isEmpty)
    #expect(Grounding(register).check("cart is a possible cause [H1].").kept.count == 1)
  }
}

import IncidentModel
import LanguageModels
import RootCauseAnalysis

/// A model with the clock by which its deadlines are kept: what an investigation is given besides its telemetry.
package struct Advisor: Sendable {
  /// Answers to one incident: it counts and bounds what the incident may cost.
  package var model: any LanguageModel
  package var clock: any Clock<Duration>
  /// Incidents whose cause was found before, newest first; asked for once, when the model may be told of them.
  package var recall: @Sendable () async -> [PastIncident]

  package init(
    model: any LanguageModel, clock: any Clock<Duration> = .continuous,
    recall: @escaping @Sendable () async -> [PastIncident] = { [] }
  ) {
    self.model = model
    self.clock = clock
    self.recall = recall
  }
}

/// The part of an agent that asks a model: once, after everything that needs none is on the board. It adds advice, and
/// critiques where the paired test accepts what the model nominated. It cannot fail; without an answer it says so.
struct ModelPart: Agent {
  let manifest: AgentManifest
  let template: PromptTemplate
  let shape: AnswerShape
  let advisor: Advisor
  let lookup: @Sendable (BlackboardSnapshot, PromptFacts) -> TelemetryLookup
  let inquiry: InquiryTest
  /// Everybody who needs no model.
  let others: [AgentName]

  private static let maximumPastCount = 500

  var name: AgentName { manifest.name.modelPart }
  var letsFirst: [AgentName] { others }

  func isReady(_ snapshot: BlackboardSnapshot, seen: Revision?) -> Bool {
    seen == nil && snapshot.detection?.isAnomalous == true && !snapshot.hypotheses.isEmpty
      && !snapshot.advice.contains { $0.agent == manifest.name }
  }

  func contribute(_ snapshot: BlackboardSnapshot) async throws -> [Contribution] {
    let question = try AdviceQuestion(manifest, template: template, shape: shape, snapshot: snapshot)
    var lookup = lookup(snapshot, question.facts)
    if manifest.mayTell.allows(.history) { lookup.past = Array(await advisor.recall().prefix(Self.maximumPastCount)) }
    var talk = Consultation(question.facts, hiding: AdviceQuestion.hiddenNames(manifest, snapshot))
    await talk.run(
      question.request, with: advisor.model, limits: manifest.modelLimits, lookup: lookup,
      secondsLeft: Self.countdown(from: manifest.modelLimits.deadlineSeconds, advisor.clock))
    var advice = ModelAdvice(
      agent: manifest.name, prompt: template.name, promptDigest: template.digest, requestDigest: talk.requestDigest)
    advice.cost = talk.cost
    advice.lookups = talk.lookups
    advice.failure = talk.failure
    advice.failureCode = talk.failureCode?.rawValue
    var further: [Contribution] = []
    if let reply = talk.reply {
      if let answer = ShapedAnswer(reply, shape: shape, facts: talk.facts) {
        further = judge(answer, &advice, snapshot, talk.facts, lookup)
      } else {
        advice.failure = "the answer is not a JSON document"
      }
    }
    guard let failure = advice.failure else { return [.advice(advice)] + further }
    let note = Diagnostic(
      kind: .limitReached,
      statement:
        "The model gave \(manifest.name) no advice that could be used (\(failure)); what is shown was found without it."
    )
    return [.advice(advice), .diagnostic(note)]
  }

  /// What of the answer stands, and what the engine's test makes of it. One alternative is tested, not all of them.
  private func judge(
    _ answer: ShapedAnswer, _ advice: inout ModelAdvice, _ snapshot: BlackboardSnapshot, _ facts: PromptFacts,
    _ lookup: TelemetryLookup
  ) -> [Contribution] {
    advice.choices = answer.choices
    advice.dropped = answer.dropped
    let checker = SentenceCheck(facts)
    for sentence in answer.sentences { checker.check(sentence.text, kind: sentence.kind, into: &advice) }
    var contributions: [Contribution] = []
    var isTested = false
    if let nominee = answer.nominee {
      let test = PairedTest(of: nominee, in: snapshot)
      isTested = test.leader != nominee
      advice.nomination = ModelAdvice.Nomination(
        hypothesis: nominee, leader: test.leader, isAccepted: test.isAccepted, reason: test.reason)
      contributions += test.critiques.map { .critique($0) }
    }
    for proposed in answer.inquiries {
      let result = inquiry.test(
        proposed, in: snapshot,
        evidence: Result { () throws(TelemetryLookup.Refusal) in
          try lookup.evidence(proposed.query, component: proposed.component)
        }, mayChangeVerdict: !isTested)
      isTested = isTested || result.isTested
      advice.inquiries.append(result.inquiry)
      contributions += result.contributions
    }
    return contributions
  }

  private static func countdown(from seconds: Double, _ clock: any Clock<Duration>) -> @Sendable () -> Double {
    func start<C: Clock>(_ clock: C) -> @Sendable () -> Double where C.Duration == Duration {
      let begin = clock.now
      return { seconds - begin.duration(to: clock.now) / .seconds(1) }
    }
    return start(clock)
  }
}

extension PairedTest {
  var critiques: [Critique] { if case .accepted(let critiques) = outcome { critiques } else { [] } }

  var reason: String {
    switch outcome {
    case .accepted(let critiques): critiques.first?.statement ?? ""
    case .refused(let reason): reason
    }
  }
}

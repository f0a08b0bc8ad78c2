import IncidentModel
import Runbooks

/// A recommendation with everything that a person needs to decide, and what they may decide now.
struct RecommendationView: Sendable, Hashable, Codable {
  struct Approver: Sendable, Hashable, Codable {
    var person: String
    var at: Timestamp
  }

  struct Input: Sendable, Hashable, Codable {
    var name: String
    /// Nil for what only a person can give.
    var value: String?
    var type: String
    var choices: [String]
  }

  /// A step, or what takes it back.
  struct Step: Sendable, Hashable, Codable {
    var title: String
    var kind: String
    /// The exact argument vector, request or query.
    var command: [String]
    /// `waiting`, `begun`, a status of `StepResult`, or `attested`.
    var state: String
    var detail: String
    /// The end of what it wrote, secrets masked.
    var output: String
  }

  struct StepPair: Sendable, Hashable, Codable {
    var step: Step
    var undo: Step?
  }

  struct Check: Sendable, Hashable, Codable {
    var says: String
    var query: String
    var withinSeconds: Int?
  }

  /// What a run waits for.
  struct Question: Sendable, Hashable, Codable {
    var step: String
    /// Interrupted: nobody knows how far it came.
    var isInterrupted: Bool
  }

  var id: String
  var incident: String
  var runbook: String
  var title: String
  var owner: String
  /// `proposed`, `approved`, `rejected`, `expired`, `applying`, `applied`, `verified` or `failed`.
  var state: String
  /// Why it is in this state; empty where that needs no words.
  var stateDetail: String
  var component: String
  var fault: String
  /// Of the finding, 0…1.
  var confidence: Double?
  var statement: String
  var reason: String
  var alternatives: [String]
  var risk: String
  var isReversible: Bool
  /// Whom it may disturb.
  var components: [String]
  var approvals: [Approver]
  var missingApprovals: Int
  var approverRole: String?
  /// What an approval has to name: `ReviewBoard.digest(shown:)`.
  var shown: String
  var inputs: [Input]
  var preconditions: [Check]
  var steps: [StepPair]
  var verification: Check
  /// `helped`, `noChange`, `worse` or `unknown`; nil before.
  var outcome: String?
  var question: Question?
  /// What a program cannot take back, for a person to know.
  var notTakenBack: [String]
  var track: TrackView
  /// The decisions that make sense now: see `Decision.Kind`.
  var decisions: [String]
  /// Why it could not begin when it was last tried here.
  var hindrance: String?
  var proposedAt: Timestamp
  var changedAt: Timestamp
  /// Grows with every change of any recommendation: what streams resume from.
  var sequence: Int
}

/// How a runbook has done for a kind of fault.
struct TrackView: Sendable, Hashable, Codable {
  var fault: String
  var tried: Int
  var helped: Int
  /// Wilson's 95 % interval of the success rate, older tries counting less.
  var low: Double
  var high: Double
  var medianSeconds: Double?
  var sentence: String

  init(_ record: TrackRecord, fault: FaultKind) {
    self.fault = fault.rawValue
    tried = record.tryCount
    helped = record.helpedCount
    (low, high) = (record.interval.lowerBound, record.interval.upperBound)
    medianSeconds = record.medianSeconds
    sentence = record.sentence ?? "Never tried for this kind of fault."
  }
}

extension RecommendationView {
  /// - Parameters:
  ///   - runbook: as its file is now; nil where there is none any more.
  ///   - isRunning: somebody carries it out now, so that a step that has begun is not one that was interrupted.
  init(
    _ record: RemediationRecord, on board: ReviewBoard, runbook: Runbook?, hindrance: String?,
    isRunning: Bool = false, at now: Timestamp
  ) {
    let (proposal, plan, run) = (record.proposal, record.proposal.plan, record.run)
    (id, incident, self.runbook) = (proposal.id.rawValue, proposal.incident, plan.runbook)
    (title, owner, state) = (plan.title, plan.owner, record.state.name)
    stateDetail = record.stateDetail
    (component, fault, confidence) = (proposal.component.rawValue, proposal.fault.rawValue, proposal.confidence)
    (statement, reason, alternatives) = (proposal.statement, proposal.reason, proposal.alternatives)
    (risk, isReversible) = (plan.risk.rawValue, plan.isReversible)
    components = proposal.components.map(\.rawValue)
    approvals = record.approvals.map { Approver(person: $0.person, at: $0.at) }
    missingApprovals = record.missingApprovals
    approverRole = proposal.terms.approverRole
    shown = board.digest(shown: record)
    inputs = Input.all(plan.inputs, open: proposal.open, runbook)
    preconditions = plan.preconditions.map(Check.init)
    steps = plan.steps.enumerated().map { index, step in
      StepPair(
        step: Step(step.title, step.action, run?[StepPlace(index)]),
        undo: step.undo.map { Step($0.title, $0.action, run?[StepPlace(index, isUndo: true)]) })
    }
    verification = Check(plan.verification)
    outcome = run?.verification?.outcome.rawValue
    question = isRunning ? nil : Question(record)
    notTakenBack = run.flatMap { $0.undoReason != nil && !$0.isUnderWay ? $0.notTakenBack : nil } ?? []
    track = TrackView(
      board.memory.record(runbook: plan.runbook, fault: proposal.fault, at: now), fault: proposal.fault)
    // What was broken off and waits for nobody's word can be gone on with.
    let isBrokenOff = record.state == .applying && !isRunning && question == nil
    decisions =
      (isBrokenOff ? [Decision.Kind.run.rawValue] : [])
      + Decision.Kind.open(for: record, board.observed(proposal)).filter { $0 != .answer || !isRunning }
      .map(\.rawValue)
    self.hindrance = hindrance
    (proposedAt, changedAt, sequence) = (record.proposedAt, record.changedAt, record.lastSequence)
  }
}

extension RecommendationView.Input {
  static func all(_ values: [String: String], open: [String], _ runbook: Runbook?) -> [Self] {
    guard let runbook else {
      return values.sorted { $0.key < $1.key }.map { Self(name: $0.key, value: $0.value, type: "text", choices: []) }
    }
    return runbook.inputs.map { input in
      Self(
        name: input.name, value: open.contains(input.name) ? nil : values[input.name], type: input.type.rawValue,
        choices: input.choices)
    }
  }
}

extension RecommendationView.Check {
  init(_ check: Runbook.Check) {
    self.init(says: check.says, query: Runbook.Action.exact(check.query), withinSeconds: check.withinSeconds)
  }
}

extension RecommendationView.Step {
  init(_ title: String, _ action: Runbook.Action, _ progress: RunProgress.StepState?) {
    self.init(
      title: title, kind: action.kind.rawValue, command: action.exactLines, state: "waiting", detail: "", output: "")
    switch progress {
    case nil, .waiting: break
    case .begun: state = "begun"
    case .attested(let person): (state, detail) = ("attested", person)
    case .ended(let result): (state, detail, output) = (result.status.rawValue, result.detail, result.output)
    }
  }
}

extension RecommendationView.Question {
  init?(_ record: RemediationRecord) {
    guard record.state == .applying, case .ask(let place, let isInterrupted)? = record.run?.next else { return nil }
    let step = record.proposal.plan.steps[place.index]
    self.init(step: place.isUndo ? step.undo?.title ?? step.title : step.title, isInterrupted: isInterrupted)
  }
}

extension RemediationRecord {
  fileprivate var stateDetail: String {
    switch state {
    case .proposed, .approved, .applying, .applied: ""
    case .rejected(let rejection): "\(rejection.by), \(rejection.kind.rawValue): \(rejection.reason)"
    case .expired(let expiry): expiry.says
    case .verified: run?.verification.map { "\($0.says)\($0.seconds.map { " After \(Int($0)) s." } ?? "")" } ?? ""
    case .failed(let why): why + (run?.keptBecause.map { " Left as it is: \($0)" } ?? "")
    }
  }
}

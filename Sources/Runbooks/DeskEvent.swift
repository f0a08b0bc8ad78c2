import IncidentModel

/// What happened at the review desk: a line of its journal. The desk's state is a fold over these.
package enum DeskEvent: Hashable, Sendable, Codable {
  case proposed(Proposal)
  case amended(ProposalID, Proposal, by: String)
  case approved(ProposalID, Approval)
  case rejected(ProposalID, Rejection)
  case expired(ProposalID, Expiry)
  case incidentObserved(incident: String, IncidentObservation)
  /// Everything is held up, or goes on.
  case stopped(by: String, reason: String)
  case released(by: String)
  /// - Parameter key: of these approvals; a second run with the same key is refused.
  case runBegan(ProposalID, key: String, BoundRunbook)
  /// Written before the step starts: what has begun and not ended is never begun again by itself.
  case stepBegan(ProposalID, StepPlace)
  case stepEnded(ProposalID, StepPlace, StepResult)
  /// A person's word on a step that is theirs, or that was interrupted.
  case answered(ProposalID, StepPlace, StepAnswer, by: String)
  /// A run that is under way is to end as soon as it can.
  case haltAsked(ProposalID, by: String)
  /// From here on the steps that were done are taken back.
  case undoBegan(ProposalID, reason: String)
  case runEnded(ProposalID, RunEnding)
  case verified(ProposalID, Verification)
  /// It has become worse, and a person wants it left as it is.
  case undoDeclined(ProposalID, by: String, reason: String)
}

extension DeskEvent {
  /// The recommendation that it is about; nil for what is about an incident or everything.
  var proposal: ProposalID? {
    switch self {
    case .proposed(let proposal): proposal.id
    case .amended(let id, _, _), .approved(let id, _), .rejected(let id, _), .expired(let id, _),
      .runBegan(let id, _, _), .stepBegan(let id, _), .stepEnded(let id, _, _), .answered(let id, _, _, _),
      .haltAsked(let id, _), .undoBegan(let id, _), .runEnded(let id, _), .verified(let id, _),
      .undoDeclined(let id, _, _):
      id
    case .incidentObserved, .stopped, .released: nil
    }
  }
}

/// A step, or the undo of one; numbered from 0.
package struct StepPlace: Hashable, Sendable, Codable {
  package var index: Int
  package var isUndo = false

  package init(_ index: Int, isUndo: Bool = false) {
    self.index = index
    self.isUndo = isUndo
  }
}

/// What came of a step.
package struct StepResult: Hashable, Sendable, Codable {
  package enum Status: String, Hashable, Sendable, Codable {
    case succeeded, failed, timedOut, tooMuchOutput, cancelled, notStarted
  }
  package var status: Status
  /// An exit status, an HTTP status, or why.
  package var detail: String
  /// The end of what it wrote, secrets masked.
  package var output: String

  package init(_ status: Status, _ detail: String = "", output: String = "") {
    self.status = status
    self.detail = detail
    self.output = output
  }
}

/// A person's word on a step: it is done, it shall be done (again), or the run shall end here.
package enum StepAnswer: String, Hashable, Sendable, Codable, CaseIterable { case done, again, abandon }

/// How the steps ended, before verification.
package enum RunEnding: Hashable, Sendable, Codable {
  case applied
  /// Taken back where it could be.
  case failed(String)
  /// By a person or a global stop; nothing more was done.
  case halted(String)
  /// By a person, after the fact.
  case undone
}

/// What the verification query said afterwards.
package struct Verification: Hashable, Sendable, Codable {
  package enum Outcome: String, Hashable, Sendable, Codable, CaseIterable { case helped, noChange, worse, unknown }
  package var outcome: Outcome
  package var says: String
  /// From the last step to the effect; nil where there was none.
  package var seconds: Double?

  package init(_ outcome: Outcome, _ says: String, seconds: Double? = nil) {
    self.outcome = outcome
    self.says = says
    self.seconds = seconds
  }
}

/// Why a person said no, and with it what is lowered: `wrong-cause` the runbook for this fault at this component,
/// `wrong-runbook` the runbook for this kind of fault anywhere, `too-risky` the runbook at this component, `not-now`
/// nothing.
package struct Rejection: Hashable, Sendable, Codable {
  package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    case wrongCause = "wrong-cause"
    case wrongRunbook = "wrong-runbook"
    case tooRisky = "too-risky"
    case notNow = "not-now"
  }
  package var kind: Kind
  package var by: String
  package var reason: String

  package init(_ kind: Kind, by person: String, reason: String) {
    self.kind = kind
    by = person
    self.reason = reason
  }
}

/// News of an incident that decides whether acting still makes sense.
package enum IncidentObservation: Hashable, Sendable, Codable {
  case resolved, reopened, flapping, steady
  case newerFinding(digest: String)
}

/// A line of the journal.
package struct DeskEntry: Hashable, Sendable, Codable {
  /// From 1, without gaps.
  package var sequence: Int
  package var at: Timestamp
  package var event: DeskEvent

  package init(sequence: Int, at: Timestamp, event: DeskEvent) {
    self.sequence = sequence
    self.at = at
    self.event = event
  }
}

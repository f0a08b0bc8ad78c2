import IncidentModel

/// All that lies on the review desk: a fold over its journal, without a clock and without a file.
package struct ReviewBoard: Hashable, Sendable {
  package private(set) var records: [ProposalID: RemediationRecord] = [:]
  /// In the order in which they came.
  package private(set) var order: [ProposalID] = []
  package private(set) var stop: Stop?
  package private(set) var memory = OutcomeMemory()
  package private(set) var lastSequence = 0
  private var incidents: [String: IncidentState] = [:]
  private var keys: Set<String> = []

  package struct Stop: Hashable, Sendable {
    package var by: String
    package var reason: String
    package var at: Timestamp
  }

  private struct IncidentState: Hashable, Sendable {
    var isResolved = false
    var isFlapping = false
    var finding: String?
    var reopenedAt: Timestamp?
  }

  package init() {}

  package var all: [RemediationRecord] { order.compactMap { records[$0] } }

  package subscript(id: ProposalID) -> RemediationRecord? { records[id] }

  package var nextID: ProposalID { ProposalID("P\(order.count + 1)") }

  /// - Throws: `RemediationRecord.Misfit` for an event that does not follow from those before.
  package mutating func apply(_ entry: DeskEntry) throws(RemediationRecord.Misfit) {
    guard entry.sequence == lastSequence + 1 else {
      throw RemediationRecord.Misfit(description: "entry \(entry.sequence) does not follow \(lastSequence)")
    }
    try apply(entry.event, at: entry.at)
    lastSequence = entry.sequence
    if let id = entry.event.proposal { records[id]?.lastSequence = entry.sequence }
  }

  private mutating func apply(_ event: DeskEvent, at moment: Timestamp) throws(RemediationRecord.Misfit) {
    switch event {
    case .proposed(let proposal):
      guard proposal.id == nextID else {
        throw RemediationRecord.Misfit(description: "\(proposal.id) is not the next proposal")
      }
      order.append(proposal.id)
      records[proposal.id] = RemediationRecord(proposal, at: moment)
      incidents[proposal.incident, default: IncidentState()].finding = proposal.findingDigest
    case .incidentObserved(let incident, let observation):
      observe(incident, observation, moment)
    case .stopped(let person, let reason): stop = Stop(by: person, reason: reason, at: moment)
    case .released: stop = nil
    case .amended(let id, let proposal, _):
      try change(id) { (record) throws(RemediationRecord.Misfit) in try record.amend(proposal, at: moment) }
    case .approved(let id, let approval):
      try change(id) { (record) throws(RemediationRecord.Misfit) in try record.approve(approval, at: moment) }
    case .rejected(let id, let rejection):
      try change(id) { (record) throws(RemediationRecord.Misfit) in try record.reject(rejection, at: moment) }
      if let proposal = records[id]?.proposal { memory.note(rejection, of: proposal, at: moment) }
    case .expired(let id, let expiry):
      try change(id) { (record) throws(RemediationRecord.Misfit) in try record.expire(expiry, at: moment) }
    case .runBegan, .stepBegan, .stepEnded, .answered, .haltAsked, .undoBegan, .runEnded, .verified, .undoDeclined:
      try applyRun(event, at: moment)
    }
  }

  private mutating func applyRun(_ event: DeskEvent, at moment: Timestamp) throws(RemediationRecord.Misfit) {
    switch event {
    case .runBegan(let id, let key, let plan):
      guard !keys.contains(key) else {
        throw RemediationRecord.Misfit(description: "a run with these approvals has begun before")
      }
      try change(id) { (record) throws(RemediationRecord.Misfit) in try record.begin(key: key, plan, at: moment) }
      keys.insert(key)
    case .stepBegan(let id, let place):
      try step(id, place, moment) {
        $0 == .perform(place)
      } change: {
        $0[place] = .begun
      }
    case .stepEnded(let id, let place, let result):
      try step(id, place, moment) { _ in
        true
      } change: { progress in
        if progress[place] == .begun { progress[place] = .ended(result) }
      }
    case .answered(let id, let place, let answer, let person):
      try step(id, place, moment) { next in
        if case .ask(place, _) = next { true } else { false }
      } change: { progress in
        switch answer {
        case .done: progress[place] = .attested(by: person)
        case .again: progress[place] = .waiting
        case .abandon: progress[place] = .ended(StepResult(.cancelled, "abandoned by \(person)"))
        }
      }
    case .haltAsked(let id, let person):
      try step(id, StepPlace(0), moment) { _ in
        true
      } change: {
        $0.haltAskedBy = person
      }
    case .undoBegan(let id, let reason):
      try change(id) { (record) throws(RemediationRecord.Misfit) in try record.beginUndo(reason, at: moment) }
    case .runEnded(let id, let ending):
      try change(id) { (record) throws(RemediationRecord.Misfit) in try record.end(ending, at: moment) }
      if let record = records[id] { memory.note(ending, of: record, at: moment) }
    case .verified(let id, let verification):
      try change(id) { (record) throws(RemediationRecord.Misfit) in try record.verify(verification, at: moment) }
      if let record = records[id] { memory.note(verification, of: record, at: moment) }
    case .undoDeclined(let id, let person, let reason):
      try change(id) { (record) throws(RemediationRecord.Misfit) in
        try record.declineUndo("\(reason) (\(person))", at: moment)
      }
    default: break
    }
  }

  private mutating func step(
    _ id: ProposalID, _ place: StepPlace, _ moment: Timestamp, when isDue: (RunProgress.Next) -> Bool,
    change: (inout RunProgress) -> Void
  ) throws(RemediationRecord.Misfit) {
    try self.change(id) { (record) throws(RemediationRecord.Misfit) in
      try record.progress(at: moment) { (progress) throws(RemediationRecord.Misfit) in
        guard isDue(progress.next) else {
          throw RemediationRecord.Misfit(description: "step \(place.index + 1) of \(id) is not what comes next")
        }
        change(&progress)
      }
    }
  }

  private mutating func change(
    _ id: ProposalID, _ change: (inout RemediationRecord) throws(RemediationRecord.Misfit) -> Void
  ) throws(RemediationRecord.Misfit) {
    guard var record = records[id] else { throw RemediationRecord.Misfit(description: "there is no \(id)") }
    try change(&record)
    records[id] = record
  }

  private mutating func observe(_ incident: String, _ observation: IncidentObservation, _ moment: Timestamp) {
    var state = incidents[incident] ?? IncidentState()
    switch observation {
    case .resolved: state.isResolved = true
    case .reopened: (state.isResolved, state.reopenedAt) = (false, moment)
    case .flapping: state.isFlapping = true
    case .steady: state.isFlapping = false
    case .newerFinding(let digest): state.finding = digest
    }
    incidents[incident] = state
  }
}

extension ReviewBoard {
  /// What is true of the world now, as far as this proposal depends on it.
  package func observed(_ proposal: Proposal) -> ObservedState {
    let incident = proposal.incident == Proposal.byHand ? nil : incidents[proposal.incident]
    let last = runs.filter { $0.proposal.id != proposal.id && $0.shares(proposal.components) }
      .max {
        ($0.run?.startedAt ?? $0.proposedAt, $0.proposal.id) < ($1.run?.startedAt ?? $1.proposedAt, $1.proposal.id)
      }
    return ObservedState(
      isResolved: incident?.isResolved ?? false, isFlapping: incident?.isFlapping ?? false,
      finding: incident?.finding ?? proposal.findingDigest, lastAction: last?.proposal.id)
  }

  /// Of all that an approval is for: another runbook, other inputs or another state of the world has another digest. With
  /// it, what was shown to a person can be told from what lies there when their answer comes.
  package func digest(shown record: RemediationRecord) -> String {
    ContentDigest.of("\(record.proposal.plan.digest) \(observed(record.proposal).digest)")
  }

  /// Every record that has been run, in the order of the desk.
  var runs: [RemediationRecord] { all.filter { $0.run != nil } }

  /// Those that are being carried out, taken back or verified.
  package var underWay: [RemediationRecord] { runs.filter { $0.state == .applying || $0.state == .applied } }

  /// Whether an incident was said to be over.
  package func isResolved(_ incident: String) -> Bool { incidents[incident]?.isResolved ?? false }

  /// Since when an incident that was over is there again; nil where it never was over.
  package func reopenedAt(_ incident: String) -> Timestamp? { incidents[incident]?.reopenedAt }

  /// The digest of the newest finding about an incident; nil where none is known.
  package func finding(of incident: String) -> String? { incidents[incident]?.finding }

  /// Recommendations that wait and that the world has left behind.
  package func expiries(at now: Timestamp) -> [(id: ProposalID, expiry: Expiry)] {
    all.compactMap { record in
      let observed = self.observed(record.proposal)
      let expiry: Expiry?
      switch record.state {
      case .proposed, .approved:
        expiry =
          observed.withdrawal ?? record.proposal.terms.planned?.expiry(at: now)
          ?? record.approvals.lazy.compactMap { $0.expiry(observed, plan: record.proposal.plan.digest, at: now) }.first
          ?? (observed.finding == record.proposal.findingDigest
            ? nil : Expiry(.newerFinding, "There is a newer finding about the incident."))
      default: expiry = nil
      }
      return expiry.map { (record.proposal.id, $0) }
    }
  }
}

extension RemediationRecord {
  package func shares(_ components: [ComponentID]) -> Bool { !Set(proposal.components).isDisjoint(with: components) }
}

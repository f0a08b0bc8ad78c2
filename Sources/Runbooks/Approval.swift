import IncidentModel

/// What was true of the world when somebody looked at it, as far as an action depends on it.
package struct ObservedState: Hashable, Sendable, Codable {
  package var isResolved = false
  package var isFlapping = false
  /// Of the newest finding about the incident.
  package var finding: String
  /// The last run begun on one of the components, by proposal; nil for none.
  package var lastAction: ProposalID?

  package var digest: String {
    var digest = ContentDigest()
    digest.update(isResolved ? "resolved" : "open")
    digest.update(isFlapping ? "flapping" : "steady")
    digest.update(finding)
    digest.update(lastAction?.rawValue ?? "")
    return digest.finalize()
  }
}

/// One person's leave: for these words, in this state of the world, for a while.
package struct Approval: Hashable, Sendable, Codable {
  /// As the guardrails know them; `policy` for what is approved beforehand.
  package var person: String
  /// The account that it came from, where there is one: one account is one person.
  package var account: String?
  package var at: Timestamp
  package var runbookDigest: String
  /// `BoundRunbook.digest`: the runbook with its inputs.
  package var planDigest: String
  package var observed: ObservedState
  package var validSeconds: Int

  package static let policy = "policy"

  package init(
    person: String, account: String?, at moment: Timestamp, runbookDigest: String, planDigest: String,
    observed: ObservedState, validSeconds: Int
  ) {
    self.person = person
    self.account = account
    at = moment
    self.runbookDigest = runbookDigest
    self.planDigest = planDigest
    self.observed = observed
    self.validSeconds = validSeconds
  }
}

/// Why a recommendation is no longer for this world.
package struct Expiry: Hashable, Sendable, Codable {
  package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    case resolved, flapping, otherAction, newerFinding, time, clockMoved, runbookChanged, preconditionFailed
  }
  package var kind: Kind
  /// A full sentence.
  package var says: String

  package init(_ kind: Kind, _ says: String) {
    self.kind = kind
    self.says = says
  }
}

extension Approval {
  /// A clock that is a little behind is no clock that was moved.
  static let clockToleranceSeconds = 2.0

  /// Why it no longer counts; nil while it does.
  package func expiry(_ now: ObservedState, plan: String, at moment: Timestamp) -> Expiry? {
    if let expiry = now.withdrawal { return expiry }
    if now.finding != observed.finding {
      return Expiry(.newerFinding, "There is a newer finding about the incident.")
    }
    if now.lastAction != observed.lastAction {
      return Expiry(.otherAction, "Another action on the component has begun since.")
    }
    if plan != planDigest {
      return Expiry(.runbookChanged, "The runbook or its inputs are not those that were approved.")
    }
    let age = at.seconds(until: moment)
    if age < -Self.clockToleranceSeconds {
      return Expiry(.clockMoved, "The clock stands before the approval: it was moved.")
    }
    if age > Double(validSeconds) { return Expiry(.time, "The approval is older than \(validSeconds) s.") }
    return nil
  }
}

extension Proposal.Terms.Planned {
  func expiry(at now: Timestamp) -> Expiry? {
    now > notAfter ? Expiry(.time, "Its time, \(notBefore) to \(notAfter), is over: it was missed.") : nil
  }
}

extension ObservedState {
  /// Why a recommendation that waits, approved or not, has to be withdrawn.
  var withdrawal: Expiry? {
    if isResolved { return Expiry(.resolved, "The incident is resolved.") }
    if isFlapping { return Expiry(.flapping, "The alert comes and goes: what would be acted on is not there now.") }
    return nil
  }
}

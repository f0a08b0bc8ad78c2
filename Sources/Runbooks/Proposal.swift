import IncidentModel

/// `P1`, `P2`, … in the order in which they came to the desk.
package struct ProposalID: Identifier {
  package var rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// A recommendation as it lies on the review desk: what would be done, and all that a person needs to decide.
package struct Proposal: Hashable, Sendable, Codable {
  package var id: ProposalID
  /// The incident that it is for; `by-hand` for what a person asked for without one.
  package var incident: String
  package var incidentTitle: String
  package var component: ComponentID
  /// Whom the steps may disturb, the component first.
  package var components: [ComponentID]
  package var fault: FaultKind
  /// Of the finding, 0…1; nil for what a person asked for.
  package var confidence: Double?
  package var statement: String
  package var evidence: [String]
  /// From the cause along callers to the symptom.
  package var path: [ComponentID]
  /// Other explanations and other runbooks, with why they stand behind.
  package var alternatives: [String]
  package var reason: String
  package var plan: BoundRunbook
  package var terms: Terms
  /// Inputs that only a person can give; nothing can be approved while there are some.
  package var open: [String]
  /// Of what the investigation found: another leading hypothesis has another digest, newer evidence for it has not.
  package var findingDigest: String
  /// Of the hypothesis that it is for; nil for what a person asked for.
  package var hypothesisDigest: String?
  /// The inputs as the finding gave them, whatever a person made of them since.
  package var foundInputs: [String: String]?

  /// What the runbook asks of its use.
  package struct Terms: Hashable, Sendable, Codable {
    package var approvals: Int
    package var approverRole: String?
    package var concurrency: Int
    package var cooldownSeconds: Int
    package var changeWindows: [WeeklyWindow]
    /// Of planned work; nil for what is recommended or asked for.
    package var planned: Planned?

    /// When it may begin, and what is silenced while it runs.
    package struct Planned: Hashable, Sendable, Codable {
      package var notBefore: Timestamp
      package var notAfter: Timestamp
      package var maintenance: MaintenanceWindow?
    }

    package init(_ runbook: Runbook) {
      approvals =
        switch runbook.approvals {
        case .none: 0
        case .one: 1
        case .two: 2
        }
      approverRole = runbook.approverRole
      concurrency = runbook.concurrency
      cooldownSeconds = runbook.cooldownSeconds
      changeWindows = runbook.changeWindows
    }
  }
}

extension Proposal {
  package static let byHand = "by-hand"

  /// What a person asks for without a finding.
  /// - Throws: `BoundRunbook.Refusal`.
  package init(_ runbook: Runbook, inputs: [String: String], askedBy person: String) throws(BoundRunbook.Refusal) {
    plan = try BoundRunbook(runbook, inputs: inputs)
    let target = runbook.inputs.first { $0.source == .component || $0.source == .service || $0.source == .node }
    let named = ComponentID(target.flatMap { inputs[$0.name] ?? $0.fallback } ?? runbook.name)
    component = named
    components = [named]
    (id, incident, incidentTitle) = ("", Self.byHand, "Asked for by \(person)")
    (fault, confidence, statement) = (runbook.appliesTo.faults.first ?? .unknown, nil, plan.title)
    (evidence, path, alternatives, open) = ([], [], [], [])
    reason = "Asked for by \(person), without a finding."
    terms = Terms(runbook)
    findingDigest = ""
  }

  /// What an investigation came to, as far as recommendations need it.
  package struct Advised: Sendable {
    package var incident: String
    package var title: String
    /// Best first.
    package var judged: [JudgedHypothesis]
    package var remediations: [Remediation]
    package var serviceMap: ServiceMap

    package init(
      incident: String, title: String, judged: [JudgedHypothesis], remediations: [Remediation],
      serviceMap: ServiceMap = ServiceMap()
    ) {
      self.incident = incident
      self.title = title
      self.judged = judged
      self.remediations = remediations
      self.serviceMap = serviceMap
    }

    /// From a finished investigation; nil where it was never opened. A healthy system has nothing to mend.
    package init?(_ snapshot: BlackboardSnapshot) {
      guard let opening = snapshot.opening else { return nil }
      let verdict = Verdict(snapshot)
      self.init(
        incident: opening.incident.id, title: opening.incident.title,
        judged: verdict.outcome == .healthy ? [] : verdict.hypotheses, remediations: snapshot.remediations,
        serviceMap: opening.serviceMap)
    }

    /// Of the leading hypothesis: what is thought to be wrong, and where.
    package var findingDigest: String {
      judged.first { !$0.isVetoed }?.hypothesis.claimDigest ?? ContentDigest.of("nothing found")
    }
  }

  /// One for each of the advised runbooks that the library has, best first.
  package static func all(from advised: Advised, library: RunbookLibrary) -> [Proposal] {
    let finding = advised.findingDigest
    return advised.remediations.compactMap { remediation in
      guard let name = remediation.runbook, let runbook = library.runbooks.first(where: { $0.name == name }),
        let judged = advised.judged.first(where: { $0.hypothesis.id == remediation.hypothesis })
      else { return nil }
      var proposal = Proposal(remediation, runbook, judged, advised)
      proposal.findingDigest = finding
      return proposal
    }
  }

  private init(
    _ remediation: Remediation, _ runbook: Runbook, _ judged: JudgedHypothesis, _ advised: Advised
  ) {
    let hypothesis = judged.hypothesis
    let binding = RunbookBinding(runbook.inputs, for: hypothesis, serviceMap: advised.serviceMap)
    plan = BoundRunbook(runbook, binding: binding)
    open = binding.open
    (id, incident, incidentTitle) = ("", advised.incident, advised.title)
    (component, components) = (hypothesis.component, remediation.blastRadius)
    (fault, confidence, statement) = (hypothesis.fault, judged.confidence, hypothesis.statement)
    evidence = hypothesis.evidence.prefix(12).map { ($0.supports ? "" : "against: ") + $0.statement }
    path = hypothesis.propagation
    let others = advised.judged.filter { $0.hypothesis.id != hypothesis.id }.prefix(3).map {
      "\($0.hypothesis.component): \($0.hypothesis.fault.rawValue), "
        + ($0.isVetoed ? "ruled out" : "\(percent($0.confidence))")
    }
    let runbooks = advised.remediations.filter { $0.runbook != nil && $0.runbook != runbook.name }.prefix(3)
    alternatives = others + runbooks.map { "runbook \($0.runbook ?? ""): \($0.title)" }
    reason = remediation.reason
    terms = Terms(runbook)
    findingDigest = ""
    hypothesisDigest = hypothesis.claimDigest
    foundInputs = binding.texts
  }

  /// With inputs that a person gave. Where it acts stays: leave, budgets and what is remembered are for that component.
  /// - Throws: `BoundRunbook.Refusal`.
  package func amended(_ runbook: Runbook, inputs: [String: String]) throws(BoundRunbook.Refusal) -> Proposal {
    let moved = runbook.inputs.filter { input in
      guard input.source.type == .component, let old = plan.inputs[input.name], let new = inputs[input.name] else {
        return false
      }
      return old != new
    }
    guard moved.isEmpty else {
      throw BoundRunbook.Refusal(
        complaints: moved.map {
          "“\($0.name)” says where it acts and stays; for another place ask for the runbook by hand"
        })
    }
    var amended = self
    amended.plan = try BoundRunbook(runbook, inputs: plan.inputs.merging(inputs) { $1 })
    amended.open = []
    amended.terms = Terms(runbook)
    amended.terms.planned = terms.planned
    return amended
  }
}

extension BoundRunbook {
  /// With what a finding gives; blanks without a value stay visible, and it cannot be approved like that.
  init(_ runbook: Runbook, binding: RunbookBinding) {
    self.runbook = runbook.name
    runbookDigest = runbook.digest
    inputs = binding.texts
    title = binding.words(runbook.title)
    owner = runbook.owner
    preconditions = runbook.preconditions.map(binding.bound)
    steps = runbook.steps.map(binding.bound)
    verification = binding.bound(runbook.verification)
    risk = runbook.risk
    isReversible = runbook.isReversible
  }
}

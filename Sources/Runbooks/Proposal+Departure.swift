import IncidentModel

extension Proposal {
  /// Why a newer investigation of its incident no longer bears it out; nil while it does, and for what is no
  /// recommendation of an investigation.
  ///
  /// Newer evidence for the same claim, another probability above what the runbook asks for and another place among the
  /// runbooks change nothing of what would be done: people's leave stays good.
  /// - Parameter runbook: as its file is now.
  package func departure(from advised: Advised, runbook: Runbook) -> Expiry? {
    guard let hypothesisDigest, advised.incident == incident else { return nil }
    guard
      let judged = advised.judged.first(where: { !$0.isVetoed && $0.hypothesis.claimDigest == hypothesisDigest })
    else {
      return Expiry(
        .newerFinding, "A newer investigation no longer holds \(fault.rawValue) at \(component) for a cause.")
    }
    switch RunbookMatch.misfit(runbook, judged, advised.serviceMap) {
    case .confidence:
      return Expiry(
        .newerFinding,
        "A newer investigation holds the cause for \(percent(judged.confidence)) likely, and the runbook asks for "
          + "\(percent(runbook.appliesTo.minimumConfidence)).")
    case .fault, .component: return Expiry(.newerFinding, "The runbook does not fit what was found anew.")
    case nil: break
    }
    let found = RunbookBinding(runbook.inputs, for: judged.hypothesis, serviceMap: advised.serviceMap).texts
    let before = foundInputs ?? found
    let reached = runbook.blastRadius.components(around: judged.hypothesis.component, in: advised.serviceMap)
    if let new = reached.first(where: { !components.contains($0) }) {
      return Expiry(.newerFinding, "A newer investigation shows that it may disturb \(new) as well.")
    }
    guard let changed = runbook.actingInputs.first(where: { before[$0] != found[$0] }) else { return nil }
    return Expiry(
      .newerFinding,
      "A newer investigation gives “\(changed)” as \(found[changed] ?? "unknown"), and it was \(before[changed] ?? "unknown")."
    )
  }
}

extension Hypothesis {
  /// Of what it claims: which kind of fault, at which component, of which cause. Not of what speaks for it.
  var claimDigest: String {
    var digest = ContentDigest()
    digest.update(component.rawValue)
    digest.update(fault.rawValue)
    digest.update(cause ?? "")
    return digest.finalize()
  }
}

extension Runbook {
  /// All that is asked of a source of measurements.
  var queries: [String] {
    let waits = steps.compactMap { step in
      if case .waitUntil(let query, _) = step.action { query } else { nil }
    }
    return (preconditions + [verification]).flatMap { [$0.query] + ($0.worse.map { [$0] } ?? []) } + waits
  }

  /// Inputs that stand in something that is carried out or asked, in the runbook's order. The others are only for people
  /// to read: when it began moves a little with every look.
  var actingInputs: [String] {
    let names = Set((queries + steps.flatMap(\.actingTexts)).flatMap { (try? TextWithBlanks($0))?.blanks ?? [] })
    return inputs.map(\.name).filter { names.contains($0) }
  }
}

extension Runbook.Step {
  /// What is carried out, undo included. What a person is told to do is in the title.
  var actingTexts: [String] {
    ([(title, action)] + (undo.map { [($0.title, $0.action)] } ?? [])).flatMap { title, action in
      switch action {
      case .run(let vector): vector
      case .http(let request): [request.url] + (request.body.map { [$0] } ?? [])
      case .waitUntil(let query, _): [query]
      case .manual: [title]
      }
    }
  }
}

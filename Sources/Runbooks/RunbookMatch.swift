import IncidentModel

/// A runbook that fits a hypothesis, and why it stands where it stands.
struct RunbookMatch {
  var runbook: Runbook
  var binding: RunbookBinding
  var undoing: Undoing
  var aim: Aim
  /// What is remembered of it; nil where nobody remembers anything.
  var past: Past?

  struct Past {
    var standing: OutcomeMemory.Standing
    var record: TrackRecord
    var rejection: OutcomeMemory.RejectedAdvice?
  }

  /// What a runbook takes back, beside what is on record; in the order of preference.
  enum Undoing: Int, Hashable {
    case recordedChange, nothing, unrecordedChange
  }

  /// Whether it is made for what the finding is about; in the order of preference.
  enum Aim: Int, Hashable {
    /// For series like that of the finding, or for the one replica that it singles out.
    case meant, anything, otherSeries
  }

  /// Every runbook that fits, best first.
  ///
  /// First those that nobody rejected for this in the past 30 days, then those that are for the finding's cause, then
  /// those that take back a change that the finding cites, last those that would take back one that nobody recorded;
  /// among equals those that have helped more often than not, last those that have not; then those
  /// made for such series or for the replica that is singled out, last those for other series; then those made for fewer causes or fault kinds, then lower
  /// risk, then those that can be undone, then those made for fewer roles, then by name.
  static func ranked(
    _ runbooks: [Runbook], for judged: JudgedHypothesis, _ serviceMap: ServiceMap, experience: Experience? = nil
  ) -> [RunbookMatch] {
    let fitting = runbooks.filter { misfit($0, judged, serviceMap) == nil }.map { runbook in
      let binding = RunbookBinding(runbook.inputs, for: judged.hypothesis, serviceMap: serviceMap)
      return RunbookMatch(
        runbook: runbook, binding: binding, undoing: undoing(runbook, judged.hypothesis),
        aim: aim(runbook, judged.hypothesis),
        past: experience?.past(of: runbook, judged.hypothesis))
    }
    return fitting.sorted { left, right in
      guard left.order != right.order else { return left.runbook.name < right.runbook.name }
      return left.order.lexicographicallyPrecedes(right.order)
    }
  }

  private var order: [Int] {
    [
      past?.standing == .rejected ? 1 : 0, runbook.appliesTo.causes.isEmpty ? 1 : 0, undoing.rawValue,
      (past?.standing ?? .untold).rawValue, aim.rawValue,
      runbook.appliesTo.faults.count + runbook.appliesTo.causes.count, runbook.risk.level,
      runbook.isReversible ? 0 : 1, runbook.appliesTo.roles.count,
    ]
  }

  private static func aim(_ runbook: Runbook, _ hypothesis: Hypothesis) -> Aim {
    if runbook.isForOneReplica { return .meant }
    let words = runbook.appliesTo.metrics
    guard !words.isEmpty else { return .anything }
    return words.contains(where: hypothesis.metricWords.contains) ? .meant : .otherSeries
  }

  private static func undoing(_ runbook: Runbook, _ hypothesis: Hypothesis) -> Undoing {
    let kinds = runbook.undoneChanges
    guard !kinds.isEmpty else { return .nothing }
    let recorded = hypothesis.evidence.filter(\.supports).compactMap(\.change?.kind)
    return recorded.contains(where: kinds.contains) ? .recordedChange : .unrecordedChange
  }

  enum Misfit: Hashable { case fault, component, confidence }

  /// Why a runbook does not fit; nil where it does. A component whose role is not known is taken for an application.
  static func misfit(_ runbook: Runbook, _ judged: JudgedHypothesis, _ serviceMap: ServiceMap) -> Misfit? {
    let scope = runbook.appliesTo
    let hypothesis = judged.hypothesis
    if !scope.causes.isEmpty {
      // Commands for a cluster need the object that they change; the same word from telemetry names none.
      guard let cause = hypothesis.cause, scope.causes.contains(cause), hypothesis.object != nil else { return .fault }
      return judged.confidence < scope.minimumConfidence ? .confidence : nil
    }
    // General runbooks name services as telemetry does; a command that fills in a cluster's object would be wrong.
    guard hypothesis.object == nil else { return .fault }
    let role = hypothesis.componentRole == .unknown ? ComponentRole.application : hypothesis.componentRole
    if !scope.faults.contains(hypothesis.fault) { return .fault }
    if !scope.roles.contains(role) || !scope.kinds.contains(hypothesis.componentKind) { return .component }
    if runbook.isForOneReplica, hypothesis.singledOutReplica(serviceMap) == nil { return .component }
    return judged.confidence < scope.minimumConfidence ? .confidence : nil
  }

  /// The reason in words, for the person who decides.
  func reason(place: Int, of count: Int, for judged: JudgedHypothesis) -> String {
    let hypothesis = judged.hypothesis
    let scope = runbook.appliesTo
    let fit =
      scope.causes.isEmpty
      ? "Fits a \(hypothesis.fault.rawValue) fault of \(described(hypothesis))"
      : "Fits the cause \(hypothesis.cause ?? "")"
    var sentences = [
      "\(fit), held for \(percent(judged.confidence)) likely; it asks for at least \(percent(scope.minimumConfidence))."
    ]
    var merits: [String] = []
    switch undoing {
    case .recordedChange: merits.append("it goes back behind the change that the finding cites")
    case .nothing: break
    case .unrecordedChange:
      let kinds = runbook.undoneChanges.sorted().joined(separator: " or ")
      merits.append("it takes back a \(kinds) change, and none is on record near the onset")
    }
    switch aim {
    case .meant:
      merits.append(
        runbook.isForOneReplica ? "it is for the one replica that is hit" : "it is for series like that of the finding")
    case .anything: break
    case .otherSeries: merits.append("it is for other series than that of the finding")
    }
    merits.append(
      scope.causes.count == 1
        ? "it is for this cause alone"
        : scope.faults.count == 1
          ? "it is for this fault alone"
          : scope.causes.isEmpty
            ? "it is for \(scope.faults.count) kinds of fault" : "it is for \(scope.causes.count) causes")
    merits.append("its risk is \(runbook.risk.rawValue)")
    merits.append(runbook.isReversible ? "it can be undone" : "it cannot be undone")
    let standing = count == 1 ? "The only one that fits" : "Number \(place) of \(count) that fit"
    sentences.append("\(standing): \(merits.joined(separator: ", ")).")
    if let sentence = past?.record.sentence { sentences.append(sentence) }
    if let rejected = past?.rejection {
      sentences.append(
        "Stands lower: \(rejected.rejection.by) rejected it at \(rejected.at) "
          + "(\(rejected.rejection.kind.rawValue): \(rejected.rejection.reason)).")
    }
    if !binding.open.isEmpty {
      sentences.append("Still to be filled in by the reviewer: \(binding.open.joined(separator: ", ")).")
    }
    return sentences.joined(separator: " ")
  }

  private func described(_ hypothesis: Hypothesis) -> String {
    let kind = hypothesis.componentKind.rawValue
    return switch hypothesis.componentRole {
    case .unknown: "a \(kind) whose role is not known"
    case let role where role.rawValue == kind: "a \(kind)"
    case let role: "a \(kind) in the role \(role.rawValue)"
    }
  }
}

extension Runbook {
  /// Whether it acts on one of several replicas, which the finding has to single out.
  fileprivate var isForOneReplica: Bool { inputs.contains { $0.source == .instance && $0.fallback == nil } }
}

/// A probability in words: whole percent, never rounded up to certainty.
func percent(_ probability: Double) -> String {
  let bounded = probability.clamped(to: 0...1)
  return "\(Int((bounded.isNaN ? 0 : bounded) * 100 + 1e-9)) %"
}

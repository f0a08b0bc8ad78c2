import IncidentModel
import Reporting
import Runbooks

/// A recommendation in plain lines, for scripts and for the full screen. What came from telemetry is made harmless.
struct ReviewText {
  var record: RemediationRecord
  var memory: OutcomeMemory
  var now: Timestamp

  private var proposal: Proposal { record.proposal }

  /// `P3  proposed  low  api  Restart api`
  var line: String {
    let confidence = proposal.confidence.map { " \(Self.percent($0))" } ?? ""
    return "\(DisplayWidth.padded(proposal.id.rawValue, to: 4)) \(DisplayWidth.padded(status, to: 11)) "
      + "\(DisplayWidth.padded(proposal.plan.risk.rawValue, to: 6)) "
      + UntrustedText.clean("\(proposal.component)\(confidence): \(proposal.plan.title)")
  }

  /// The state, or what a person is asked for.
  var status: String {
    if record.state == .applying, case .ask(_, let isInterrupted)? = record.run?.next {
      return isInterrupted ? "at a step" : "asks you"
    }
    if record.proposesUndo { return "undo it?" }
    if record.state == .proposed, !proposal.open.isEmpty { return "needs input" }
    return record.state.name
  }

  /// Everything that a person needs to decide, the most important first.
  var lines: [String] { decision + finding + doing + past }

  private var decision: [String] {
    var lines = [UntrustedText.clean("\(proposal.id) \(record.state.name): \(proposal.plan.title)")]
    if let detail { lines.append(Self.row("state", detail)) }
    if let question { lines.append(Self.row("asks", question)) }
    if !proposal.open.isEmpty {
      lines.append(Self.row("needs", "\(proposal.open.joined(separator: ", ")): amend it first"))
    }
    let given = record.approvals.map(\.person).joined(separator: ", ")
    let role = proposal.terms.approverRole.map { ", one of the role \($0)" } ?? ""
    lines.append(
      Self.row("approvals", "\(given.isEmpty ? "none" : given); \(record.missingApprovals) more needed\(role)"))
    lines.append(
      Self.row(
        "risk",
        "\(proposal.plan.risk.rawValue), \(proposal.plan.isReversible ? "can be undone" : "cannot be undone"); "
          + "may disturb \(proposal.components.prefix(8).map(\.rawValue).joined(separator: ", "))"))
    return lines
  }

  private var detail: String? {
    switch record.state {
    case .proposed, .approved, .applying, .applied: nil
    case .rejected(let rejection): "rejected by \(rejection.by), \(rejection.kind.rawValue): \(rejection.reason)"
    case .expired(let expiry): expiry.says
    case .verified: record.run?.verification.map { "\($0.says) \($0.seconds.map { "after \(Int($0)) s" } ?? "")" }
    case .failed(let why): why + (record.run?.keptBecause.map { " Left as it is: \($0)" } ?? "")
    }
  }

  private var question: String? {
    if record.proposesUndo { return "shall what was done be taken back? undo takes it back, reject leaves it" }
    guard record.state == .applying, case .ask(let place, let isInterrupted)? = record.run?.next else { return nil }
    let step = proposal.plan.steps[place.index]
    let title = place.isUndo ? step.undo?.title ?? step.title : step.title
    return isInterrupted
      ? "step \(place.index + 1) has begun: \(title). Where nobody runs it any more, it may or may not have been done: "
        + "say done, again or abandon"
      : "step \(place.index + 1) is yours: \(title) (done or abandon)"
  }

  private var finding: [String] {
    var lines: [String] = []
    if let confidence = proposal.confidence {
      lines.append(
        Self.row("finding", "\(proposal.component), \(proposal.fault.rawValue), \(Self.percent(confidence)) likely"))
    }
    lines.append(Self.row("", proposal.statement))
    lines += proposal.evidence.prefix(6).map { Self.row("  evidence", $0) }
    if proposal.path.count > 1 {
      lines.append(Self.row("path", "\(proposal.path.map(\.rawValue).joined(separator: " → "))"))
    }
    lines.append(Self.row("why this", proposal.reason))
    lines += proposal.alternatives.prefix(5).map { Self.row("  or else", $0) }
    return lines
  }

  private var doing: [String] {
    var lines = proposal.plan.preconditions.flatMap { check in
      [Self.row("before", check.says), "           \(Runbook.Action.exact(check.query))"]
    }
    for (number, step) in proposal.plan.steps.enumerated() {
      lines.append(Self.row("step \(number + 1)", "\(step.title)\(outcome(StepPlace(number)))"))
      lines += step.action.exactLines.map { "           \($0)" }
      if let undo = step.undo {
        lines.append(Self.row("  undo", "\(undo.title)\(outcome(StepPlace(number, isUndo: true)))"))
        lines += undo.action.exactLines.map { "           \($0)" }
      }
    }
    let check = proposal.plan.verification
    lines.append(Self.row("verify", "\(check.says) Within \(check.withinSeconds ?? 0) s."))
    lines.append("           \(Runbook.Action.exact(check.query))")
    if record.run.map({ !$0.isUnderWay }) ?? false, let left = record.run?.notTakenBack, record.run?.undoReason != nil,
      !left.isEmpty
    {
      lines.append(Self.row("left", "not taken back: \(left.joined(separator: "; "))"))
    }
    return lines
  }

  private func outcome(_ place: StepPlace) -> String {
    switch record.run?[place] {
    case .begun?: " [begun]"
    case .ended(let result)?: " [\(result.status.rawValue)\(result.detail.isEmpty ? "" : ", \(result.detail)")]"
    case .attested(let person)?: " [done, says \(person)]"
    case .waiting?, nil: ""
    }
  }

  private var past: [String] {
    let (runbook, fault, component) = (proposal.plan.runbook, proposal.fault, proposal.component)
    let record = memory.record(runbook: runbook, fault: fault, at: now)
    var lines = [Self.row("last time", record.sentence ?? "Never tried for this kind of fault.")]
    if let here = memory.record(runbook: runbook, fault: fault, component: component, at: now).sentence {
      lines.append(Self.row("  here", here))
    }
    if let rejected = memory.rejection(runbook: runbook, fault: fault, component: component, at: now) {
      lines.append(
        Self.row(
          "  rejected",
          "\(rejected.at) by \(rejected.rejection.by), \(rejected.rejection.kind.rawValue): \(rejected.rejection.reason)"
        ))
    }
    return lines
  }

  static func percent(_ share: Double) -> String { "\(Int((share.clamped(to: 0...1)) * 100 + 1e-9)) %" }

  /// A label of eleven columns, and text from wherever.
  static func row(_ label: String, _ text: String) -> String {
    DisplayWidth.padded(label, to: 11) + UntrustedText.clean(text)
  }
}

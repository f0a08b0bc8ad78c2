import Runbooks

extension ReviewDesk {
  /// A run that does nothing: what would keep it from beginning now, and whether its preconditions hold; a line each.
  package func rehearse(_ proposal: Proposal, by person: String) async throws -> [String] {
    let board = try board()
    let now = around.now()
    var lines: [String] = []
    let hindrances =
      (guardrails.refusal(of: person, for: proposal, at: now).map { [$0] } ?? [])
      + guardrails.hindrances(to: RemediationRecord(proposal, at: now), on: board, at: now)
      .filter { !$0.hasPrefix("one of those who approve") }
    lines += hindrances.map { "refused    \($0)" }
    let count = proposal.terms.approvals
    let role = proposal.terms.approverRole.map { ", one of them of the role \($0)" } ?? ""
    lines.append("approvals  \(count) needed\(role)")
    for check in proposal.plan.preconditions {
      let answer: String
      do {
        answer = try await performer.ask(check.query) ? "holds" : "DOES NOT HOLD"
      } catch {
        answer = "cannot be asked (\(error))"
      }
      lines.append("before     \(check.says) \(answer): \(check.query)")
    }
    return lines
  }
}

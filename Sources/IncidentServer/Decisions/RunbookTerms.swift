import Runbooks

extension RunbookView {
  /// What a runbook asks of its use.
  struct Terms: Sendable, Hashable, Codable {
    struct Input: Sendable, Hashable, Codable {
      var name: String
      var type: String
      /// Where its value comes from, for example `finding.component`.
      var from: String
      var fallback: String?
      var choices: [String]
      var minimum: Double?
      var maximum: Double?
    }

    var inputs: [Input]
    /// How many people must agree: 0, 1 or 2.
    var approvals: Int
    var approverRole: String?
    var concurrency: Int
    var cooldownSeconds: Int
    var changeWindows: [String]
    var verificationQuery: String
    var verificationSeconds: Int?
    var worseQuery: String?
    /// Of its file: what an approval is for.
    var digest: String
  }
}

extension RunbookView.Terms {
  init(_ runbook: Runbook) {
    let terms = Proposal.Terms(runbook)
    inputs = runbook.inputs.map { input in
      Input(
        name: input.name, type: input.type.rawValue, from: input.source.rawValue, fallback: input.fallback,
        choices: input.choices, minimum: input.minimum, maximum: input.maximum)
    }
    (approvals, approverRole) = (terms.approvals, terms.approverRole)
    (concurrency, cooldownSeconds) = (terms.concurrency, terms.cooldownSeconds)
    changeWindows = terms.changeWindows.map(\.description)
    verificationQuery = Runbook.Action.exact(runbook.verification.query)
    verificationSeconds = runbook.verification.withinSeconds
    worseQuery = runbook.verification.worse.map(Runbook.Action.exact)
    digest = runbook.digest
  }
}

import Reporting

/// What a runbook asks of its use, for a reader.
struct RunbookTermsText {
  var lines: [DecisionPage.Line]
  var inputs: [Input]
  var query: String
  /// Shows that it did harm.
  var worse: String?

  struct Input {
    var name: String
    var from: String
    var takes: String
  }

  init(_ terms: RunbookView.Terms) {
    let people = ["nobody: its record or its kind is enough", "one person", "two people"]
    let role = terms.approverRole.map { ", one of them with the role \($0)" } ?? ""
    lines = [
      DecisionPage.Line(label: "Approvals", text: people[min(max(terms.approvals, 0), 2)] + role),
      DecisionPage.Line(label: "At once", text: Wording.count(terms.concurrency, "run")),
      DecisionPage.Line(
        label: "Pause", text: "\(DurationText.length(Double(terms.cooldownSeconds))) at one component after a run"),
      DecisionPage.Line(
        label: "When", text: terms.changeWindows.isEmpty ? "always" : terms.changeWindows.joined(separator: "; ")),
      DecisionPage.Line(label: "Digest", text: terms.digest),
    ]
    inputs = terms.inputs.map { Input(name: $0.name, from: Self.source($0.from), takes: Self.values($0)) }
    query = RunbookPage.shown(terms.verificationQuery)
    worse = terms.worseQuery.map(RunbookPage.shown)
  }

  private static func source(_ name: String) -> String {
    name == "reviewer" ? "whoever approves" : "the finding: \(name.replacing("finding.", with: ""))"
  }

  private static func values(_ input: RunbookView.Terms.Input) -> String {
    var words = input.choices.isEmpty ? input.type : input.choices.joined(separator: ", ")
    if let minimum = input.minimum { words += " from \(number(minimum))" }
    if let maximum = input.maximum { words += " to \(number(maximum))" }
    if let fallback = input.fallback { words += "; \(fallback) where nothing is given" }
    return words
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}

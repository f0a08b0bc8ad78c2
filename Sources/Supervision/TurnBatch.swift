import Agents
import BlackboardStore
import IncidentModel

/// Makes one batch of a turn's answers: in catalogue order, within the bounds, with a diagnostic for all that failed
/// or did not fit. Pure, so that the log is the same whatever order the agents finished in.
struct TurnBatch {
  private(set) var postings: [Posting] = []
  private var hypothesesLeft: Int
  private var contributionsLeft: Int

  /// - Parameter answers: in catalogue order.
  init(
    _ answers: [(manifest: AgentManifest, answer: AgentRunner.Answer)], after snapshot: BlackboardSnapshot,
    budget: InvestigationBudget
  ) {
    hypothesesLeft = max(0, budget.hypotheses - snapshot.hypotheses.count)
    contributionsLeft = max(0, budget.contributionsPerTurn)
    for (manifest, answer) in answers {
      switch answer {
      case .contributions(let contributions): take(contributions, from: manifest, budget: budget)
      case .failure(let reason, let isGivenUp):
        let outcome = isGivenUp ? "It was given up" : "It was restarted"
        let sentence = reason.hasSuffix(".") ? reason : reason + "."
        note(.agentFailure, "The agent \(manifest.name) failed: \(sentence) \(outcome).")
      }
    }
  }

  private mutating func take(
    _ contributions: [Contribution], from manifest: AgentManifest, budget: InvestigationBudget
  ) {
    let allowed = contributions.filter { !$0.isReserved }
    if allowed.count < contributions.count {
      note(
        .agentFailure,
        "The agent \(manifest.name) tried to open or conclude the investigation; that entry was left out.")
    }
    let limit = min(manifest.maximumContributions, contributionsLeft)
    var taken = 0
    var droppedHypotheses = 0
    for contribution in allowed.prefix(limit) {
      if case .hypothesis = contribution {
        guard hypothesesLeft > 0 else {
          droppedHypotheses += 1
          continue
        }
        hypothesesLeft -= 1
      }
      postings.append(Posting(author: manifest.name, contribution: contribution))
      taken += 1
    }
    contributionsLeft -= taken
    if droppedHypotheses > 0 {
      note(
        .limitReached,
        "\(droppedHypotheses) hypotheses of the agent \(manifest.name) were left out: the limit is "
          + "\(budget.hypotheses).")
    }
    if allowed.count > limit {
      note(
        .limitReached,
        "\(allowed.count - limit) contributions of the agent \(manifest.name) were left out: the limit for this turn "
          + "was \(limit).")
    }
  }

  private mutating func note(_ kind: Diagnostic.Kind, _ statement: String) {
    postings.append(
      Posting(
        author: Supervisor.name, contribution: .diagnostic(Diagnostic(kind: kind, statement: statement))))
  }
}

extension Contribution {
  /// Only the supervisor posts the first and the last entry.
  fileprivate var isReserved: Bool {
    switch self {
    case .opening, .conclusion: true
    default: false
    }
  }
}

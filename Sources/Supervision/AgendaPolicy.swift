import IncidentModel

/// Decides what an investigation does next: pure, and the only place where that is decided.
package struct AgendaPolicy: Hashable, Sendable {
  package var budget: InvestigationBudget

  package init(budget: InvestigationBudget) { self.budget = budget }

  /// Where one agent stands between two turns.
  package struct Standing: Hashable, Sendable {
    package enum Condition: Hashable, Sendable {
      case able
      /// Restarted after a failed turn, and to be left alone for so long.
      case recovering(restSeconds: Double)
      /// Failed more often than its restarts allow.
      case givenUp
    }

    package var name: AgentName
    package var isReady: Bool
    package var letsFirst: [AgentName]
    package var condition: Condition

    package init(name: AgentName, isReady: Bool, letsFirst: [AgentName] = [], condition: Condition = .able) {
      self.name = name
      self.isReady = isReady
      self.letsFirst = letsFirst
      self.condition = condition
    }
  }

  package enum Step: Hashable, Sendable {
    /// Side by side on one snapshot, in the order of the standings.
    case run([AgentName])
    case wait(seconds: Double)
    case conclude(ConclusionReason)
  }

  /// - Parameters:
  ///   - turn: turns that have been run.
  ///   - elapsedSeconds: since the investigation began.
  ///   - standings: in catalogue order.
  ///
  /// Recovering agents run only when nobody else can, so that the log does not depend on how long a rest took.
  package func next(turn: Int, elapsedSeconds: Double, standings: [Standing]) -> Step {
    let candidates = standings.filter { $0.isReady && $0.condition != .givenUp }
    guard !candidates.isEmpty else { return .conclude(.settled) }
    guard turn < budget.turns else { return .conclude(.turnsSpent(budget.turns)) }
    guard elapsedSeconds < budget.wallSeconds else { return .conclude(.timeSpent(budget.wallSeconds)) }
    let waiting = Set(candidates.map(\.name))
    var eligible = candidates.filter { candidate in
      !candidate.letsFirst.contains { $0 != candidate.name && waiting.contains($0) }
    }
    // Agents that let each other first would wait for ever; the first in the catalogue goes ahead.
    if eligible.isEmpty { eligible = Array(candidates.prefix(1)) }
    let able = eligible.filter { $0.condition == .able }
    if !able.isEmpty { return .run(able.map(\.name)) }
    let rests = eligible.map(\.restSeconds)
    let rest = rests.max() ?? 0
    guard rest > 0 else { return .run(eligible.map(\.name)) }
    guard elapsedSeconds + rest < budget.wallSeconds else { return .conclude(.timeSpent(budget.wallSeconds)) }
    return .wait(seconds: rest)
  }
}

extension AgendaPolicy.Standing {
  fileprivate var restSeconds: Double { if case .recovering(let seconds) = condition { seconds } else { 0 } }
}

/// Why an investigation ended.
package enum ConclusionReason: Hashable, Sendable {
  /// Every agent has answered everything that was posted.
  case settled
  case turnsSpent(Int)
  case timeSpent(Double)

  package var statement: String {
    switch self {
    case .settled: "Every agent has said what it had to say."
    case .turnsSpent(let turns): "The limit of \(turns) turns was reached before every agent had finished."
    case .timeSpent(let seconds):
      "The time limit of \(secondsInWords(seconds)) was reached before every agent had finished."
    }
  }
}

/// `90 seconds`, `1 second`, `0.5 seconds`.
func secondsInWords(_ seconds: Double) -> String {
  let whole = seconds.rounded()
  let number = whole == seconds && abs(whole) < 1e15 ? String(Int(whole)) : String(seconds)
  return number == "1" ? "1 second" : "\(number) seconds"
}

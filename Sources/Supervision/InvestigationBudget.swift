/// The bounds of one investigation. Reaching one is an outcome that the report states, not an error.
package struct InvestigationBudget: Hashable, Sendable {
  package var turns: Int
  package var contributionsPerTurn: Int
  package var hypotheses: Int
  package var wallSeconds: Double

  package init(
    turns: Int = 12, contributionsPerTurn: Int = 50_000, hypotheses: Int = 32, wallSeconds: Double = 900
  ) {
    self.turns = turns
    self.contributionsPerTurn = contributionsPerTurn
    self.hypotheses = hypotheses
    self.wallSeconds = wallSeconds
  }
}

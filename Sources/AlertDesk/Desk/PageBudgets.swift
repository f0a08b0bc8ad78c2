extension Desk {
  /// The first budget of a receiver that is used up; nil where all that fires and is new to it may be told.
  func exhaustedBudget(of receiver: String, _ firing: [Fingerprint]) -> DeskRules.PageBudget? {
    rules.budgets.first { budget in
      guard budget.receiver == receiver else { return false }
      let since = state.now.addingSaturating(-budget.within)
      let spent = (state.rules.pagesOfReceiver[receiver] ?? []).count { $0 > since }
      guard spent >= budget.pages else { return false }
      return budget.except.isEmpty
        || !firing.contains { fingerprint in
          state.alerts[fingerprint].map { alert in budget.except.allSatisfy { $0.matches(alert.labels) } } ?? false
        }
    }
  }

  mutating func spendPage(of receiver: String) {
    guard let most = rules.budgets.filter({ $0.receiver == receiver }).map(\.pages).max() else { return }
    state.rules.pagesOfReceiver[receiver] =
      (state.rules.pagesOfReceiver[receiver] ?? []).suffix(most - 1) + [state.now]
  }

  /// When the next page to a receiver is free again, where its budget is used up.
  func budgetFree(_ budget: DeskRules.PageBudget) -> Int64? {
    (state.rules.pagesOfReceiver[budget.receiver] ?? []).suffix(budget.pages).first?.addingSaturating(budget.within)
  }
}

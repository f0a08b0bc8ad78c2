/// What models may cost: for one incident, for a storm of related alerts, and in any hour.
package struct ModelBudget: Hashable, Sendable {
  package var incident: BudgetLimits
  package var storm: BudgetLimits
  package var hour: BudgetLimits

  package init(
    incident: BudgetLimits = BudgetLimits(calls: 24, tokens: 200_000, usd: 1, seconds: 300),
    storm: BudgetLimits = BudgetLimits(calls: 48, tokens: 400_000, usd: 2),
    hour: BudgetLimits = BudgetLimits(calls: 600, tokens: 5_000_000, usd: 20)
  ) {
    self.incident = incident
    self.storm = storm
    self.hour = hour
  }
}

/// All accounts of a run. A call is admitted by every account that it concerns, or not at all.
package struct BudgetLedger: Sendable {
  /// A call that was admitted: to be settled, whatever became of it.
  package struct Ticket: Hashable, Sendable {
    package var number: Int
    package var incident: String
    package var storm: String?
    /// Nil where no account limits time.
    package var secondsLeft: Double?
  }

  package enum Admission: Hashable, Sendable {
    case admitted(Ticket)
    case refused(String)
  }

  private enum Scope: Hashable {
    case incident(String)
    case storm(String)
    case hour
  }

  private static let hourSeconds = 3600.0
  /// Accounts of incidents and storms that are kept; the one unused for the longest goes first.
  private static let maximumAccountCount = 1_000

  private let budget: ModelBudget
  private var accounts: [Scope: BudgetAccount] = [:]
  private var lastUsed: [Scope: Int] = [:]
  private var lastNumber = 0

  package init(_ budget: ModelBudget) { self.budget = budget }

  /// - Parameter most: what the call can take at most; it is set aside until the call is settled.
  package mutating func admit(
    _ most: TokenUsage, incident: String, storm: String?, atSeconds now: Double
  ) -> Admission {
    let scopes = scopes(incident, storm)
    for scope in scopes {
      if let refusal = account(scope).refusal(of: most, atSeconds: now) { return .refused(refusal) }
    }
    lastNumber += 1
    for scope in scopes {
      var account = account(scope)
      account.promise(most, to: lastNumber)
      accounts[scope] = account
      lastUsed[scope] = lastNumber
    }
    dropUnused()
    let secondsLeft = scopes.compactMap { account($0).secondsLeft(atSeconds: now) }.min()
    return .admitted(Ticket(number: lastNumber, incident: incident, storm: storm, secondsLeft: secondsLeft))
  }

  package mutating func settle(_ ticket: Ticket, _ spending: Spending, atSeconds now: Double) {
    for scope in scopes(ticket.incident, ticket.storm) {
      accounts[scope]?.settle(spending, of: ticket.number, atSeconds: now)
    }
  }

  package func spent(incident: String, atSeconds now: Double) -> Spending {
    account(.incident(incident)).spent(atSeconds: now)
  }

  private func scopes(_ incident: String, _ storm: String?) -> [Scope] {
    [.incident(incident)] + (storm.map { [.storm($0)] } ?? []) + [.hour]
  }

  private func account(_ scope: Scope) -> BudgetAccount {
    if let account = accounts[scope] { return account }
    return switch scope {
    case .incident: BudgetAccount(name: "this incident", limits: budget.incident)
    case .storm: BudgetAccount(name: "this storm", limits: budget.storm)
    case .hour: BudgetAccount(name: "the last hour", limits: budget.hour, windowSeconds: Self.hourSeconds)
    }
  }

  private mutating func dropUnused() {
    guard accounts.count > Self.maximumAccountCount else { return }
    let idle = accounts.filter { $0.key != .hour && !$0.value.isInUse }.keys
    guard let oldest = idle.min(by: { lastUsed[$0] ?? 0 < lastUsed[$1] ?? 0 }) else { return }
    accounts[oldest] = nil
    lastUsed[oldest] = nil
  }
}

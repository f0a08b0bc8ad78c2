import HTTPTransport

/// The ledger that all investigations of a run share.
package actor BudgetKeeper {
  private var ledger: BudgetLedger

  package init(_ budget: ModelBudget) { ledger = BudgetLedger(budget) }

  func admit(
    _ most: TokenUsage, incident: String, storm: String?, atSeconds now: Double
  ) -> BudgetLedger.Admission {
    ledger.admit(most, incident: incident, storm: storm, atSeconds: now)
  }

  func settle(_ ticket: BudgetLedger.Ticket, _ spending: Spending, atSeconds now: Double) {
    ledger.settle(ticket, spending, atSeconds: now)
  }

  package func spent(incident: String, atSeconds now: Double) -> Spending {
    ledger.spent(incident: incident, atSeconds: now)
  }
}

/// Asks a model only where the accounts can bear the most that the answer may take.
package struct BudgetedModel: LanguageModel {
  private let model: any LanguageModel
  private let price: TokenPrice
  private let keeper: BudgetKeeper
  private let incident: String
  private let storm: String?
  private let timing: Timing

  package var name: String { model.name }

  /// - Parameter storm: incidents with the same one share an account besides their own.
  package init(
    _ model: any LanguageModel, price: TokenPrice, keeper: BudgetKeeper, incident: String, storm: String? = nil,
    timing: Timing
  ) {
    self.model = model
    self.price = price
    self.keeper = keeper
    self.incident = incident
    self.storm = storm
    self.timing = timing
  }

  package func complete(_ request: ChatRequest) async throws -> ChatReply {
    let start = timing.nowSeconds()
    let most = request.mostUsage(price)
    let ticket: BudgetLedger.Ticket
    switch await keeper.admit(most, incident: incident, storm: storm, atSeconds: start) {
    case .admitted(let admitted): ticket = admitted
    case .refused(let reason): throw LanguageModelError(.budgetSpent, model: name, detail: reason)
    }
    var bounded = request
    bounded.deadlineSeconds = min(request.deadlineSeconds, ticket.secondsLeft ?? .infinity)
    do {
      let reply = try await model.complete(bounded)
      await settle(ticket, reply.usage, since: start)
      return reply
    } catch let error as LanguageModelError {
      await settle(ticket, error.usage, since: start)
      throw error
    } catch {
      // Whoever was asked may have begun to answer, and counts it.
      await settle(ticket, most, since: start)
      throw error
    }
  }

  private func settle(_ ticket: BudgetLedger.Ticket, _ usage: TokenUsage, since start: Double) async {
    let now = timing.nowSeconds()
    await keeper.settle(ticket, Spending(usage: usage, seconds: now - start), atSeconds: now)
  }
}

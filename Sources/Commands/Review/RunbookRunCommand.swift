import ArgumentParser
import RunbookExecution
import Runbooks

extension RunbookCommand {
  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "run", abstract: "Carry out a runbook by hand, through the same guardrails as a recommendation.",
      discussion: """
        Asking for it is one person's approval. Where two are needed it waits on the desk for the other.

        tocsin runbook run raise-cache-memory --set component=cache-1 --set limit=2gb --set previousLimit=1gb --dry-run
        """)
    @Argument(help: "The runbook's name.") var name: String
    @Option(parsing: .singleValue, help: ArgumentHelp("An input.", valueName: "name=value")) var set: [String] = []
    @Flag(help: "Only show the exact commands and requests, and whether they would be allowed.") var dryRun = false
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let inputs = try InputPairs.read(set)
      let library = try RunbookCommand.library(try global.projectFolder().runbooks)
      guard let runbook = library.runbooks.first(where: { $0.name == name }) else {
        throw CommandFailure(.usage, "there is no runbook \(name)", hint: "tocsin runbook list shows all")
      }
      try await CommandFailure.translating {
        let proposal = try Proposal(runbook, inputs: inputs, askedBy: desk.person)
        let reviewDesk = try desk.desk(global)
        if dryRun { return try await show(proposal, reviewDesk) }
        let id = try await reviewDesk.propose([proposal])[0].proposal.id
        try await ReviewCommand.show(id, desk, global) {
          let record = try await $0.board()[id]
          if record?.state == .proposed {
            try await $0.approve(id, by: desk.person, account: DeskOptions.account)
          }
          guard try await $0.board()[id]?.state == .approved else { return }
          try await $0.run(id)
        }
      }
    }

    private func show(_ proposal: Proposal, _ reviewDesk: ReviewDesk) async throws {
      for line in try await reviewDesk.rehearse(proposal, by: desk.person) {
        global.console.result(Runbook.Action.exact(line))
      }
      for (number, step) in proposal.plan.steps.enumerated() {
        global.console.result("step \(number + 1)     \(Runbook.Action.exact(step.title))")
        for line in step.action.exactLines { global.console.result("           \(line)") }
        guard let undo = step.undo else { continue }
        global.console.result("  undo     \(Runbook.Action.exact(undo.title))")
        for line in undo.action.exactLines { global.console.result("           \(line)") }
      }
      let check = proposal.plan.verification
      global.console.result(
        "verify     \(Runbook.Action.exact(check.says))\n           \(Runbook.Action.exact(check.query)), "
          + "within \(check.withinSeconds ?? 0) s")
    }
  }
}

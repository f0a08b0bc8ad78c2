import ArgumentParser
import RunbookExecution
import Runbooks

extension Rejection.Kind: ExpressibleByArgument {}
extension StepAnswer: ExpressibleByArgument {}

extension ReviewCommand {
  struct Approve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "approve", abstract: "Agree to it as it is now.")
    @Argument(help: "Its number, as P1.") var id: String
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      try await ReviewCommand.show(ProposalID(id), desk, global) {
        try await $0.approve(ProposalID(id), by: desk.person, account: DeskOptions.account)
      }
    }
  }

  struct Reject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "reject", abstract: "Say no, and why: it decides what is recommended next time.")
    @Argument(help: "Its number, as P1.") var id: String
    @Option(help: "Why, in a sentence; not needed where the same was rejected before.") var reason: String?
    @Option(help: "What is lowered: wrong-cause, wrong-runbook, too-risky, or nothing with not-now.")
    var because: Rejection.Kind?
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      try await ReviewCommand.show(ProposalID(id), desk, global) {
        try await $0.reject(ProposalID(id), kind: because, reason: reason, by: desk.person)
      }
    }
  }

  struct Amend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "amend", abstract: "Give inputs; approvals that were given are void.")
    @Argument(help: "Its number, as P1.") var id: String
    @Option(parsing: .singleValue, help: ArgumentHelp("An input.", valueName: "name=value")) var set: [String] = []
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let inputs = try InputPairs.read(set)
      try await ReviewCommand.show(ProposalID(id), desk, global) {
        try await $0.amend(ProposalID(id), inputs: inputs, by: desk.person)
      }
    }
  }

  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "run", abstract: "Carry out what is approved, or go on with what was begun.")
    @Argument(help: "Its number, as P1.") var id: String
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      try await ReviewCommand.show(ProposalID(id), desk, global) { try await $0.run(ProposalID(id)) }
    }
  }

  struct Answer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "answer", abstract: "Your word on the step that a run waits for: done, again or abandon.")
    @Argument(help: "Its number, as P1.") var id: String
    @Argument(help: "done, again (only where it was interrupted) or abandon.") var answer: StepAnswer
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      try await ReviewCommand.show(ProposalID(id), desk, global) {
        try await $0.answer(ProposalID(id), answer, by: desk.person)
        try await $0.run(ProposalID(id))
      }
    }
  }

  struct Undo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "undo", abstract: "Take back what was done, last step first.")
    @Argument(help: "Its number, as P1.") var id: String
    @Option(help: "Why.") var reason: String
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      try await ReviewCommand.show(ProposalID(id), desk, global) {
        try await $0.undo(ProposalID(id), by: desk.person, reason: reason)
      }
    }
  }

  struct Renew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "renew", abstract: "Lay what has expired on the desk once more; it has to be approved anew.")
    @Argument(help: "Its number, as P1.") var id: String
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let record = try await CommandFailure.translating {
        try await desk.desk(global).renew(ProposalID(id), by: desk.person)
      }
      try await ReviewCommand.show(record.proposal.id, desk, global) { _ in }
    }
  }

  struct Halt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "halt", abstract: "End a run that is under way, wherever it runs.")
    @Argument(help: "Its number, as P1.") var id: String
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      try await ReviewCommand.show(ProposalID(id), desk, global) {
        try await $0.halt(ProposalID(id), by: desk.person)
      }
    }
  }

  struct Note: AsyncParsableCommand {
    enum News: String, ExpressibleByArgument, CaseIterable { case resolved, reopened, flapping, steady }
    static let configuration = CommandConfiguration(
      commandName: "note",
      abstract: "News of an incident: what waits for it is withdrawn where it is resolved or flapping.")
    @Argument(help: "The incident.") var incident: String
    @Argument(help: "resolved, reopened, flapping or steady.") var news: News
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let observation: IncidentObservation =
        switch news {
        case .resolved: .resolved
        case .reopened: .reopened
        case .flapping: .flapping
        case .steady: .steady
        }
      let withdrawn = try await CommandFailure.translating {
        let reviewDesk = try desk.desk(global)
        let known = try await reviewDesk.board().all.filter { $0.proposal.incident == incident }
        // A mistyped incident would withdraw nothing, and nobody would hear of it.
        guard !known.isEmpty else { throw DeskError(.unknown, "nothing on the desk is about an incident \(incident)") }
        try await reviewDesk.note(observation, of: incident)
        let board = try await reviewDesk.board()
        return known.filter(\.isOpen).map(\.proposal.id).filter { board[$0]?.isOpen == false }
      }
      let list = withdrawn.map(\.rawValue).joined(separator: ", ")
      global.console.result("\(incident) is noted as \(news.rawValue)" + (list.isEmpty ? "" : "; withdrawn: \(list)"))
    }
  }

  struct Stop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "stop", abstract: "Stop everything: nothing begins, and what runs is ended.")
    @Option(help: "Why.") var reason: String
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let board = try await CommandFailure.translating {
        let reviewDesk = try desk.desk(global)
        try await reviewDesk.stop(by: desk.person, reason: reason)
        return try await reviewDesk.board()
      }
      if let stop = board.stop { global.console.result(stop.line) }
    }
  }

  struct Release: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "release", abstract: "Let runs begin again after a stop.")
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let before = try await CommandFailure.translating {
        let reviewDesk = try desk.desk(global)
        let before = try await reviewDesk.board()
        try await reviewDesk.release(by: desk.person)
        return before
      }
      global.console.result(
        before.stop.map { "released: runs may begin again after the stop by \($0.by) at \($0.at)" }
          ?? "nothing was stopped")
    }
  }
}

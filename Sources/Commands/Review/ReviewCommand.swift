import ArgumentParser
import BlackboardStore
import Foundation
import IncidentModel
import RunbookExecution
import Runbooks

struct ReviewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review",
    abstract: "The recommendations that wait for a person; full-screen where no word follows.",
    discussion: """
      tocsin investigate <case> --store sqlite:incidents.sqlite
      tocsin review add sqlite:incidents.sqlite
      tocsin review show P1
      tocsin review approve P1
      tocsin review run P1 --prometheus http://127.0.0.1:9090
      """,
    subcommands: [
      Desk.self, List.self, Show.self, Add.self, Approve.self, Reject.self, Amend.self, Run.self, Answer.self,
      Undo.self, Halt.self, Note.self, Stop.self, Release.self,
    ], defaultSubcommand: Desk.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "One line each; those that are over with --all.")
    @Flag(help: "Also what is rejected, expired, verified or failed.") var all = false
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let board = try await CommandFailure.translating { try await desk.desk(global).board() }
      if let stop = board.stop { global.console.result("STOPPED by \(stop.by) at \(stop.at): \(stop.reason)") }
      for record in board.all where all || record.isOpen {
        global.console.result(ReviewText(record: record, memory: board.memory, now: DeskOptions.now).line)
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "One recommendation with everything needed to decide.")
    @Argument(help: "Its number, as P1.") var id: String
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      try await ReviewCommand.show(ProposalID(id), desk, global) { _ in }
    }
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lay the advice of finished investigations on the desk.")
    @Argument(help: ArgumentHelp("What --store of investigate wrote: sqlite:FILE.", valueName: "store"))
    var location: String
    @Option(help: ArgumentHelp("Only this incident.", valueName: "id")) var id: String?
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let storage = try await StoreLocation(location.contains(":") ? location : "sqlite:\(location)").open()
      let library = try RunbookCommand.library(try global.projectFolder().runbooks)
      let desk = try desk.desk(global)
      var count = 0
      for investigation in try await storage.investigations() where id == nil || investigation.id.incident == id {
        let snapshot = BlackboardSnapshot(entries: try await storage.entries(of: investigation.id))
        let records = try await CommandFailure.translating {
          try await desk.propose(Proposal.all(from: snapshot, library: library))
        }
        for record in records {
          global.console.result(
            ReviewText(record: record, memory: OutcomeMemory(), now: DeskOptions.now).line)
        }
        count += records.count
      }
      if count == 0 { global.console.note("no runbook was recommended") }
    }
  }

  /// Does one thing at the desk and shows what came of it.
  static func show(
    _ id: ProposalID, _ options: DeskOptions, _ global: GlobalOptions, _ work: (ReviewDesk) async throws -> Void
  ) async throws {
    try await CommandFailure.translating {
      let desk = try options.desk(global)
      try await work(desk)
      let board = try await desk.board()
      guard let record = board[id] else { throw DeskError(.unknown, "there is no recommendation \(id)") }
      let text = ReviewText(record: record, memory: board.memory, now: DeskOptions.now)
      for line in text.lines { global.console.result(line) }
    }
  }
}

extension RemediationRecord {
  /// Whether somebody has still something to do with it.
  var isOpen: Bool {
    switch state {
    case .proposed, .approved, .applying, .applied: true
    case .failed: proposesUndo
    case .rejected, .expired, .verified: false
    }
  }
}

import ArgumentParser
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
      Undo.self, Renew.self, Halt.self, Note.self, Stop.self, Release.self, Batch.self,
    ], defaultSubcommand: Desk.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "One line each; those that are over with --all.")
    @Flag(help: "Also what is rejected, expired, verified or failed.") var all = false
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let board = try await CommandFailure.translating { try await desk.desk(global).board() }
      if let stop = board.stop { global.console.result(stop.line) }
      for record in board.all where all || record.isOpen {
        global.console.result(ReviewText(record: record, memory: board.memory, now: DeskOptions.now).line)
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "One recommendation with everything needed to decide.")
    @Argument(help: "Its number, as P1.") var id: String
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      try await ReviewCommand.show(ProposalID(id), desk, global) { _ in }
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

extension ReviewBoard.Stop {
  var line: String { "STOPPED by \(by) at \(at): \(reason)" }
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

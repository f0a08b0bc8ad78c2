import Foundation
import IncidentModel
import Runbooks
import TestSupport
import Testing

@testable import Commands

/// What the full-screen desk shows and what its keys mean, without a terminal.
@Suite struct ReviewScreenTests {
  private let now = Timestamp(seconds: 1_772_334_000)!

  private func board(_ count: Int = 2, hostile: String = "cart") throws -> ReviewBoard {
    let library = try RunbookLibrary(folder: Workspace.project + "/runbooks")
    let runbook = try #require(library.runbooks.first { $0.name == "raise-cache-memory" })
    var board = ReviewBoard()
    for number in 1...count {
      var proposal = try Proposal(
        runbook, inputs: ["component": "cache-\(number)", "limit": "2gb", "previousLimit": "1gb"], askedBy: "ann")
      proposal.id = board.nextID
      proposal.incident = "I\(number)"
      proposal.statement = "\(hostile) runs out of memory since 03:12: evictions rose from 0 to 830 a second."
      proposal.confidence = 0.83
      try board.apply(DeskEntry(sequence: board.lastSequence + 1, at: now, event: .proposed(proposal)))
    }
    return board
  }

  @Test func theFirstScreenHoldsWhatADecisionNeeds() throws {
    let screen = ReviewScreen(try board(), now: now)
    let lines = screen.lines(width: 80, height: 24)
    #expect(lines.count == 24)
    let text = lines.joined(separator: "\n")
    for word in [
      "Review desk: 2 open of 2", "> P1", "  P2", "P1 proposed", "approvals  none; 1 more needed", "can be undone",
      "83 % likely", "runs out of memory since 03:12", "q quit",
    ] { #expect(text.contains(word), "\(word)") }
  }

  @Test(arguments: [(80, 24), (40, 12), (200, 60), (1, 1), (20, 8), (132, 25)])
  func everySizeIsKeptTo(width: Int, height: Int) throws {
    for count in [1, 2, 12] {
      var screen = ReviewScreen(try board(count, hostile: "a\u{1B}[31m\u{202E}\nb 東京"), now: now)
      for key in [ReviewScreen.Key.down, .pageDown, .character("x"), .character("2"), .character("é")] {
        let lines = screen.lines(width: width, height: height)
        #expect(lines.count == max(8, height))
        #expect(lines.allSatisfy { $0.count <= max(20, width) })
        #expect(!lines.joined().unicodeScalars.contains { $0.value < 32 || $0.value == 0x202E })
        _ = screen.press(key)
      }
    }
  }

  @Test func nothingHappensWithoutAConfirmation() throws {
    var screen = ReviewScreen(try board(), now: now)
    for key in ["a", "n", "r", "n", "h", "n"].map({ ReviewScreen.Key.character(Character($0)) }) {
      #expect(screen.press(key) == nil)
    }
    #expect(screen.press(.character("a")) == nil)
    // It is for what stood there when it was asked for.
    let shown = screen.board.digest(shown: try #require(screen.current))
    #expect(screen.press(.character("y")) == .approve("P1", shown: shown))
    #expect(screen.press(.down) == nil)
    #expect(screen.press(.character("r")) == nil)
    #expect(screen.press(.character("y")) == .run("P2"))
    #expect(screen.press(.interrupt) == .quit)
  }

  @Test func aRejectionTakesAKindAndASentence() throws {
    var screen = ReviewScreen(try board(), now: now)
    _ = screen.press(.character("x"))
    _ = screen.press(.character("3"))
    for letter in "no!" { #expect(screen.press(.character(letter)) == nil) }
    _ = screen.press(.backspace)
    #expect(screen.press(.enter) == .reject("P1", .tooRisky, reason: "no"))
    _ = screen.press(.character("x"))
    #expect(screen.press(.character("5")) == .reject("P1", nil, reason: nil))
    _ = screen.press(.character("m"))
    for letter in "limit=4gb" { _ = screen.press(.character(letter)) }
    #expect(screen.press(.enter) == .amend("P1", ["limit": "4gb"]))
    _ = screen.press(.character("s"))
    #expect(screen.press(.escape) == nil && screen.question == nil)
  }

  @Test func keysAreReadFromWhatTerminalsSend() {
    #expect(
      ReviewScreen.Key.read(Array("\u{1B}[A\u{1B}OB\u{1B}[5~\u{1B}[1;5Cq\r\u{7F}\u{3}é".utf8)) == [
        .up, .down, .pageUp, .character("q"), .enter, .backspace, .interrupt, .character("é"),
      ])
    #expect(ReviewScreen.Key.read([27]) == [.escape])
  }
}

import Foundation
import Testing

@testable import Commands

/// A name that means nothing is an error, and nothing is written under it.
@Suite struct MistypedNamesTests {
  @Test(arguments: [
    ["report", "sqlite:typo.sqlite"], ["report", "typo.sqlite"], ["mcp", "--store", "sqlite:typo.sqlite"],
    ["review", "add", "sqlite:typo.sqlite", "--store", "desk"],
    ["audit", "verify", "--data", "typo"], ["token", "list", "--data", "typo"],
    ["token", "revoke", "t1", "--data", "typo"], ["backup", "copy.sqlite", "--data", "typo"],
    ["investigate", "set", "--desk", "typo"], ["replay", "set", "--resume", "typo"],
    ["replay", "set", "--filter", "nope*", "--output", "typo"],
    ["replay", "set", "--filter", "nope*"],
  ])
  func endsWith65(arguments: [String]) async throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    if arguments.contains("set") { try workspace.writeCase("set/case", isFaulty: true) }
    let isName = Set(["typo", "copy.sqlite", "typo.sqlite", "set", "desk"])
    let words = arguments.map { word in
      word.hasPrefix("sqlite:")
        ? "sqlite:" + workspace.path("typo.sqlite") : isName.contains(word) ? workspace.path(word) : word
    }
    #expect(await workspace.run(words) == 65)
    let names = try FileManager.default.contentsOfDirectory(atPath: workspace.folder)
    #expect(names.allSatisfy { ["set", "desk"].contains($0) }, "\(names)")
  }

  @Test(arguments: [
    ("investigat case", "did you mean “tocsin investigate”?"), ("Replay", "did you mean “tocsin replay”?"),
    ("lgos", "did you mean “tocsin logs”?"), ("calibration", "did you mean “tocsin calibrate”?"),
    ("token lits --data x", "did you mean “tocsin token list”?"), ("x", "“tocsin --help” lists what there is"),
    ("token x", "“tocsin token --help” lists what there is"), ("", "“tocsin --help” lists what there is"),
  ])
  func whatIsNoSubcommandIsRefusedWithAGuess(line: String, hint: String) async throws {
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let failure = #expect(throws: CommandFailure.self) { try TocsinCommand.refuseUnknownSubcommand(words) }
    #expect(failure?.hint == hint)
    #expect(await TocsinCommand.run(words) == 64)
  }

  @Test(arguments: ["help", "help replay", "runbook --help", "token --help", "--version"])
  func whatTheParserKnowsIsLeftToIt(line: String) async {
    #expect(await TocsinCommand.run(line.split(separator: " ").map(String.init)) == 0)
  }

  /// The first token is made before the server first starts.
  @Test func theFirstTokenMakesTheStore() async throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    let data = workspace.path("data")
    #expect(await workspace.run("token", "create", "--role", "viewer", "--name", "ann", "--data", data) == 0)
    #expect(await workspace.run("token", "list", "--data", data) == 0)
    #expect(await workspace.run("audit", "verify", "--data", data) == 0)
  }

  @Test func whatMayNotBeWrittenIsSaidByItsName() async throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    try workspace.writeCase("set/case", isFaulty: true)
    try Data().write(to: URL(filePath: workspace.path("file")))
    let inside = workspace.path("file/inside")
    #expect(await workspace.run("replay", workspace.path("set"), "--output", inside) == 64)
    #expect(await workspace.run("dataset", "convert", workspace.path("set"), "--to", inside) == 65)
    #expect(await workspace.run("investigate", workspace.path("set"), "--store", "sqlite:" + inside) == 65)
    let error = #expect(throws: (any Error).self) {
      try FileManager.default.createDirectory(atPath: inside, withIntermediateDirectories: true)
    }
    let refused = try #require(error)
    let failure = try #require(CommandFailure(accessing: refused))
    #expect(failure.status == .usage)
    #expect(failure.message == "cannot write \(inside)")
  }
}

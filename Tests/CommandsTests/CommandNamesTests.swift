import ArgumentParser
import Foundation
import Telemetry
import Testing

@testable import Commands

@Suite struct CommandNamesTests {
  /// A name that the library derives from a type costs a search through every conformance of the program, for each
  /// command at each start.
  @Test func everyCommandNamesItself() {
    var unnamed: [String] = []
    var seen = 0
    var waiting: [any ParsableCommand.Type] = [TocsinCommand.self]
    while let command = waiting.popLast() {
      seen += 1
      if command.configuration.commandName == nil { unnamed.append("\(command)") }
      waiting += command.configuration.subcommands
    }
    #expect(seen > 50)
    #expect(unnamed.isEmpty)
  }

  @Test func helpNamesWhatThereIs() {
    for name in AdapterCatalog.names { #expect(ReplayCommand.helpMessage(columns: 200).contains(name), "\(name)") }
    #expect(PolicyCommand.helpMessage().contains("benchmark"))
    let datasets = DatasetCommand.List.datasets(in: Workspace.project + "/datasets")
    #expect(datasets == ["kubernetes", "shop/develop", "shop/kept", "simulated"])
  }

  @Test(.enabled(if: Workspace.hasProgram, "wants the program beside the tests"))
  func helpOnRecordingNeedsNoLab() async throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    // In a folder of its own the program has no `tocsin-lab` beside it.
    let alone = workspace.path("tocsin")
    try FileManager.default.copyItem(atPath: Workspace.program, toPath: alone)
    let help = try await workspace.output(["dataset", "record", "--help"], program: alone)
    #expect(help.contains("OVERVIEW: Record incidents from the lab's shop") && !help.contains("is missing"))
  }
}

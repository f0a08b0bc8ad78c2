import ArgumentParser
import Commands
import Testing

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
}

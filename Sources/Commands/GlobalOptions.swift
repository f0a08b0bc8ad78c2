import ArgumentParser
import Foundation

/// Flags that every command takes.
struct GlobalOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The folder with agents/, prompts/ and runbooks/.", valueName: "dir"))
  var project: String?

  @Flag(help: "Never colour the output; NO_COLOR does the same.")
  var noColor = false

  @Flag(help: "Write only results and errors.")
  var quiet = false

  @Option(help: "How much to say of the work: error, info or debug.")
  var logLevel: LogLevel = .info

  enum LogLevel: String, ExpressibleByArgument, CaseIterable { case error, info, debug }

  var console: Console {
    Console(
      isQuiet: quiet || logLevel == .error, noColor: noColor, environment: ProcessInfo.processInfo.environment)
  }

  func projectFolder() throws -> ProjectFolder {
    let program =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return try ProjectFolder.locate(
      flag: project, environment: ProcessInfo.processInfo.environment,
      workingFolder: FileManager.default.currentDirectoryPath, program: program)
  }
}

import ArgumentParser
import Dispatch
import Foundation
import Telemetry
import TextReading

/// The program's version, as `--version` and every report's provenance give it.
package let tocsinVersion = "0.1.0"

/// The whole program: a subcommand for each thing that it does.
package struct TocsinCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "tocsin",
    abstract: "Finds what broke, why, and what to do, with evidence that anyone can run again.",
    discussion: """
      Try it: tocsin investigate datasets/simulated/<case>
      Score it: tocsin replay datasets/simulated

      Exit status: 0 done; 1 a stated bar was not met; 64 wrong usage; 65 bad input data; 69 a source is unavailable; \
      70 a fault of ours; 130 interrupted.
      """,
    version: tocsinVersion,
    subcommands: [
      InvestigateCommand.self, ReplayCommand.self, ReportCommand.self, DatasetCommand.self, ReviewCommand.self,
      RunbookCommand.self,
      AgentCommand.self, PromptCommand.self, CheckCommand.self, CalibrateCommand.self, DetectCommand.self,
      LogsCommand.self, PolicyCommand.self, ModelCommand.self, ContextServerCommand.self, ServeCommand.self,
      TokenCommand.self, AuditCommand.self, BackupCommand.self,
    ])

  package init() {}

  /// Parses and runs one command line; everything that is thrown becomes one message and one exit status here.
  package static func run(_ arguments: [String]) async -> Int32 {
    let work = Task {
      try refuseUnknownSubcommand(arguments)
      var command = try parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    }
    let interruption = cancelOnInterrupt(work)
    defer { interruption.cancel() }
    do {
      try await work.value
      return 0
    } catch {
      return report(error)
    }
  }

  /// The parser calls a mistyped subcommand an unexpected argument, and every word after it another.
  static func refuseUnknownSubcommand(_ arguments: [String]) throws {
    var group: any ParsableCommand.Type = TocsinCommand.self
    var path = "tocsin"
    for word in arguments {
      let names = group.configuration.subcommands.map { $0.configuration.commandName }
      // Where a subcommand runs by default, other words are for it.
      guard !names.isEmpty, group.configuration.defaultSubcommand == nil, !word.hasPrefix("-"), word != "help" else {
        return
      }
      guard let known = names.firstIndex(of: word) else {
        let near = nearest(to: word, among: names.compactMap { $0 })
        throw CommandFailure(
          .usage, "there is no “\(path) \(word)”",
          hint: near.map { "did you mean “\(path) \($0)”?" } ?? "“\(path) --help” lists what there is")
      }
      group = group.configuration.subcommands[known]
      path += " \(word)"
    }
  }

  /// The name that takes the fewest insertions and deletions of characters, the first of equals; nil where that is more
  /// than half of it.
  private static func nearest(to word: String, among names: [String]) -> String? {
    let edits = names.map { (name: $0, count: $0.difference(from: word.lowercased()).count) }
    return edits.min { $0.count < $1.count }.flatMap { 2 * $0.count <= $0.name.count ? $0.name : nil }
  }

  private static func report(_ error: any Error) -> Int32 {
    switch CommandFailure(accessing: error) ?? error {
    case let failure as CommandFailure:
      FileHandle.standardError.write(Data("tocsin: \(failure)\n".utf8))
      return failure.status.rawValue
    case let failure as DatasetError:
      FileHandle.standardError.write(Data("tocsin: \(failure)\n".utf8))
      return CommandFailure.Status.badInput.rawValue
    case is CancellationError:
      FileHandle.standardError.write(Data("tocsin: interrupted\n".utf8))
      return CommandFailure.Status.interrupted.rawValue
    default: break
    }
    let status = exitCode(for: error)
    // ArgumentParser gives 1 for an error that is not its own: that is a fault of ours.
    guard status == .failure else {
      let text = fullMessage(for: error)
      if status == .success {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
      } else if !text.isEmpty {
        FileHandle.standardError.write(Data((text + "\n").utf8))
      }
      return status.rawValue
    }
    FileHandle.standardError.write(Data("tocsin: \(error)\n".utf8))
    return CommandFailure.Status.internalFault.rawValue
  }

  /// The first interrupt cancels the work, so that what is finished is kept; a second one ends the program.
  private static func cancelOnInterrupt(_ work: Task<Void, any Error>) -> any DispatchSourceSignal {
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: DispatchQueue(label: "interrupt"))
    source.setEventHandler {
      if work.isCancelled { Foundation.exit(CommandFailure.Status.interrupted.rawValue) }
      work.cancel()
    }
    source.activate()
    return source
  }
}

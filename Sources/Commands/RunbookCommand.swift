import ArgumentParser
import Foundation
import IncidentModel
import Runbooks

struct RunbookCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runbook", abstract: "The runbook library.",
    subcommands: [List.self, Show.self, Check.self, Run.self, Schedule.self, Import.self],
    defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Every runbook with what it is for.")
    @OptionGroup var global: GlobalOptions

    func run() throws {
      let library = try RunbookCommand.library(try global.projectFolder().runbooks)
      let width = library.runbooks.map(\.name.count).max() ?? 0
      for runbook in library.runbooks {
        let name = runbook.name + String(repeating: " ", count: width - runbook.name.count)
        global.console.result("\(name)  \(runbook.risk.rawValue) risk  \(runbook.title)")
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "One runbook, readable from top to bottom.")
    @Argument(help: "The runbook's name.") var name: String
    @OptionGroup var global: GlobalOptions

    func run() throws {
      let library = try RunbookCommand.library(try global.projectFolder().runbooks)
      guard let runbook = library.runbooks.first(where: { $0.name == name }) else {
        throw CommandFailure(.usage, "there is no runbook \(name)", hint: "tocsin runbook list shows all")
      }
      global.console.result(RunbookCommand.text(runbook))
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Check a folder of runbooks: every mistake with file, line and column.")
    @Argument(help: "The folder; the project's own when left out.") var path: String?
    @OptionGroup var global: GlobalOptions

    func run() throws {
      let folder = try path ?? global.projectFolder().runbooks
      let library = try RunbookCommand.library(folder)
      let count = library.runbooks.count
      global.console.result(count == 1 ? "1 runbook is in order" : "\(count) runbooks are in order")
      guard path == nil else { return }
      let file = try global.projectFolder().schedule
      guard FileManager.default.fileExists(atPath: file) else { return }
      let problems = try RunbookCommand.schedule(file).problems(library)
      guard problems.isEmpty else { throw CommandFailure(.badInput, problems.joined(separator: "\n")) }
      global.console.result("schedule.yaml is in order")
    }
  }

  static func library(_ folder: String) throws -> RunbookLibrary {
    do {
      return try RunbookLibrary(folder: folder)
    } catch let error as RunbookError {
      throw CommandFailure(.badInput, "\(error)", hint: "docs/runbooks.md explains the format")
    }
  }

  private static func text(_ runbook: Runbook) -> String {
    var lines = ["\(runbook.title)  (\(runbook.name))", "", runbook.purpose, ""]
    let faults = runbook.appliesTo.faults.map(\.rawValue).joined(separator: ", ")
    let roles = runbook.appliesTo.roles.map(\.rawValue).joined(separator: ", ")
    lines.append("for        \(faults) at \(roles), from \(percent(runbook.appliesTo.minimumConfidence)) confidence")
    lines.append("owner      \(runbook.owner)")
    lines.append(
      "risk       \(runbook.risk.rawValue), \(runbook.isReversible ? "can be undone" : "cannot be undone"), "
        + "approvals: \(runbook.approvals.rawValue)")
    lines.append(
      "at once    \(runbook.concurrency); afterwards left alone for \(runbook.cooldownSeconds) s"
        + (runbook.approverRole.map { "; one approver of the role \($0)" } ?? ""))
    if !runbook.changeWindows.isEmpty {
      lines.append("when       " + runbook.changeWindows.map(\.description).joined(separator: "; "))
    }
    lines.append("before     " + runbook.preconditions.map(\.says).joined(separator: "\n           "))
    for (number, step) in runbook.steps.enumerated() {
      lines.append("step \(number + 1)     \(step.title)")
      if case .run(let arguments) = step.action {
        lines.append("           \(Remediation.Step.commandText(arguments))")
      }
      if let undo = step.undo { lines.append("           undo: \(undo.title)") }
    }
    lines.append("effect     \(runbook.expectedEffect)")
    lines.append("verify     \(runbook.verification.says)")
    lines.append("digest     \(runbook.digest)")
    return lines.joined(separator: "\n")
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}

import ArgumentParser
import Foundation
import IncidentModel
import Runbooks

extension RunbookCommand {
  struct Schedule: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "schedule", abstract: "Planned work: what is due next, and what lies on the desk for it.",
      discussion: """
        The server lays each occurrence on its desk and begins it when it is approved and its time has come:
        tocsin runbook schedule --store ~/.local/state/tocsin/desk
        """)
    @Option(help: ArgumentHelp("How many occurrences of each.", valueName: "count")) var count = 1
    @Argument(help: ArgumentHelp("The schedule; schedule.yaml of the project when left out.", valueName: "file"))
    var file: String?
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
      guard (1...100).contains(count) else { throw ValidationError("--count takes a number from 1 to 100") }
    }

    func run() async throws {
      let project = try global.projectFolder()
      let path = file ?? project.schedule
      guard FileManager.default.fileExists(atPath: path) else {
        throw CommandFailure(.usage, "there is no \(path)", hint: "docs/runbooks.md shows one")
      }
      let schedule = try RunbookCommand.schedule(path)
      let problems = schedule.problems(try RunbookCommand.library(project.runbooks))
      guard problems.isEmpty else { throw CommandFailure(.badInput, problems.joined(separator: "\n")) }
      let board = try await CommandFailure.translating { try await desk.desk(global).board() }
      for line in Self.lines(schedule, board, now: DeskOptions.now, count: count) { global.console.result(line) }
    }

    static func lines(_ schedule: WorkSchedule, _ board: ReviewBoard, now: Timestamp, count: Int) -> [String] {
      var rows: [(Timestamp, String)] = []
      for entry in schedule.upcoming(at: now, board) {
        let record = entry.record.map { "\($0.proposal.id) \($0.state.name)" } ?? "not yet on the desk"
        rows.append((entry.at, row(schedule, entry.work, entry.at, record)))
        guard entry.at > now else { continue }
        var moment = entry.at
        for _ in 1..<count {
          guard let next = entry.work.next(after: moment, schedule.calendar) else { break }
          rows.append((next, row(schedule, entry.work, next, "")))
          moment = next
        }
      }
      let last = schedule.planned.compactMap { work -> String? in
        guard let record = schedule.last(of: work, board) else { return nil }
        let why: String =
          switch record.state {
          case .expired(let expiry): ": \(expiry.says)"
          case .failed(let reason): ": \(reason)"
          default: ""
          }
        return "last of \(work.name): \(record.proposal.id) \(record.state.name)\(why)"
      }
      return rows.sorted { $0 < $1 }.map(\.1) + last.map(Runbook.Action.exact)
    }

    private static func row(
      _ schedule: WorkSchedule, _ work: PlannedWork, _ moment: Timestamp, _ state: String
    ) -> String {
      let zone = schedule.calendar.zone
      let local = zone == "UTC" ? "" : "  (\(schedule.calendar.text(moment)) \(zone))"
      return "\(moment)\(local)  \(work.name)  \(work.runbook)\(state.isEmpty ? "" : "  \(state)")"
    }
  }

  static func schedule(_ path: String) throws -> WorkSchedule {
    do {
      return try WorkSchedule(file: path)
    } catch {
      throw CommandFailure(.badInput, "\(error)", hint: "docs/runbooks.md explains the format")
    }
  }
}

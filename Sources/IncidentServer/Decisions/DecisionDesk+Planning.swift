import AlertDesk
import IncidentModel
import RunbookExecution
import Runbooks

extension DecisionDesk {
  /// Lays planned work on the desk when it is to be announced: each occurrence once, whatever was restarted in between.
  /// - Throws: for the first entry of the schedule that cannot be laid down; the others are.
  func layDownPlannedWork() async throws {
    let (parts, now) = (parts, parts.now())
    guard let schedule = try await onBlockingThread({ try parts.schedule() }) else { return }
    let known = Set(try await parts.desk.board().all.map(\.proposal.incident))
    var failure: (any Error)?
    for work in schedule.planned {
      for occurrence in work.due(at: now, schedule.calendar) where !known.contains(work.incident(occurrence)) {
        do {
          let folder = parts.runbooksFolder
          guard let runbook = try await onBlockingThread({ try RunbookLibrary.runbook(work.runbook, in: folder) })
          else { throw DeskError(.unknown, "\(work.name): there is no runbook \(work.runbook)") }
          _ = try await parts.desk.propose([try work.proposal(runbook, at: occurrence)])
        } catch {
          failure = failure ?? error
        }
      }
    }
    if let failure { throw failure }
  }

  /// Has the alerts silenced that planned work brings with it: from before its first step until it is over, at most as
  /// long as the schedule says. The alert desk is told once, and once more after a start: each time is an entry of the
  /// journal.
  func keepMaintenanceWindows(_ board: ReviewBoard) async {
    let now = parts.now()
    var open: Set<String> = []
    for record in board.underWay {
      guard let silence = Self.silence(for: record, from: record.run?.startedAt ?? now), now < silence.endsAt else {
        continue
      }
      open.insert(silence.id)
      if !windows.contains(silence.id) { await parts.alerts.silence(silence) }
    }
    for id in windows.subtracting(open) { await parts.alerts.endSilence(id) }
    windows = open
  }

  /// Nil for what is not planned, or opens no window.
  static func silence(for record: RemediationRecord, from start: Timestamp) -> Silence? {
    guard let window = record.proposal.terms.planned?.maintenance else { return nil }
    let matchers = window.labels.sorted { $0.key < $1.key }.compactMap { try? Matcher($0.key, .equal, $0.value) }
    guard matchers.count == window.labels.count else { return nil }
    return Silence(
      id: "planned-\(record.proposal.id)", matchers: matchers, startsAt: start,
      endsAt: start.advanced(bySeconds: Double(window.seconds)), createdBy: "schedule",
      comment: record.proposal.plan.title)
  }

  /// The next occurrences, the first first, with what lies on the desk for them.
  func planned() async throws -> [PlannedView] {
    let (parts, now) = (parts, parts.now())
    guard let schedule = try await onBlockingThread({ try parts.schedule() }) else { return [] }
    let board = try await parts.desk.board()
    return schedule.upcoming(at: now, board).map { work in
      PlannedView(
        name: work.work.name, runbook: work.work.runbook, at: work.at, local: schedule.calendar.text(work.at),
        zone: schedule.calendar.zone, recommendation: work.record?.proposal.id.rawValue,
        state: work.record?.state.name)
    }
  }
}

/// What the server's review desk asks of its alert desk.
struct MaintenanceAlerts: Sendable {
  var silence: @Sendable (Silence) async -> Void
  var endSilence: @Sendable (_ id: String) async -> Void
}

/// One occurrence of planned work.
struct PlannedView: Sendable, Hashable, Codable {
  var name: String
  var runbook: String
  var at: Timestamp
  /// As the clocks of the schedule's zone show it.
  var local: String
  var zone: String
  /// What lies on the desk for it; nil until it is announced.
  var recommendation: String?
  var state: String?
}

import IncidentModel
import Runbooks

/// What is shown of the desk.
extension DecisionDesk {
  /// Those of an incident, or all, that changed after an entry of the journal; the first to come first.
  func recommendations(of incident: String? = nil, after sequence: Int = 0) async throws -> [RecommendationView] {
    let board = try await parts.desk.board()
    let records = board.all.filter {
      (incident == nil || $0.proposal.incident == incident) && $0.lastSequence > sequence
    }
    return records.isEmpty ? [] : try await views(records, board)
  }

  func recommendation(_ id: ProposalID) async throws -> RecommendationView? {
    let board = try await parts.desk.board()
    return try await views(board[id].map { [$0] } ?? [], board).first
  }

  func stopped() async throws -> DeskStopView? {
    try await parts.desk.board().stop.map { DeskStopView(by: $0.by, reason: $0.reason, at: $0.at) }
  }

  private func views(_ records: [RemediationRecord], _ board: ReviewBoard) async throws -> [RecommendationView] {
    let (folder, now, hindrances) = (parts.runbooksFolder, parts.now(), hindrances)
    var running: Set<ProposalID> = []
    for record in records where record.state == .applying {
      let id = record.proposal.id
      if runs[id] != nil { running.insert(id) } else if try await parts.desk.isRunning(id) { running.insert(id) }
    }
    let atWork = running
    return try await onBlockingThread {
      records.map { record in
        RecommendationView(
          record, on: board, runbook: try? RunbookLibrary.runbook(record.proposal.plan.runbook, in: folder),
          hindrance: [.approved, .applying].contains(record.state) ? hindrances[record.proposal.id] : nil,
          isRunning: atWork.contains(record.proposal.id), at: now)
      }
    }
  }

  /// The library with how each runbook has done.
  func runbooks() async throws -> [RunbookView] {
    let (folder, now, memory) = (parts.runbooksFolder, parts.now(), try await parts.desk.board().memory)
    return try await onBlockingThread {
      try RunbookLibrary(folder: folder).runbooks.map { runbook in
        var view = RunbookView(runbook)
        view.terms = RunbookView.Terms(runbook)
        let faults = Set(memory.trials.filter { $0.runbook == runbook.name }.map(\.fault))
        view.tracks = faults.sorted { $0.rawValue < $1.rawValue }.map { fault in
          TrackView(memory.record(runbook: runbook.name, fault: fault, at: now), fault: fault)
        }
        return view
      }
    }
  }
}

/// That nothing may begin.
struct DeskStopView: Sendable, Hashable, Codable {
  var by: String
  var reason: String
  var at: Timestamp
}

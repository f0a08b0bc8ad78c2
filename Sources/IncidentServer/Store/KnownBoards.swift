import BlackboardStore
import IncidentModel
import Reporting
import Synchronization

/// The boards of the store, each decoded once and kept while it is asked for: a log only grows, and in this process
/// only through here. What follows from a board is kept with the revision that it follows from.
final class KnownBoards: BlackboardStorage {
  /// Those that were asked for last stay in memory: so many entries of all of them, but always the last.
  static let maximumEntryCount = 20_000

  private struct Board {
    var entries: [BlackboardEntry]
    var lastUse = 0
    /// Of so many entries.
    var report: (entryCount: Int, report: Task<IncidentReport, Never>)?
  }

  private struct State {
    var boards: [InvestigationID: Board] = [:]
    var useCount = 0

    mutating func keep(_ entries: [BlackboardEntry], of investigation: InvestigationID) {
      useCount += 1
      var board = boards.removeValue(forKey: investigation) ?? Board(entries: [])
      // Who read while another wrote must not put back what was before.
      if entries.count > board.entries.count { board.entries = entries }
      board.lastUse = useCount
      boards[investigation] = board
      var total = boards.values.reduce(0) { $0 + $1.entries.count }
      while total > KnownBoards.maximumEntryCount, boards.count > 1,
        let oldest = boards.min(by: { $0.value.lastUse < $1.value.lastUse })
      {
        total -= oldest.value.entries.count
        boards[oldest.key] = nil
      }
    }
  }

  private let storage: SQLiteStorage
  private let state = Mutex(State())

  init(_ storage: SQLiteStorage) { self.storage = storage }

  func append(
    _ batch: [Posting], to investigation: InvestigationID, basedOn revision: Revision
  ) async throws -> [BlackboardEntry] {
    let entries = try await storage.append(batch, to: investigation, basedOn: revision)
    state.withLock { state in
      if let known = state.boards[investigation]?.entries, known.count + 1 == entries.first?.sequence {
        state.boards[investigation]?.entries += entries
      } else if entries.first?.sequence == 1 {
        state.keep(entries, of: investigation)
      }
    }
    return entries
  }

  func entries(of investigation: InvestigationID) async throws -> [BlackboardEntry] {
    let known: [BlackboardEntry]? = state.withLock { state in
      guard let entries = state.boards[investigation]?.entries else { return nil }
      state.keep([], of: investigation)
      return entries
    }
    if let known { return known }
    let entries = try await storage.entries(of: investigation)
    if !entries.isEmpty { state.withLock { $0.keep(entries, of: investigation) } }
    return entries
  }

  /// The report of a board that has entries, made once for each revision whoever asks.
  func report(_ investigation: InvestigationID) async throws -> (entries: [BlackboardEntry], report: IncidentReport?) {
    let entries = try await entries(of: investigation)
    guard !entries.isEmpty else { return ([], nil) }
    let making = state.withLock { state in
      if let made = state.boards[investigation]?.report, made.entryCount == entries.count { return made.report }
      let making = Task { IncidentReport(BlackboardSnapshot(entries: entries)) }
      state.boards[investigation]?.report = (entries.count, making)
      return making
    }
    return (entries, await making.value)
  }

  func investigations() async throws -> [StoredInvestigation] { try await storage.investigations() }

  /// Deletes the boards of an incident for good.
  func forget(incident: String) async throws {
    try await storage.forget(incident: incident)
    state.withLock { state in
      state.boards = state.boards.filter { $0.key.incident != incident }
    }
  }
}

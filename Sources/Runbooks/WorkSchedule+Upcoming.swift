import IncidentModel

extension WorkSchedule {
  /// An occurrence with what lies on the desk for it.
  package struct Upcoming: Sendable {
    package var work: PlannedWork
    package var at: Timestamp
    /// Nil until it is announced.
    package var record: RemediationRecord?
  }

  /// For each planned work what is due or next, the first first.
  package func upcoming(at now: Timestamp, _ board: ReviewBoard) -> [Upcoming] {
    planned.flatMap { work -> [Upcoming] in
      let due = work.occurrences(from: now.advanced(bySeconds: -Double(work.graceSeconds)), through: now, calendar)
      return (due.suffix(1) + [work.next(after: now, calendar)].compactMap(\.self)).map { moment in
        Upcoming(work: work, at: moment, record: record(of: work, at: moment, board))
      }
    }.sorted { ($0.at, $0.work.name) < ($1.at, $1.work.name) }
  }

  /// What came of the last occurrence that is over; nil where the desk knows of none.
  package func last(of work: PlannedWork, _ board: ReviewBoard) -> RemediationRecord? {
    board.all.last { $0.proposal.incident.hasPrefix("planned/\(work.name)/") && $0.state != .proposed }
  }

  private func record(of work: PlannedWork, at moment: Timestamp, _ board: ReviewBoard) -> RemediationRecord? {
    let incident = work.incident(moment)
    return board.all.last { $0.proposal.incident == incident }
  }
}

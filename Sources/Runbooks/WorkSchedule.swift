import IncidentModel

/// Work that is planned: maintenance, rotation of certificates, drills. Read from `schedule.yaml`.
package struct WorkSchedule: Sendable {
  package var calendar: WorkCalendar
  package var planned: [PlannedWork]
}

/// A runbook with its inputs, and when it is to run.
package struct PlannedWork: Hashable, Sendable {
  package var name: String
  package var runbook: String
  package var inputs: [String: String]
  package var recurrence: Recurrence
  /// How late it may still begin; what could not begin until then is missed and not made up for.
  package var graceSeconds: Int
  /// How long before it is laid on the desk, for people to approve.
  package var announceSeconds: Int
  package var maintenance: MaintenanceWindow?

  package struct Recurrence: Hashable, Sendable {
    /// Empty for every day.
    package var days: [WeeklyWindow.Day] = []
    /// From 1; -1 is the last of the month. Empty for every day; one that a month does not have is left out.
    package var monthDays: [Int] = []
    /// After midnight, on the calendar's clocks.
    package var minute: Int

    func isOn(_ day: Int64) -> Bool {
      let (number, length) = WorkCalendar.dayOfMonth(day)
      return (days.isEmpty || days.contains(WeeklyWindow.Day.allCases[WorkCalendar.weekday(day)]))
        && (monthDays.isEmpty || monthDays.contains(number) || monthDays.contains(number - length - 1))
    }
  }

  /// When it is to begin, first first.
  package func occurrences(from start: Timestamp, through end: Timestamp, _ calendar: WorkCalendar) -> [Timestamp] {
    guard start <= end else { return [] }
    return (calendar.day(of: start) - 1...calendar.day(of: end) + 1).filter(recurrence.isOn)
      .map { calendar.moment(day: $0, minute: recurrence.minute) }.filter { start <= $0 && $0 <= end }
  }

  /// The next that begins after a moment; nil where none is within two years.
  package func next(after moment: Timestamp, _ calendar: WorkCalendar) -> Timestamp? {
    let today = calendar.day(of: moment)
    return (today - 1...today + 740).lazy.filter(recurrence.isOn)
      .map { calendar.moment(day: $0, minute: recurrence.minute) }.first { $0 > moment }
  }

  /// Those that may begin now or are to be announced. Of those that are late only the last is still done: after a server
  /// was away, work is done once and not as often as it was missed.
  package func due(at now: Timestamp, _ calendar: WorkCalendar) -> [Timestamp] {
    let all = occurrences(
      from: now.advanced(bySeconds: -Double(graceSeconds)), through: now.advanced(bySeconds: Double(announceSeconds)),
      calendar)
    return all.filter { $0 <= now }.suffix(1) + all.filter { $0 > now }
  }

  /// What it is called on the desk: one name for one occurrence, so that it is laid there once.
  package func incident(_ occurrence: Timestamp) -> String { "planned/\(name)/\(occurrence)" }

  /// What lies on the desk for one occurrence.
  /// - Throws: `BoundRunbook.Refusal`.
  package func proposal(_ runbook: Runbook, at occurrence: Timestamp) throws(BoundRunbook.Refusal) -> Proposal {
    var proposal = try Proposal(runbook, inputs: inputs, askedBy: "the schedule")
    proposal.incident = incident(occurrence)
    // It is for no fault, and says nothing of how the runbook does against one.
    proposal.fault = .unknown
    proposal.incidentTitle = "Planned: \(name)"
    proposal.reason = "Planned as \(name) for \(occurrence)."
    proposal.terms.planned = Proposal.Terms.Planned(
      notBefore: occurrence, notAfter: occurrence.advanced(bySeconds: Double(graceSeconds)), maintenance: maintenance)
    return proposal
  }
}

/// Alerts that are silenced while planned work runs.
package struct MaintenanceWindow: Hashable, Sendable, Codable {
  /// Labels and their values: an alert that has all of them is silenced.
  package var labels: [String: String]
  /// After which it ends though the work has not.
  package var seconds: Int
}

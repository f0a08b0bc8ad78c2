import Foundation
import IncidentModel
import Testing

@testable import Runbooks

/// When planned work is due: through daylight saving time, month ends and servers that were away.
@Suite struct WorkScheduleTests {
  private func schedule(_ when: String, zone: String = "Europe/Berlin", more: String = "") throws -> WorkSchedule {
    let text = """
      zone: \(zone)
      planned:
        - {name: drill, runbook: mend, when: \(when)\(more.isEmpty ? "" : ", \(more)")}

      """
    return try ScheduleReader.read(text, file: "schedule.yaml")
  }

  private func moment(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: text)) }

  private func occurrences(
    _ when: String, _ start: String, _ end: String, zone: String = "Europe/Berlin"
  ) throws -> [String] {
    let schedule = try schedule(when, zone: zone)
    return try schedule.planned[0].occurrences(from: moment(start), through: moment(end), schedule.calendar)
      .map(\.description)
  }

  /// In the night in which 02:30 does not exist it comes at 03:30; in that in which it comes twice it is the first.
  @Test(arguments: [
    ("Europe/Berlin", "02:30", "2026-03-28", ["2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"]),
    ("Europe/Berlin", "02:30", "2026-10-24", ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]),
    (
      "America/New_York", "02:30", "2026-03-07",
      ["2026-03-07T07:30:00Z", "2026-03-08T07:30:00Z", "2026-03-09T06:30:00Z"]
    ),
    (
      "America/New_York", "01:30", "2026-10-31",
      ["2026-10-31T05:30:00Z", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"]
    ),
    ("UTC", "00:00", "2026-03-28", ["2026-03-28T00:00:00Z", "2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z"]),
  ])
  func clocksThatJumpLeaveNothingOutAndRepeatNothing(zone: String, at: String, first: String, expected: [String]) throws
  {
    let start = try moment("\(first)T00:00:00Z")
    let schedule = try schedule("{at: \"\(at)\"}", zone: zone)
    let found = schedule.planned[0].occurrences(
      from: start, through: start.advanced(bySeconds: 3 * 86_400 - 1), schedule.calendar)
    #expect(found.map(\.description) == expected)
  }

  @Test(arguments: ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"])
  func everyDayComesOnce(zone: String) throws {
    for minute in stride(from: 0, to: 1440, by: 97) {
      let hour = minute / 60
      let at = (hour < 10 ? "0" : "") + "\(hour):" + (minute % 60 < 10 ? "0" : "") + "\(minute % 60)"
      let schedule = try schedule("{at: \"\(at)\"}", zone: zone)
      let found = schedule.planned[0].occurrences(
        from: try moment("2026-01-01T12:00:00Z"), through: try moment("2027-01-01T11:59:59Z"), schedule.calendar)
      #expect(found.count == 365, "\(zone) \(at)")
      #expect(Set(found.map { schedule.calendar.day(of: $0) }).count == 365, "\(zone) \(at)")
    }
  }

  @Test func daysOfWeeksAndMonths() throws {
    #expect(
      try occurrences("{days: [mon], at: \"03:00\"}", "2026-11-20T00:00:00Z", "2026-12-01T00:00:00Z", zone: "UTC")
        == ["2026-11-23T03:00:00Z", "2026-11-30T03:00:00Z"])
    #expect(
      try occurrences(
        "{monthDays: [31, -1], at: \"03:00\"}", "2028-01-30T00:00:00Z", "2028-04-01T00:00:00Z", zone: "UTC")
        == ["2028-01-31T03:00:00Z", "2028-02-29T03:00:00Z", "2028-03-31T03:00:00Z"])
    #expect(
      try occurrences(
        "{days: [fri], monthDays: [13], at: \"03:00\"}", "2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z", zone: "UTC")
        == ["2026-02-13T03:00:00Z", "2026-03-13T03:00:00Z", "2026-11-13T03:00:00Z"])
  }

  /// After three days away, a day's work is done once where it may still be late, and not at all where it may not.
  @Test(arguments: [(3600, 0), (86_400, 1), (80_000, 1)])
  func whatWasMissedIsNotMadeUpFor(grace: Int, count: Int) throws {
    let schedule = try schedule("{at: \"03:00\"}", zone: "UTC", more: "graceSeconds: \(grace), announceSeconds: 600")
    let due = schedule.planned[0].due(at: try moment("2026-11-26T23:00:00Z"), schedule.calendar)
    #expect(due.count == count)
    #expect(due.allSatisfy { $0.description == "2026-11-26T03:00:00Z" })
    let ahead = schedule.planned[0].due(at: try moment("2026-11-26T02:55:00Z"), schedule.calendar)
    #expect(ahead.last?.description == "2026-11-26T03:00:00Z")
  }

  @Test(arguments: [
    ("planned: []\nzone: Mars/Olympus\n", "the zone “Mars/Olympus” is not known"),
    ("planned: [{name: a, runbook: b}]\n", "when"),
    ("planned: [{name: a, runbook: b, when: {at: \"24:00\"}}]\n", "“at” is a time of day"),
    ("planned: [{name: a, runbook: b, when: {at: \"25:00\"}}]\n", "“at” is a time of day"),
    ("planned: [{name: A b, runbook: b, when: {at: \"03:00\"}}]\n", "“name” takes lower-case letters"),
    ("planned: [{name: a, runbook: b, when: {at: \"03:00\", monthDays: [0]}}]\n", "a month begins with its day 1"),
    ("planned: [{name: a, runbook: b, when: {at: \"03:00\", days: [funday]}}]\n", "must be one of"),
    (
      "planned: [{name: a, runbook: b, when: {at: \"03:00\"}, maintenance: {labels: {}, minutes: 5}}]\n",
      "silence everything"
    ),
    ("planned: [{name: a, runbook: b, when: {at: \"03:00\"}, graceSeconds: 1}]\n", "“graceSeconds” must be"),
    (
      "planned: [{name: a, runbook: b, when: {at: \"03:00\"}}, {name: a, runbook: b, when: {at: \"04:00\"}}]\n",
      "planned twice"
    ),
  ])
  func mistakesAreNamed(text: String, expected: String) {
    do {
      _ = try ScheduleReader.read(text, file: "schedule.yaml")
      Issue.record("nothing was thrown")
    } catch {
      #expect("\(error)".contains(expected), "\(error)")
    }
  }
}

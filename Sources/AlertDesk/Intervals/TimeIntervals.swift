import IncidentModel

/// When a route is mute or active: any of the spans, under the name that routes use.
package struct NamedIntervals: Hashable, Sendable {
  package var name: String
  package var spans: [CalendarSpan]
  package var place: RulePlace

  package func contains(_ moment: Timestamp) -> Bool { spans.contains { $0.contains(moment) } }

  /// Until when it is the same as at a moment; rather too early than too late.
  package func holds(from moment: Timestamp) -> Timestamp {
    spans.map { $0.holds(from: moment) }.min() ?? Timestamp(nanoseconds: .max)
  }
}

/// Every condition that is given must hold; of a condition's ranges any.
package struct CalendarSpan: Hashable, Sendable {
  /// Minutes of the day, the last excluded.
  var minutes: [Range<Int>]?
  /// 0 is Sunday.
  var weekdays: [ClosedRange<Int>]?
  /// From 1; negative ones count from the end of the month.
  var daysOfMonth: [DayRange]?
  var months: [ClosedRange<Int>]?
  var years: [ClosedRange<Int>]?
  var zone: TimeZoneRules = .utc

  struct DayRange: Hashable, Sendable {
    var first: Int
    var last: Int
  }

  func contains(_ moment: Timestamp) -> Bool {
    let local = LocalTime(moment, offsetSeconds: zone.offsetSeconds(at: moment))
    if let minutes, !minutes.contains(where: { $0.contains(local.minuteOfDay) }) { return false }
    if let daysOfMonth, !daysOfMonth.contains(where: { $0.contains(local.day, of: local.daysInMonth) }) { return false }
    if let months, !months.contains(where: { $0.contains(local.month) }) { return false }
    if let weekdays, !weekdays.contains(where: { $0.contains(local.weekday) }) { return false }
    if let years, !years.contains(where: { $0.contains(local.year) }) { return false }
    return true
  }

  private static let secondsOfDay = 86_400

  /// Until the next bound of its minutes or the next midnight; not at all where clocks are changed before.
  fileprivate func holds(from moment: Timestamp) -> Timestamp {
    let offset = zone.offsetSeconds(at: moment)
    let (seconds, nanosecond) = Int(moment.nanoseconds).flooredDivision(by: 1_000_000_000)
    let secondOfDay = (seconds + offset).flooredDivision(by: Self.secondsOfDay).remainder
    let bounds = (minutes ?? []).flatMap { [$0.lowerBound * 60, $0.upperBound * 60] }
    let next = bounds.filter { $0 > secondOfDay }.min() ?? Self.secondsOfDay
    let ahead = Int64((next - secondOfDay) * 1_000_000_000 - nanosecond)
    let end = Timestamp(nanoseconds: moment.nanoseconds.addingSaturating(ahead))
    return zone.offsetSeconds(at: end.advanced(bySeconds: -1)) == offset ? end : moment
  }
}

extension CalendarSpan.DayRange {
  /// Cut to the month, so that 31 means the last day; a range that begins behind the month has no days in it.
  func contains(_ day: Int, of count: Int) -> Bool {
    let first = self.first < 0 ? count + self.first + 1 : self.first
    let last = self.last < 0 ? count + self.last + 1 : self.last
    return first <= count && first <= day && day <= min(last, count)
  }
}

/// A moment on the calendar and the clock of a place.
struct LocalTime: Hashable {
  var year: Int
  var month: Int
  var day: Int
  var weekday: Int
  var minuteOfDay: Int
  var daysInMonth: Int

  init(_ moment: Timestamp, offsetSeconds: Int) {
    let seconds = Int(moment.nanoseconds).flooredDivision(by: 1_000_000_000).quotient + offsetSeconds
    let (days, secondOfDay) = seconds.flooredDivision(by: 86_400)
    minuteOfDay = secondOfDay / 60
    // 1970-01-01 was a Thursday.
    weekday = (days + 4).flooredDivision(by: 7).remainder
    // Howard Hinnant's `civil_from_days`.
    let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let isLeapYear = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    daysInMonth = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }
}

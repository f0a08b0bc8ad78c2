import Foundation
import IncidentModel

/// How far a zone's clocks are from UTC, at any moment: what daylight saving time is made of.
package struct WorkCalendar: Sendable {
  package var zone: String
  private var offsetSeconds: @Sendable (Timestamp) -> Int

  /// Nil for a zone that the system does not know.
  package init?(zone name: String) {
    guard let zone = TimeZone(identifier: name) else { return nil }
    self.zone = name
    offsetSeconds = { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double($0.nanoseconds) / 1e9)) }
  }

  static let secondsADay: Int64 = 86_400

  /// The moment at which the zone's clocks first show a time of day.
  ///
  /// A time that the clocks skip comes as much later as they are put forward; of a time that they show twice, the first
  /// is meant. So nothing is left out and nothing comes twice.
  func moment(day: Int64, minute: Int) -> Timestamp {
    let local = day * Self.secondsADay + Int64(minute) * 60
    func at(_ offset: Int) -> Timestamp { Timestamp(nanoseconds: (local - Int64(offset)) * 1_000_000_000) }
    let before = offsetSeconds(Timestamp(nanoseconds: (local - Self.secondsADay) * 1_000_000_000))
    let after = offsetSeconds(Timestamp(nanoseconds: (local + Self.secondsADay) * 1_000_000_000))
    let real = [before, after].map { (at($0), $0) }.filter { offsetSeconds($0.0) == $0.1 }.map(\.0)
    return real.min() ?? at(before)
  }

  /// Days since 1970-01-01 on the zone's calendar.
  func day(of moment: Timestamp) -> Int64 {
    let seconds = Int64((Double(moment.nanoseconds) / 1e9).rounded(.down)) + Int64(offsetSeconds(moment))
    return seconds >= 0 ? seconds / Self.secondsADay : (seconds - Self.secondsADay + 1) / Self.secondsADay
  }

  /// As the zone's clocks show it: `Mon 2026-03-30 03:30`.
  package func text(_ moment: Timestamp) -> String {
    let local = Timestamp(nanoseconds: moment.nanoseconds + Int64(offsetSeconds(moment)) * 1_000_000_000)
    let day = WeeklyWindow.Day.allCases[Self.weekday(self.day(of: moment))].rawValue.capitalized
    return "\(day) " + local.description.replacing("T", with: " ").prefix(16)
  }

  /// The place in `WeeklyWindow.Day.allCases`; 1970-01-01 was a Thursday.
  static func weekday(_ day: Int64) -> Int { Int(((day + 3) % 7 + 7) % 7) }

  /// The day of the month and how long the month is, by the civil calendar (H. Hinnant, chrono-compatible low-level date
  /// algorithms).
  static func dayOfMonth(_ day: Int64) -> (day: Int, length: Int) {
    func civil(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
      let shifted = day + 719_468
      let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
      let dayOfEra = shifted - era * 146_097
      let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
      let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
      let month = (5 * dayOfYear + 2) / 153
      let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
      return (year, month < 10 ? month + 3 : month - 9, dayOfYear - (153 * month + 2) / 5 + 1)
    }
    let now = civil(day)
    var length = Int(now.day)
    while civil(day + Int64(length) - now.day + 1).month == now.month { length += 1 }
    return (Int(now.day), length)
  }
}

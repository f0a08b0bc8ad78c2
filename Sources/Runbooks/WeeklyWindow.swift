import IncidentModel

/// A part of every week, in UTC: for what may or may not happen then.
package struct WeeklyWindow: Hashable, Sendable, Codable {
  package enum Day: String, Hashable, Sendable, Codable, CaseIterable { case mon, tue, wed, thu, fri, sat, sun }

  /// On which it begins; empty for every day.
  package var days: [Day]
  /// Minutes after midnight, 0…1440; where the end is not after the beginning it lies on the next day.
  package var fromMinute: Int
  package var toMinute: Int

  package init(days: [Day] = [], fromMinute: Int, toMinute: Int) {
    self.days = days
    self.fromMinute = fromMinute
    self.toMinute = toMinute
  }

  package func contains(_ moment: Timestamp) -> Bool {
    let secondsADay: Int64 = 86_400
    let seconds = Int64((Double(moment.nanoseconds) / 1e9).rounded(.down))
    let dayNumber = seconds >= 0 ? seconds / secondsADay : (seconds - secondsADay + 1) / secondsADay
    let minute = Int(seconds - dayNumber * secondsADay) / 60
    let isOvernight = toMinute <= fromMinute
    if begins(on: dayNumber), minute >= fromMinute, isOvernight || minute < toMinute { return true }
    return isOvernight && begins(on: dayNumber - 1) && minute < toMinute
  }

  private func begins(on dayNumber: Int64) -> Bool {
    // 1970-01-01 was a Thursday, the fourth of `Day`.
    let index = Int(((dayNumber + 3) % 7 + 7) % 7)
    return days.isEmpty || days.contains(Day.allCases[index])
  }

  /// `22:30`, as minutes after midnight; nil for what is no time of day. `24:00` is the end of the day.
  static func minute(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour < 24 || hour == 24 && minute == 0
    else { return nil }
    return hour * 60 + minute
  }

  package var description: String {
    func time(_ minute: Int) -> String {
      let (hour, rest) = (minute / 60, minute % 60)
      return "\(hour < 10 ? "0" : "")\(hour):\(rest < 10 ? "0" : "")\(rest)"
    }
    let when = days.isEmpty ? "every day" : days.map(\.rawValue).joined(separator: ", ")
    return "\(when) \(time(fromMinute))–\(time(toMinute)) UTC"
  }
}

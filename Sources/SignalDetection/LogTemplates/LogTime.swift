import IncidentModel

/// When a raw line was written, as far as its beginning says; a year that is not given counts as 2000.
struct LogTime {
  /// Bytes at the beginning of a line in which a time is looked for.
  static let lookedAt = 96

  private var time: Timestamp
  private var hasYear: Bool

  /// Reads `2026-03-01T03:12:40.5Z`, `2026/03/01 03:12:40,5`, `Mar  1 03:12:40`, `Sun Mar 01 03:12:40 2026` and
  /// `01/Mar/2026:03:12:40 +0000`, the first in the line; nil for other forms.
  init?(beginningOf line: [UInt8]) {
    let text = String(decoding: line.prefix(Self.lookedAt), as: UTF8.self)
    if let found = text.firstMatch(of: Self.yearFirst) {
      self.init("\(found.1)-\(found.2)-\(found.3)T\(found.4)\(found.5.map { ".\($0)" } ?? "")", hasYear: true)
    } else if let found = text.firstMatch(of: Self.monthFirst), let month = Self.month(found.1) {
      let day = found.2.count == 1 ? "0\(found.2)" : String(found.2)
      self.init("\(found.4 ?? "2000")-\(month)-\(day)T\(found.3)", hasYear: found.4 != nil)
    } else if let found = text.firstMatch(of: Self.dayFirst), let month = Self.month(found.2) {
      self.init("\(found.3)-\(month)-\(found.1)T\(found.4)", hasYear: true)
    } else {
      return nil
    }
  }

  private init?(_ text: String, hasYear: Bool) {
    guard let time = Timestamp(rfc3339: text) else { return nil }
    self.time = time
    self.hasYear = hasYear
  }

  /// Above 0 or nil; a log without years may pass from December to January once, when it spans at most 60 days.
  func seconds(until other: LogTime) -> Double? {
    let seconds = time.seconds(until: other.time)
    guard seconds < 0, !hasYear, !other.hasYear else { return seconds > 0 ? seconds : nil }
    let overNewYear = seconds + 366 * 86_400
    return overNewYear <= 60 * 86_400 ? overNewYear : nil
  }

  private static func month(_ name: Substring) -> String? {
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return names.firstIndex(of: String(name)).map { $0 < 9 ? "0\($0 + 1)" : "\($0 + 1)" }
  }

  private static var yearFirst: Regex<(Substring, Substring, Substring, Substring, Substring, Substring?)> {
    /(\d{4})[-\/.](\d{2})[-\/.](\d{2})[T _-](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))?/
  }
  private static var monthFirst: Regex<(Substring, Substring, Substring, Substring, Substring?)> {
    /\b([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}:\d{2}:\d{2})(?: (\d{4}))?/
  }
  private static var dayFirst: Regex<(Substring, Substring, Substring, Substring, Substring)> {
    /(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2})/
  }
}

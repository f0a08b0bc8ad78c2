import IncidentModel

/// How moments are written: the reader's offset from UTC, and its name.
package struct ReportZone: Hashable, Sendable {
  package var name: String
  package var offsetSeconds: Int

  package init(name: String, offsetSeconds: Int) {
    self.name = name
    self.offsetSeconds = offsetSeconds
  }

  package static let utc = ReportZone(name: "UTC", offsetSeconds: 0)

  /// `2026-03-01`
  package func date(_ moment: Timestamp) -> String { String(local(moment).prefix(10)) }

  /// `03:12:40`, without a fraction.
  package func time(_ moment: Timestamp) -> String { String(local(moment).dropFirst(11).prefix(8)) }

  /// `03:12`
  package func minute(_ moment: Timestamp) -> String { String(local(moment).dropFirst(11).prefix(5)) }

  /// The time, with the date before it where it is another day than `reference`.
  func time(_ moment: Timestamp, near reference: Timestamp) -> String {
    date(moment) == date(reference) ? time(moment) : "\(date(moment)) \(time(moment))"
  }

  /// `2026-03-01 03:13–03:41 UTC`, the second date only where it differs.
  func span(_ window: TimeWindow) -> String {
    let end = date(window.start) == date(window.end) ? minute(window.end) : "\(date(window.end)) \(minute(window.end))"
    return "\(date(window.start)) \(minute(window.start))–\(end) \(name)"
  }

  /// Moments that stand in a sentence as RFC 3339, in this zone.
  package func localizing(_ text: String, near reference: Timestamp) -> String {
    guard text.utf8.contains(UInt8(ascii: "T")), text.utf8.contains(UInt8(ascii: "Z")) else { return text }
    return text.replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z/) { match in
      Timestamp(rfc3339: match.output).map { time($0, near: reference) } ?? String(match.output)
    }
  }

  private func local(_ moment: Timestamp) -> String {
    moment.advanced(bySeconds: Double(offsetSeconds)).description
  }
}

/// Lengths of time in words.
package enum DurationText {
  /// `20 s`, `4 min`, `1 min 20 s`, `2 h 10 min`, `3 d 4 h`; the sign is dropped.
  package static func length(_ seconds: Double) -> String {
    let size = abs(seconds)
    guard size.isFinite, size < 1e12 else { return "an unknown time" }
    if size < 1 { return size < 0.0005 ? "0 s" : "\(Int((size * 1000).rounded())) ms" }
    let whole = Int(size.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 600 { return joined(whole / 60, "min", whole % 60, "s") }
    if whole < 3600 { return "\((whole + 30) / 60) min" }
    if whole < 86_400 { return joined(whole / 3600, "h", whole % 3600 / 60, "min") }
    return joined(whole / 86_400, "d", whole % 86_400 / 3600, "h")
  }

  /// `1 min before the page`, `20 s after the page`, `with the page`.
  static func relation(of moment: Timestamp, to reference: Timestamp, named name: String) -> String {
    let seconds = reference.seconds(until: moment)
    if abs(seconds) < 0.5 { return "with \(name)" }
    return "\(length(seconds)) \(seconds < 0 ? "before" : "after") \(name)"
  }

  /// `+20 s`, `−5 s`, `+0 s`: whole seconds, as the times beside it.
  static func offset(_ seconds: Double) -> String {
    let seconds = seconds.rounded()
    return abs(seconds) < 0.5 ? "+0 s" : (seconds < 0 ? "−" : "+") + length(seconds)
  }

  private static func joined(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
    small == 0 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small) \(smallUnit)"
  }
}

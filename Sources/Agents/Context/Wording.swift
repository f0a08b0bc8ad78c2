import IncidentModel

/// `1 component`, `12 components`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// `a, b and c`.
func joined(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " and " + last
}

/// At most eight names, then how many more there are.
func listed(_ components: [ComponentID]) -> String {
  let shown = components.prefix(components.count > 9 ? 8 : 9).map(\.rawValue)
  return joined(components.count > shown.count ? shown + ["\(components.count - shown.count) more"] : shown)
}

/// The two largest units that matter: `4 minutes 10 seconds`, `3 hours`, `2 days 5 hours`.
func durationInWords(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds >= 1, seconds < 1e12 else { return "less than a second" }
  let whole = Int(seconds)
  let units = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
  guard let first = units.firstIndex(where: { whole >= $0.0 }) else { return "less than a second" }
  let (size, name) = units[first]
  let rest = whole % size
  var text = counted(whole / size, name)
  if first + 1 < units.count, rest / units[first + 1].0 > 0 {
    text += " " + counted(rest / units[first + 1].0, units[first + 1].1)
  }
  return text
}

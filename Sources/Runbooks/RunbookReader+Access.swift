import ConfigurationReading
import IncidentModel

/// Access that notes what is wrong and goes on.
extension RunbookReader {
  mutating func take<Content>(_ read: @autoclosure () throws(RunbookProblem) -> Content?) -> Content? {
    do {
      return try read()
    } catch {
      problems.append(error)
      return nil
    }
  }

  mutating func fields(_ value: Value, _ table: KeyTable) -> Fields? {
    guard let fields = take(try value.mapping()) else { return nil }
    problems += fields.problems(table)
    return fields
  }

  mutating func words(_ value: Value?) -> String? {
    take(try value?.words()).flatMap { bounded($0, value) }
  }

  /// Any single value as it is written: numbers need no quotes here.
  mutating func text(_ value: Value?) -> String? {
    take(try value?.text()).flatMap { bounded($0, value) }
  }

  mutating func bounded(_ text: String, _ value: Value?) -> String? {
    guard text.utf8.count > RunbookLimits.textBytes else { return text.trimmed }
    if let value { problems.append(value.problem("this is longer than \(RunbookLimits.textBytes) bytes")) }
    return nil
  }

  /// The entries of a list; nil where the key is absent or not a list.
  mutating func entries(_ fields: Fields, _ key: String, canBeEmpty: Bool = false) -> [Value]? {
    guard let entries = take(try fields[key]?.list()) else { return nil }
    guard canBeEmpty || !entries.isEmpty, entries.count <= RunbookLimits.listEntries else {
      let wrong = entries.isEmpty ? "must not be empty" : "has more than \(RunbookLimits.listEntries) entries"
      problems.append(fields.problem(at: key, "“\(key)” \(wrong)"))
      return nil
    }
    return entries
  }

  mutating func choices<Choice: RawRepresentable & CaseIterable & Equatable>(
    _ fields: Fields, _ key: String
  ) -> [Choice]? where Choice.RawValue == String {
    guard let entries = entries(fields, key) else { return nil }
    var seen: [Choice] = []
    for entry in entries {
      guard let value: Choice = take(try entry.choice()) else { continue }
      if seen.contains(value) { problems.append(entry.problem("“\(value.rawValue)” is listed twice")) }
      seen.append(value)
    }
    return seen
  }
}

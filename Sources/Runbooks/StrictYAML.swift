import Yams

/// Reads YAML nodes by expectation: every surprise becomes a problem with its place, and reading goes on.
struct StrictYAML {
  let file: String
  private(set) var problems: [RunbookProblem] = []

  /// A mapping whose keys were checked against a table.
  struct Fields {
    fileprivate var node: Node
    fileprivate var values: [String: Node]

    subscript(key: String) -> Node? { values[key] }
  }

  init(file: String) { self.file = file }

  mutating func report(_ message: String, at place: Place?) {
    problems.append(RunbookProblem(file: file, line: place?.line, column: place?.column, message: message))
  }

  mutating func report(_ message: String, at node: Node) { report(message, at: Place(node.mark)) }

  // MARK: Mappings

  mutating func fields(_ node: Node, _ table: KeyTable) -> Fields? {
    guard let mapping = node.mapping else {
      report("\(table.name) is written as keys and values: \(list(table.all)).", at: node)
      return nil
    }
    var fields = Fields(node: node, values: [:])
    for (key, value) in mapping {
      guard let name = key.scalar?.string, table.all.contains(name) else {
        let name = key.scalar?.string ?? "a list or mapping"
        report("unknown key `\(name.prefix(40))` in \(table.name); it takes \(list(table.all)).", at: key)
        continue
      }
      fields.values[name] = value
    }
    for key in table.required where fields.values[key] == nil {
      report(table.reasons[key] ?? "missing key `\(key)` in \(table.name).", at: node)
    }
    return fields
  }

  // MARK: Scalars

  mutating func text(_ fields: Fields, _ key: String) -> String? {
    fields[key].flatMap { text($0, "`\(key)`") }
  }

  mutating func text(_ node: Node, _ name: String) -> String? {
    guard let scalar = node.scalar else {
      report("\(name) must be text, not a \(Self.shape(node)).", at: node)
      return nil
    }
    guard scalar.style != .plain || !Self.meansSomethingElse(scalar.string) else {
      report("\(name) must be text; put it in quotes if `\(scalar.string.prefix(40))` is meant.", at: node)
      return nil
    }
    return bounded(scalar.string, name, at: node)
  }

  /// Whether YAML takes a word without quotes for a truth value, a number or nothing.
  private static func meansSomethingElse(_ word: String) -> Bool {
    guard let first = word.utf8.first, word.utf8.count <= 40 else { return false }
    if (48...57).contains(first) || first == 43 || first == 45 || first == 46 { return Double(word) != nil }
    return ["~", "null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(word.lowercased())
  }

  /// Any scalar as it is written: numbers need no quotes here.
  mutating func word(_ node: Node, _ name: String) -> String? {
    guard let scalar = node.scalar else {
      report("\(name) must be text, not a \(Self.shape(node)).", at: node)
      return nil
    }
    return bounded(scalar.string, name, at: node)
  }

  private mutating func bounded(_ text: String, _ name: String, at node: Node) -> String? {
    let trimmed = text.trimmed
    guard !trimmed.isEmpty else {
      report("\(name) must not be empty.", at: node)
      return nil
    }
    guard trimmed.utf8.count <= RunbookLimits.textBytes else {
      report("\(name) is longer than \(RunbookLimits.textBytes) bytes.", at: node)
      return nil
    }
    return trimmed
  }

  mutating func flag(_ fields: Fields, _ key: String) -> Bool? {
    guard let node = fields[key] else { return nil }
    guard node.scalar?.style == .plain, let value = node.bool else {
      report("`\(key)` must be true or false.", at: node)
      return nil
    }
    return value
  }

  mutating func number(_ fields: Fields, _ key: String, in range: ClosedRange<Double>) -> Double? {
    guard let node = fields[key] else { return nil }
    guard node.scalar?.style == .plain, let value = node.float, range.contains(value) else {
      report("`\(key)` must be a number from \(range.lowerBound) to \(range.upperBound).", at: node)
      return nil
    }
    return value
  }

  mutating func wholeNumber(_ fields: Fields, _ key: String, in range: ClosedRange<Int>) -> Int? {
    guard let node = fields[key] else { return nil }
    guard node.scalar?.style == .plain, let value = node.int, range.contains(value) else {
      report("`\(key)` must be a whole number from \(range.lowerBound) to \(range.upperBound).", at: node)
      return nil
    }
    return value
  }

  // MARK: Choices and lists

  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ node: Node, _ name: String, of type: Choice.Type = Choice.self
  ) -> Choice? where Choice.RawValue == String {
    if let choice = node.scalar.flatMap({ Choice(rawValue: $0.string) }) { return choice }
    let given = node.scalar.map { "`\($0.string.prefix(40))`" } ?? "a \(Self.shape(node))"
    report("\(name) is one of \(list(Choice.allCases.map(\.rawValue))), not \(given).", at: node)
    return nil
  }

  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ fields: Fields, _ key: String, of type: Choice.Type = Choice.self
  ) -> Choice? where Choice.RawValue == String {
    fields[key].flatMap { choice($0, "`\(key)`") }
  }

  /// The entries of a list; nil where the key is absent or not a list.
  mutating func entries(_ fields: Fields, _ key: String, canBeEmpty: Bool = false) -> [Node]? {
    guard let node = fields[key] else { return nil }
    guard let sequence = node.sequence else {
      report("`\(key)` must be a list, not a \(Self.shape(node)).", at: node)
      return nil
    }
    guard canBeEmpty || !sequence.isEmpty else {
      report("`\(key)` must not be empty.", at: node)
      return nil
    }
    guard sequence.count <= RunbookLimits.listEntries else {
      report("`\(key)` has more than \(RunbookLimits.listEntries) entries.", at: node)
      return nil
    }
    return Array(sequence)
  }

  mutating func choices<Choice: RawRepresentable & CaseIterable & Hashable>(
    _ fields: Fields, _ key: String, of type: Choice.Type = Choice.self
  ) -> [Choice]? where Choice.RawValue == String {
    guard let nodes = entries(fields, key) else { return nil }
    var seen: [Choice] = []
    for node in nodes {
      guard let value: Choice = choice(node, "an entry of `\(key)`") else { continue }
      if seen.contains(value) { report("`\(value.rawValue)` is listed twice.", at: node) } else { seen.append(value) }
    }
    return seen
  }

  private static func shape(_ node: Node) -> String {
    if node.mapping != nil { return "mapping" }
    return node.sequence != nil ? "list" : "single value"
  }

  private func list(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }
}

extension String {
  /// Without white space and line ends at both ends.
  var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}

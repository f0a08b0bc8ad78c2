import Yams

/// One value of a YAML file, read by expectation: what is not as expected is a problem with its place.
package struct StrictValue<Problem: FileProblem> {
  private let node: Node
  private let file: String
  /// Lines above the YAML text in its file.
  private let lineOffset: Int
  private let role: StrictRole

  private init(node: Node, file: String, lineOffset: Int, role: StrictRole) {
    self.node = node
    self.file = file
    self.lineOffset = lineOffset
    self.role = role
  }

  /// The value that a whole text is.
  /// - Throws: for what is empty, nested too deep or not YAML, and for a key that a mapping has twice.
  package init(yaml: String, file: String, lineOffset: Int = 0) throws(Problem) {
    func problem(_ place: (line: Int, column: Int)?, _ message: String) -> Problem {
      Problem(file: file, line: place.map { $0.line + lineOffset }, column: place?.column, message: message)
    }
    if let place = YAMLNesting.firstTooDeep(yaml) {
      throw problem(place, "YAML is nested deeper than \(YAMLNesting.maximumDepth) levels")
    }
    let node: Node?
    do {
      // The basic resolver: the usual one tries regular expressions on every word, which is most of its time. The usual
      // encoding is looked up in the environment.
      node = try Yams.compose(yaml: yaml, .basic, .default, .utf8)
    } catch YamlError.scanner(_, let what, let mark, _), YamlError.parser(_, let what, let mark, _),
      YamlError.composer(_, let what, let mark, _)
    {
      throw problem((mark.line, mark.column), "this is not YAML: \(what)")
    } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
      let mark = context.mark
      throw problem(
        (mark.line, mark.column), "the key “\(keys.sorted().joined(separator: "”, “"))” is given twice")
    } catch YamlError.reader(let what, _, _, _) {
      throw problem(nil, "this is not YAML: \(what)")
    } catch {
      throw problem(nil, "this is not YAML: \(error)")
    }
    guard let node else { throw problem((1, 1), "this is empty; keys and values are expected, as in “key: value”") }
    self.init(node: node, file: file, lineOffset: lineOffset, role: .whole)
  }

  /// Another value of the same file.
  func with(_ node: Node, _ role: StrictRole) -> StrictValue {
    StrictValue(node: node, file: file, lineOffset: lineOffset, role: role)
  }

  /// From 1, like the column, which counts Unicode scalars.
  package var line: Int? { node.mark.map { $0.line + lineOffset } }
  package var column: Int? { node.mark?.column }

  package var isList: Bool { node.sequence != nil }

  package var isMapping: Bool { node.mapping != nil }

  /// Whether the key is written without a value.
  package var isNothing: Bool { plainText.map { $0.isEmpty || $0 == "~" || $0 == "null" } ?? false }

  /// Whether this is a single value without quotes, which YAML may take for a number or a truth value.
  package var isPlain: Bool { plainText != nil }

  /// A single value without quotes.
  private var plainText: String? { node.scalar.flatMap { $0.style == .plain ? $0.string : nil } }

  package func problem(_ message: String) -> Problem {
    Problem(file: file, line: line, column: column, message: message)
  }

  /// Any single value as it is written.
  package func text(canBeEmpty: Bool = false) throws(Problem) -> String {
    guard let text = node.scalar?.string else { throw unexpected("a text, not a \(isList ? "list" : "mapping")") }
    guard canBeEmpty || text.contains(where: { !$0.isWhitespace }) else { throw unexpected("a text, not empty") }
    return text
  }

  /// A text that YAML does not take for a truth value or a number.
  package func words() throws(Problem) -> String {
    let text = try text()
    let truthValues = ["true", "false", "yes", "no", "on", "off", "y", "n"]
    guard let word = plainText, Double(word) != nil || truthValues.contains(word.lowercased()) else { return text }
    throw unexpected("a text; put it in quotes if “\(word.prefix(40))” is meant")
  }

  /// `true` or `false`, and no other spelling.
  package func flag() throws(Problem) -> Bool {
    guard let word = plainText, ["true", "false"].contains(word) else { throw unexpected("true or false") }
    return word == "true"
  }

  package func integer(in range: ClosedRange<Int>) throws(Problem) -> Int {
    guard let number = plainText.flatMap({ Int($0) }), range.contains(number) else {
      throw unexpected("a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  package func number(in range: ClosedRange<Double>) throws(Problem) -> Double {
    guard let number = plainText.flatMap({ Double($0) }), range.contains(number) else {
      throw unexpected("a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// One of a closed set of words.
  package func choice<Choice: RawRepresentable & CaseIterable>(
    of type: Choice.Type = Choice.self
  ) throws(Problem) -> Choice where Choice.RawValue == String {
    if let choice = node.scalar.flatMap({ Choice(rawValue: $0.string) }) { return choice }
    let given = node.scalar.map { "“\($0.string.prefix(40))”" } ?? (isList ? "a list" : "a mapping")
    throw unexpected("one of \(Choice.allCases.map(\.rawValue).joined(separator: ", ")), not \(given)")
  }

  package func list() throws(Problem) -> [StrictValue] {
    guard let sequence = node.sequence else { throw unexpected("a list") }
    let role = StrictRole.entry(of: role)
    return sequence.map { with($0, role) }
  }

  /// A mapping of which all keys are in the table.
  package func mapping(_ table: KeyTable) throws(Problem) -> StrictMapping<Problem> {
    let mapping = try mapping()
    if let first = mapping.problems(table).first { throw first }
    return mapping
  }

  /// A mapping of which the keys are still to be judged.
  package func mapping() throws(Problem) -> StrictMapping<Problem> {
    guard let mapping = node.mapping else { throw problem("\(role) must hold keys and values, as in “key: value”") }
    return try StrictMapping(self, mapping)
  }

  private func unexpected(_ expected: String) -> Problem { problem("\(role) must be \(expected)") }
}

/// What messages call a value.
enum StrictRole: CustomStringConvertible {
  case whole
  case key
  case value(of: String)
  indirect case entry(of: StrictRole)

  var description: String {
    switch self {
    case .whole: "this"
    case .key: "a key"
    case .value(let key): "“\(key)”"
    case .entry(let list): "an entry of \(list)"
    }
  }
}

extension StringProtocol {
  /// Without white space and line ends at both ends.
  package var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}

import AlertDesk

/// Makes up routing trees, matchers in every way of writing them, and label sets that often match.
struct PolicyGrammar {
  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  static let names = ["team", "severity", "service", "env", "a:b", "_x"]
  static let values = [
    "", "x", "y", "db", "db-1", "web-22", "critical", "Critical", "warn", "say \"hi\"", "a,b", "über", "1", "true",
    "back\\slash", "two\nlines", "{x}", "ab", "aab", " db", "x y",
  ]
  static let expressions = [
    "x|y", "db.*", "(db|web)-[0-9]+", "[^x]", ".*", ".+", "", "(?i)CRIT.*", "\\d+", "w?eb.*", "a)|(?:b", "x{1,2}",
    "\\p{L}+", "[[:alpha:]]+", "(?s).*", "^x$", "\\bdb\\b.*", "cr[a-z]+l", "[\\w-]+", "a{0}b?", "(a|b)*", "\\Qa,b\\E",
    "(?:)", "a*?b+?", "(?P<name>db)(-1)?", "[^[:^alpha:]]+", "\\x61b", "(?m)two$\\nlines", ".*\\\\slash", "say \"hi\"",
    "[a-c]{2,}", "(?i:DB)-1", "ü?.*", "\\PLx?", "x y|.*hi.*", "\\.*", "two.lines", "(?s)two.lines", "[\\n-z]+",
    "\\Bx", "$^", "(((a))+)b", "[]x]", "[^]x]", "[-x]", "x|", "|x", "\\p{Greek}*", "[\\pL\\d]+", "\\{x\\}", "{x}",
  ]

  // MARK: - Routing trees

  /// A route as lines of YAML; the caller indents them. Receivers are named with the prefix.
  mutating func route(prefix: String, depth: Int, isRoot: Bool) -> [String] {
    var lines: [String] = []
    if isRoot || random.chance(80) { lines.append("receiver: " + scalar(prefix + String(random.below(8)))) }
    if !isRoot { lines += conditions() }
    if !isRoot, random.chance(40) { lines.append("continue: " + random.pick(["true", "yes", "on", "false", "True"])) }
    if random.chance(20) { lines.append("group_by: " + random.pick(["[team, env]", "['...']", "[]", "[severity]"])) }
    if random.chance(20) { lines.append("group_wait: " + random.pick(["10s", "1m30s", "0s", "1d", "0"])) }
    if depth > 0 {
      let count = random.below(isRoot ? 6 : 4)
      if count > 0 { lines.append("routes:") }
      for _ in 0..<count {
        var child = route(prefix: prefix, depth: depth - 1, isRoot: false)
        if child.isEmpty { child = ["continue: false"] }
        for (index, line) in child.enumerated() { lines.append((index == 0 ? "- " : "  ") + line) }
      }
    }
    return lines
  }

  private mutating func conditions() -> [String] {
    var lines: [String] = []
    let ways = random.below(10)
    if ways < 7 {
      let texts = (0..<(1 + random.below(2))).map { _ in matchers() }
      if random.chance(50) {
        lines.append("matchers: [" + texts.map { scalar($0, inFlow: true) }.joined(separator: ", ") + "]")
      } else {
        lines.append("matchers:")
        lines += texts.map { "- " + scalar($0) }
      }
    }
    if ways >= 6, ways < 9 {
      lines.append("match: {" + legacyName() + ": " + scalar(random.pick(Self.values), inFlow: true) + "}")
    }
    if ways >= 8 {
      lines.append("match_re:")
      lines.append("  " + legacyName() + ": " + scalar(expression()))
    }
    return lines
  }

  private mutating func legacyName() -> String { random.pick(Self.names.filter { !$0.contains(":") }) }

  // MARK: - Matchers

  /// One text with up to three matchers.
  mutating func matchers() -> String {
    var text = (0..<(1 + random.below(random.chance(25) ? 3 : 1))).map { _ in matcher() }.joined(
      separator: random.pick([",", ", ", " , "]))
    if random.chance(10) { text += "," }
    if random.chance(20) { text = "{" + text + "}" }
    return text
  }

  mutating func matcher() -> String {
    let operation = random.pick(["=", "=", "!=", "=~", "=~", "!~"])
    let value = operation.hasSuffix("~") ? expression() : random.pick(Self.values)
    let blank = random.chance(20) ? " " : ""
    let isBare =
      !value.contains { ",\"\\\n{}".contains($0) } && value.first != " " && value.last != " " && random.chance(50)
    return random.pick(Self.names) + blank + operation + blank + (isBare ? value : Self.quoted(value))
  }

  static func quoted(_ value: String) -> String {
    "\""
      + value.map { ["\\": "\\\\", "\"": "\\\"", "\n": "\\n"][$0] ?? String($0) }.joined() + "\""
  }

  /// From the list, or made up from pieces.
  mutating func expression() -> String { random.chance(60) ? random.pick(Self.expressions) : madeUpExpression(3) }

  mutating func madeUpExpression(_ depth: Int) -> String {
    guard depth > 0, random.chance(70) else {
      return random.pick([
        "a", "b", "x", "db", "-1", ".", "\\w", "[a-m]", "[^a]", "\\d", "crit", "\\s", "$", "^", "\\b",
      ])
    }
    switch random.below(6) {
    case 0: return madeUpExpression(depth - 1) + madeUpExpression(depth - 1)
    case 1: return madeUpExpression(depth - 1) + "|" + madeUpExpression(depth - 1)
    case 2: return "(" + madeUpExpression(depth - 1) + ")" + random.pick(["*", "+", "?", "{2}", "{0,3}", "{1,}", "*?"])
    case 3: return random.pick(["(?i)", "(?s)", "(?m)", "(?-i)"]) + madeUpExpression(depth - 1)
    case 4: return "(?i:" + madeUpExpression(depth - 1) + ")" + madeUpExpression(depth - 1)
    default: return madeUpExpression(depth - 1) + ".*"
    }
  }

  // MARK: - YAML

  /// A text in one of the ways in which YAML can write it.
  mutating func scalar(_ text: String, inFlow: Bool = false) -> String {
    let isWord = !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || "=~.*|-_+".contains($0) }
    let isPlainlyText = isWord && text.first?.isLetter == true && !["true", "yes", "on", "y", "n"].contains(text)
    if isPlainlyText, random.chance(40) { return text }
    if !text.contains("\n"), random.chance(60) {
      return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
    let escaped = text.map { ["\\": "\\\\", "\"": "\\\"", "\n": "\\n"][$0] ?? String($0) }.joined()
    return "\"" + escaped + "\""
  }

  // MARK: - Labels

  mutating func labels() -> [(name: String, value: String)] {
    var labels: [(name: String, value: String)] = []
    for name in Self.names where random.chance(60) { labels.append((name, random.pick(Self.values))) }
    return labels
  }
}

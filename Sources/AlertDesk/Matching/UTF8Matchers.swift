/// The syntax of Alertmanager 0.27 and later, in which a quoted name may be any text.
struct UTF8Matchers {
  private enum Token: Equatable {
    case openBrace, closeBrace, comma
    case operation(Matcher.Operation)
    case text(String)
  }

  private var rest: ArraySlice<Unicode.Scalar>

  static func parse(_ text: String) throws(PatternError) -> [Matcher] {
    var parser = UTF8Matchers(rest: Array(text.unicodeScalars)[...])
    return try parser.matchers()
  }

  private mutating func matchers() throws(PatternError) -> [Matcher] {
    var matchers: [Matcher] = []
    var token = try next()
    let hasBrace = token == .openBrace
    if hasBrace { token = try next() }
    while case .text(let name) = token {
      guard case .operation(let operation) = try next() else {
        throw PatternError("after “\(name.prefix(40))” one of =, !=, =~ and !~ is expected")
      }
      guard case .text(let value) = try next() else {
        throw PatternError("after “\(name.prefix(40))\(operation.rawValue)” a value is expected")
      }
      matchers.append(try Matcher(name, operation, value))
      token = try next()
      guard token == .comma else { break }
      token = try next()
    }
    if hasBrace {
      guard token == .closeBrace else { throw PatternError("a closing brace is expected") }
      token = try next()
    }
    guard token == nil else { throw PatternError("a comma or the end of the matchers is expected") }
    return matchers
  }

  private mutating func next() throws(PatternError) -> Token? {
    while let first = rest.first, first.properties.isWhitespace { rest = rest.dropFirst() }
    guard let first = rest.popFirst() else { return nil }
    switch first {
    case "{": return .openBrace
    case "}": return .closeBrace
    case ",": return .comma
    case "=": return .operation(take("~") ? .matches : .equal)
    case "!":
      if take("=") { return .operation(.notEqual) }
      if take("~") { return .operation(.matchesNot) }
      throw PatternError("after ! one of = and ~ is expected")
    case "\"": return try quoted()
    default:
      guard !Self.isReserved(first) else { throw PatternError("\(first) must stand in double quotes") }
      let more = rest.prefix { !Self.isReserved($0) }
      rest = rest.dropFirst(more.count)
      return .text(String(String.UnicodeScalarView([first] + more)))
    }
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard rest.first == scalar else { return false }
    rest = rest.dropFirst()
    return true
  }

  private mutating func quoted() throws(PatternError) -> Token {
    var inner: [Unicode.Scalar] = []
    var isEscaped = false
    while let scalar = rest.popFirst() {
      if scalar == "\"", !isEscaped {
        guard let text = GoQuoting.unquoted(inner) else {
          throw PatternError("an escape in a quoted text does not exist or makes no UTF-8")
        }
        return .text(text)
      }
      isEscaped = scalar == "\\" && !isEscaped
      inner.append(scalar)
    }
    throw PatternError("a double quote is not closed")
  }

  private static func isReserved(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || ["{", "}", "!", "=", "~", ",", "\\", "\"", "'", "`"].contains(scalar)
  }
}

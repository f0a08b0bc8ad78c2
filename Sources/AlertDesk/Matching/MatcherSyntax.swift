/// How matchers are written: Alertmanager's feature flags choose between these.
package enum MatcherSyntax: String, CaseIterable, Hashable, Sendable {
  /// Any text may be a label's name: Alertmanager's `utf8-strict-mode`.
  case utf8
  /// All that Alertmanager knew before 0.27, and since then its `classic-mode`.
  case classic
  /// Either; where they differ, the classic one counts. Alertmanager's own default since 0.27.
  case fallback

  /// The matchers that one text holds: none, one, or several between commas, with or without braces.
  func matchers(_ text: String) throws(PatternError) -> [Matcher] {
    switch self {
    case .classic: return try ClassicMatchers.parse(text)
    case .utf8: return try UTF8Matchers.parse(text)
    case .fallback:
      do {
        return try ClassicMatchers.parse(text)
      } catch {
        if let matchers = try? UTF8Matchers.parse(text) { return matchers }
        throw error
      }
    }
  }

  /// Exactly one matcher, as a command's argument.
  package func matcher(_ text: String) throws(PatternError) -> Matcher {
    switch self {
    case .classic: return try ClassicMatchers.parseOne(text)
    case .utf8:
      let matchers = try UTF8Matchers.parse(text)
      guard matchers.count == 1, let only = matchers.first else { throw PatternError("one matcher is expected") }
      return only
    case .fallback:
      do {
        return try ClassicMatchers.parseOne(text)
      } catch {
        if let matcher = try? MatcherSyntax.utf8.matcher(text) { return matcher }
        throw error
      }
    }
  }

  func isLabelName(_ name: String) -> Bool { self == .classic ? LabelName.isClassic(name) : !name.isEmpty }
}

/// The syntax with plain names and forgiving values.
enum ClassicMatchers {
  static func parse(_ text: String) throws(PatternError) -> [Matcher] {
    var scalars = Array(text.unicodeScalars)[...]
    if scalars.first == "{" { scalars = scalars.dropFirst() }
    if scalars.last == "}" { scalars = scalars.dropLast() }
    var pieces: [[Unicode.Scalar]] = [[]]
    var isInsideQuotes = false
    var isEscaped = false
    for scalar in scalars {
      switch scalar {
      case "," where !isInsideQuotes:
        pieces.append([])
        continue
      case "\"":
        if isEscaped { isEscaped = false } else { isInsideQuotes.toggle() }
      case "\\": isEscaped.toggle()
      default: isEscaped = false
      }
      pieces[pieces.count - 1].append(scalar)
    }
    if pieces.last?.allSatisfy(\.properties.isWhitespace) == true { pieces.removeLast() }
    var matchers: [Matcher] = []
    for piece in pieces { matchers.append(try parseOne(piece)) }
    return matchers
  }

  static func parseOne(_ text: String) throws(PatternError) -> Matcher { try parseOne(Array(text.unicodeScalars)) }

  private static func parseOne(_ scalars: [Unicode.Scalar]) throws(PatternError) -> Matcher {
    var rest = scalars[...]
    skipBlanks(&rest)
    let name = rest.prefix { UnicodeClasses.word.contains($0.value) || $0 == ":" }
    rest = rest.dropFirst(name.count)
    skipBlanks(&rest)
    let operation = [Matcher.Operation.matches, .equal, .notEqual, .matchesNot].first {
      rest.starts(with: $0.rawValue.unicodeScalars)
    }
    let nameText = String(String.UnicodeScalarView(name))
    guard let operation, LabelName.isClassic(nameText, allowingColons: true) else {
      throw PatternError(
        "“\(String(String.UnicodeScalarView(scalars)).prefix(80))” is no matcher; one is a label's name, then =, !=, =~ "
          + "or !~, then a value")
    }
    rest = rest.dropFirst(operation.rawValue.count)
    skipBlanks(&rest)
    while let last = rest.last, isBlank(last) { rest = rest.dropLast() }
    return try Matcher(nameText, operation, try value(rest))
  }

  /// `\s` of a Go expression.
  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { UnicodeClasses.space.contains(scalar.value) }

  private static func skipBlanks(_ rest: inout ArraySlice<Unicode.Scalar>) {
    while let first = rest.first, isBlank(first) { rest = rest.dropFirst() }
  }

  private static func value(_ raw: ArraySlice<Unicode.Scalar>) throws(PatternError) -> String {
    let isQuoted = raw.first == "\""
    var rest = isQuoted ? raw.dropFirst() : raw
    var text = String.UnicodeScalarView()
    var isClosed = !isQuoted
    while let scalar = rest.popFirst() {
      if scalar == "\"" {
        guard isQuoted, rest.isEmpty else { throw unescapedQuote(raw) }
        isClosed = true
      } else if scalar == "\\", let next = rest.popFirst() {
        switch next {
        case "n": text.append("\n")
        case "\"", "\\": text.append(next)
        default: text += [scalar, next]
        }
      } else {
        text.append(scalar)
      }
    }
    guard isClosed else { throw unescapedQuote(raw) }
    return String(text)
  }

  private static func unescapedQuote(_ raw: ArraySlice<Unicode.Scalar>) -> PatternError {
    PatternError("the value \(String(String.UnicodeScalarView(raw)).prefix(80)) has a quote too many or too few")
  }
}

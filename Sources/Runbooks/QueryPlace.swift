/// Where in a PromQL expression one stands, told from the text before: what a value has to be written as there.
struct QueryPlace {
  private var quote: Character?
  private var isEscaped = false
  private var operation = ""
  /// In a quoted text that is matched as a pattern.
  private(set) var isPattern = false

  /// Goes on behind these words.
  mutating func pass(_ words: String) {
    for character in words {
      if let quote {
        if isEscaped {
          isEscaped = false
        } else if character == "\\", quote != "`" {
          isEscaped = true
        } else if character == quote {
          self.quote = nil
          isPattern = false
        }
      } else if "\"'`".contains(character) {
        quote = character
        isPattern = operation.hasSuffix("=~") || operation.hasSuffix("!~")
        operation = ""
      } else if !character.isWhitespace {
        operation = String((operation + String(character)).suffix(2))
      }
    }
  }

  /// Between double quotes a value can be written whatever it holds.
  var takesAnyText: Bool { quote == "\"" }

  /// Blanks of an expression at places where only plain words can be written.
  static func exposedBlanks(_ query: String) -> [String] {
    var place = QueryPlace()
    var names: [String] = []
    for piece in (try? TextWithBlanks(query))?.pieces ?? [] {
      switch piece {
      case .words(let words): place.pass(words)
      case .blank(let name): if !place.takesAnyText { names.append(name) }
      }
    }
    return names
  }
}

extension InputValue {
  /// Inside a double-quoted string of a query: backslashes and double quotes escaped.
  var inQuery: String {
    var escaped = ""
    for character in text {
      if character == "\\" || character == "\"" { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped
  }

  /// The same where the string is a pattern, in which the value stands for itself alone.
  var inQueryPattern: String {
    let pattern = text.map { "\\.+*?()|[]{}^$".contains($0) ? "\\\($0)" : "\($0)" }.joined()
    return InputValue(text: pattern).inQuery
  }

  /// Letters, digits, `.` and `_`: no operator, no selector and no function of a query.
  static func isQueryWord(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 46 || $0 == 95
      }
  }
}

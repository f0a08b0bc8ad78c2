import Yams

/// A place in a file, both counted from 1.
struct Place: Hashable {
  var line: Int
  var column: Int

  init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  init?(_ mark: Mark?) {
    guard let mark, mark.line > 0 else { return nil }
    self.init(line: mark.line, column: mark.column)
  }
}

/// What must be known of a YAML text before it is handed to a recursive parser, and what its errors mean.
enum YAMLNesting {
  /// Where the text first nests deeper than the limit, judged without parsing it: brackets that stay open, and list
  /// or key marks one after another on a line. Brackets in prose count too; the limit leaves room for them.
  static func firstTooDeep(_ bytes: [UInt8], limit: Int) -> Place? {
    var place = Place(line: 1, column: 0)
    var open = 0
    var marks = 0
    var isAtStart = true
    var previous = UInt8(ascii: " ")
    for byte in bytes {
      place.column += 1
      switch byte {
      case UInt8(ascii: "\n"):
        place = Place(line: place.line + 1, column: 0)
        marks = 0
        isAtStart = true
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        open += 1
        isAtStart = false
      case UInt8(ascii: "]"), UInt8(ascii: "}"): open = max(0, open - 1)
      case UInt8(ascii: " ") where isAtStart && (previous == UInt8(ascii: "-") || previous == UInt8(ascii: "?")):
        marks += 1
      case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "?"): break
      default: isAtStart = false
      }
      previous = byte
      if open > limit || marks > limit { return place }
    }
    return nil
  }

  /// A parser's error in one line, with its place where the parser gave one.
  static func explain(_ error: any Error) -> (message: String, place: Place?) {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      ("not YAML: \(problem).", Place(mark))
    case .duplicatedKeysInMapping(let keys, let context):
      ("\(keys.sorted().map { "`\($0)`" }.joined(separator: ", ")) is given twice.", Place(context.mark))
    case .reader(let problem, _, _, _): ("not YAML: \(problem).", nil)
    default: ("not YAML: \(error).", nil)
    }
  }
}

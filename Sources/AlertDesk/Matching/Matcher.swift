/// One condition on a label. A missing label is like one with an empty value.
package struct Matcher: Hashable, Sendable {
  package enum Operation: String, Hashable, Sendable, CaseIterable {
    case equal = "="
    case notEqual = "!="
    case matches = "=~"
    case matchesNot = "!~"
  }

  package let name: String
  package let operation: Operation
  /// The value or, for the last two operations, the expression as written.
  package let value: String
  let expression: RegularExpression?
  let nameBytes: [UInt8]
  private let valueBytes: [UInt8]

  /// - Throws: `PatternError` where the value must be a regular expression and is none.
  package init(_ name: String, _ operation: Operation, _ value: String) throws(PatternError) {
    self.name = name
    self.operation = operation
    self.value = value
    nameBytes = Array(name.utf8)
    valueBytes = Array(value.utf8)
    switch operation {
    case .equal, .notEqual: expression = nil
    case .matches, .matchesNot: expression = try RegularExpression(anchoring: value)
    }
  }

  package func matches(_ labels: LabelSet) -> Bool {
    labels.withValue(of: nameBytes) { given in
      switch operation {
      case .equal: given.elementsEqual(valueBytes)
      case .notEqual: !given.elementsEqual(valueBytes)
      case .matches: expression?.matches(given) ?? false
      case .matchesNot: !(expression?.matches(given) ?? true)
      }
    }
  }
}

/// Name, operation and value.
extension Matcher: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let parts = try container.decode([String].self)
    guard parts.count == 3, let operation = Operation(rawValue: parts[1]) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "a matcher has three parts")
    }
    try self.init(parts[0], operation, parts[2])
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode([name, operation.rawValue, value])
  }
}

extension Matcher: CustomStringConvertible {
  /// As Alertmanager writes it into route keys: the value in quotes with OpenMetrics' escapes, and the name with Go's
  /// where it is no plain word.
  package var description: String {
    let isWord = LabelName.isClassic(name, allowingColons: true)
    let escaped = value.unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\"": text += "\\\""
      default: text.unicodeScalars.append(scalar)
      }
    }
    return (isWord ? name : GoQuoting.quoted(name)) + operation.rawValue + "\"\(escaped)\""
  }
}

extension Matcher: Comparable {
  /// The order in which route keys have them.
  package static func < (left: Matcher, right: Matcher) -> Bool {
    if left.name != right.name { return left.name.utf8.lexicographicallyPrecedes(right.name.utf8) }
    if left.value != right.value { return left.value.utf8.lexicographicallyPrecedes(right.value.utf8) }
    return left.operation.order < right.operation.order
  }
}

extension Matcher.Operation {
  fileprivate var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// What may be a label's name.
enum LabelName {
  /// `[a-zA-Z_][a-zA-Z0-9_]*`; matchers in the classic syntax allow colons too.
  static func isClassic(_ name: some StringProtocol, allowingColons: Bool = false) -> Bool {
    guard let first = name.utf8.first, !(48...57).contains(first) else { return false }
    return name.utf8.allSatisfy { byte in
      (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == 95
        || (allowingColons && byte == UInt8(ascii: ":"))
    }
  }
}

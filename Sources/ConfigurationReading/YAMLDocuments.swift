import Yams

/// YAML that programs wrote, as the JSON it stands for: one line a document, so that one reader does for both.
package enum YAMLDocuments<Problem: FileProblem> {
  package static var maximumBytes: Int { 64 << 20 }
  /// What aliases repeat counts each time.
  package static var maximumExpandedBytes: Int { 256 << 20 }
  /// Objects that a cluster gives out have none; chains of them would nest without end.
  package static var maximumAnchorCount: Int { 100 }

  /// - Throws: for what is not YAML, is nested too deep, or grows beyond the limits when its aliases are followed.
  package static func json(_ yaml: String, file: String) throws(Problem) -> [UInt8] {
    func problem(_ line: Int?, _ column: Int?, _ message: String) -> Problem {
      Problem(file: file, line: line, column: column, message: message)
    }
    guard yaml.utf8.count <= maximumBytes else {
      throw problem(nil, nil, "YAML of more than \(maximumBytes >> 20) MiB; give the objects as JSON")
    }
    if let place = YAMLNesting.firstTooDeep(yaml) {
      throw problem(place.line, place.column, "YAML is nested deeper than \(YAMLNesting.maximumDepth) levels")
    }
    guard anchorCount(yaml) <= maximumAnchorCount else {
      throw problem(nil, nil, "the YAML has more than \(maximumAnchorCount) anchors; give the objects as JSON")
    }
    var text = JSONWriter(limit: min(maximumExpandedBytes, (1 << 20) + 16 * yaml.utf8.count))
    do {
      // The basic resolver, since what a plain word means is decided while writing.
      var documents = try Yams.compose_all(yaml: yaml, .basic)
      while let node = documents.next() {
        text.append(node, depth: 0)
        text.bytes.append(10)
        guard !text.isBeyondLimit else {
          throw problem(nil, nil, "the YAML grows beyond \(text.limit) bytes when its aliases are followed")
        }
      }
      if let error = documents.error { throw error }
    } catch let error as Problem {
      throw error
    } catch YamlError.scanner(_, let what, let mark, _), YamlError.parser(_, let what, let mark, _),
      YamlError.composer(_, let what, let mark, _)
    {
      throw problem(mark.line, mark.column, "this is not YAML: \(what)")
    } catch {
      throw problem(nil, nil, "this is not YAML: \(String("\(error)".prefix(200)))")
    }
    return text.bytes
  }

  /// Marks that may be anchors: `&name` where a value begins. Those in prose count too.
  private static func anchorCount(_ yaml: String) -> Int {
    var yaml = yaml
    return yaml.withUTF8 { bytes in
      var count = 0
      for index in bytes.indices where bytes[index] == UInt8(ascii: "&") {
        let before = index == 0 ? 32 : bytes[index - 1]
        let after = index + 1 < bytes.count ? bytes[index + 1] : 32
        if [32, 10, UInt8(ascii: "["), UInt8(ascii: ","), UInt8(ascii: "{")].contains(before), after > 32 {
          count += 1
        }
      }
      return count
    }
  }
}

/// Writes nodes as JSON until a limit.
private struct JSONWriter {
  var bytes: [UInt8] = []
  let limit: Int
  private(set) var isTooDeep = false

  private static let maximumDepth = 100

  init(limit: Int) { self.limit = limit }

  var isBeyondLimit: Bool { bytes.count > limit || isTooDeep }

  mutating func append(_ node: Node, depth: Int) {
    guard !isBeyondLimit, depth < Self.maximumDepth else {
      isTooDeep = isTooDeep || depth >= Self.maximumDepth
      return
    }
    switch node {
    case .scalar(let scalar): append(scalar)
    case .mapping(let mapping):
      bytes.append(UInt8(ascii: "{"))
      var isFirst = true
      for (key, value) in mapping {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        append(quoted: key.scalar?.string ?? "")
        bytes.append(UInt8(ascii: ":"))
        append(value, depth: depth + 1)
      }
      bytes.append(UInt8(ascii: "}"))
    case .sequence(let sequence):
      bytes.append(UInt8(ascii: "["))
      var isFirst = true
      for value in sequence {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        append(value, depth: depth + 1)
      }
      bytes.append(UInt8(ascii: "]"))
    case .alias: bytes += Array("null".utf8)
    }
  }

  private mutating func append(_ scalar: Node.Scalar) {
    guard scalar.style == .plain else { return append(quoted: scalar.string) }
    switch scalar.string {
    case "", "~", "null", "Null", "NULL": bytes += Array("null".utf8)
    case "true", "True", "TRUE": bytes += Array("true".utf8)
    case "false", "False", "FALSE": bytes += Array("false".utf8)
    case let word where Self.isNumber(word): bytes += Array(word.utf8)
    case let word: append(quoted: word)
    }
  }

  /// Whole numbers and decimals as JSON has them; anything else stays a text.
  private static func isNumber(_ word: String) -> Bool {
    var digits = word.hasPrefix("-") ? word.utf8.dropFirst() : word.utf8[...]
    guard let first = digits.first,
      first != UInt8(ascii: "0") || digits.count == 1 || digits.dropFirst().first == UInt8(ascii: ".")
    else { return false }
    let whole = digits.prefix { (48...57).contains($0) }
    digits = digits.dropFirst(whole.count)
    guard !whole.isEmpty else { return false }
    if digits.isEmpty { return true }
    guard digits.first == UInt8(ascii: ".") else { return false }
    digits = digits.dropFirst()
    return !digits.isEmpty && digits.allSatisfy { (48...57).contains($0) }
  }

  private mutating func append(quoted text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<32:
        let digits = Array("0123456789abcdef".utf8)
        bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

import Yams

/// YAML that programs wrote, as the JSON it stands for: one line a document, so that one reader does for both.
package enum YAMLDocuments<Problem: FileProblem> {
  package static var maximumBytes: Int { 64 << 20 }
  /// What aliases repeat counts each time.
  package static var maximumExpandedBytes: Int { 256 << 20 }
  /// Of those that are referred to. Objects that a cluster gives out have none; chains of them would nest without end.
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

  /// Anchors that something may refer to: `&name` where a value can begin, of which `*name` stands somewhere too. Marks
  /// in prose look alike, but seldom come as such pairs; without one nothing nests and nothing grows.
  private static func anchorCount(_ yaml: String) -> Int {
    var yaml = yaml
    return yaml.withUTF8 { bytes in
      guard bytes.contains(UInt8(ascii: "&")), bytes.contains(UInt8(ascii: "*")) else { return 0 }
      var anchors: [Substring: Int] = [:]
      var aliases: Set<Substring> = []
      for index in bytes.indices where bytes[index] == UInt8(ascii: "&") || bytes[index] == UInt8(ascii: "*") {
        guard index == 0 || isBeginning(bytes[index - 1]) else { continue }
        let name = bytes[(index + 1)...].prefix(while: isNameByte)
        guard !name.isEmpty else { continue }
        let text = Substring(decoding: name, as: UTF8.self)
        if bytes[index] == UInt8(ascii: "&") { anchors[text, default: 0] += 1 } else { aliases.insert(text) }
      }
      // A name may be given anew again and again, each time to what refers to it.
      return anchors.reduce(0) { $0 + (aliases.contains($1.key) ? $1.value : 0) }
    }
  }

  /// Letters, digits, `-` and `_`, as libyaml has them.
  private static func isNameByte(_ byte: UInt8) -> Bool {
    (97...122).contains(byte | 0x20) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "_")
  }

  private static func isBeginning(_ byte: UInt8) -> Bool { byte <= 32 || "[,{:?".utf8.contains(byte) }
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

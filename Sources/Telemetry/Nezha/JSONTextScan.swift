/// Steps over the members of a small JSON object in memory, forgiving where it ends early.
struct JSONTextScan {
  let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func skipBlanks() {
    while position < bytes.count, bytes[position] <= UInt8(ascii: " ") { position += 1 }
  }

  mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  /// Reads a string; one that the text ends in counts as far as it goes.
  mutating func string(into target: inout [UInt8]) -> Bool {
    guard take(UInt8(ascii: "\"")) else { return false }
    target.removeAll(keepingCapacity: true)
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      guard bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count else {
        target.append(bytes[position])
        position += 1
        continue
      }
      position += 2
      switch bytes[position - 1] {
      case UInt8(ascii: "n"): target.append(10)
      case UInt8(ascii: "t"): target.append(9)
      case UInt8(ascii: "r"), UInt8(ascii: "b"), UInt8(ascii: "f"): target.append(UInt8(ascii: " "))
      case UInt8(ascii: "u"): unicode(into: &target)
      case let byte: target.append(byte)
      }
    }
    position += 1
    return true
  }

  private mutating func unicode(into target: inout [UInt8]) {
    let digits = bytes.dropFirst(position).prefix(4)
    position = min(position + 4, bytes.count)
    let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    let scalar = value.flatMap(Unicode.Scalar.init) ?? "\u{fffd}"
    target.append(contentsOf: String(scalar).utf8)
  }

  /// Steps over a value of any kind; brackets are counted, not matched.
  mutating func skipValue() -> Bool {
    skipBlanks()
    var depth = 0
    var ignored: [UInt8] = []
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        _ = string(into: &ignored)
        if depth == 0 { return true }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return true }
        depth -= 1
        if depth == 0 {
          position += 1
          return true
        }
      case UInt8(ascii: ",") where depth == 0: return true
      default: break
      }
      position += 1
    }
    return false
  }
}

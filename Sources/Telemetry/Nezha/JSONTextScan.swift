#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

/// Steps over the members of a small JSON object in memory, forgiving where it ends early. The bytes outlive it.
struct JSONTextScan {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  private mutating func skipBlanks() {
    while position < bytes.count, bytes[position] <= UInt8(ascii: " ") { position += 1 }
  }

  mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  /// Reads a string as it is written, escapes and all; one that the text ends in counts as far as it goes.
  mutating func rawString() -> UnsafeRawBufferPointer? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    let start = position
    while let quote = bytes.firstIndex(of: UInt8(ascii: "\""), from: position) {
      position = quote + 1
      // A quote is escaped behind an odd number of backslashes.
      var first = quote
      while first > start, bytes[first - 1] == UInt8(ascii: "\\") { first -= 1 }
      if (quote - first).isMultiple(of: 2) { return UnsafeRawBufferPointer(rebasing: bytes[start..<quote]) }
    }
    position = bytes.count
    return UnsafeRawBufferPointer(rebasing: bytes[start...])
  }

  /// Writes a string without its escapes.
  static func unescape(_ raw: UnsafeRawBufferPointer, into target: inout [UInt8]) {
    target.removeAll(keepingCapacity: true)
    var position = 0
    while let backslash = raw.firstIndex(of: UInt8(ascii: "\\"), from: position), backslash + 1 < raw.count {
      target.append(contentsOf: raw[position..<backslash])
      position = backslash + 2
      switch raw[backslash + 1] {
      case UInt8(ascii: "n"): target.append(10)
      case UInt8(ascii: "t"): target.append(9)
      case UInt8(ascii: "r"), UInt8(ascii: "b"), UInt8(ascii: "f"): target.append(UInt8(ascii: " "))
      case UInt8(ascii: "u"):
        let digits = raw[position...].prefix(4)
        position += digits.count
        let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        target.append(contentsOf: String(value.flatMap(Unicode.Scalar.init) ?? "\u{fffd}").utf8)
      case let byte: target.append(byte)
      }
    }
    target.append(contentsOf: raw[position...])
  }

  /// Steps over a value of any kind; brackets are counted, not matched.
  mutating func skipValue() -> Bool {
    skipBlanks()
    var depth = 0
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        _ = rawString()
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

extension UnsafeRawBufferPointer {
  /// Where a byte is, at a place or behind it.
  @inline(__always)
  func firstIndex(of byte: UInt8, from start: Int) -> Int? {
    guard let baseAddress, start < count, let found = memchr(baseAddress + start, Int32(byte), count - start) else {
      return nil
    }
    return UnsafeRawPointer(found) - baseAddress
  }
}

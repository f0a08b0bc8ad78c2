import IncidentModel

/// What lies between the quotes.
extension JSONReader {
  /// The first quote, backslash or control character from a place on; the end when there is none.
  func endOfPlainText(from start: Int) -> Int {
    let bytes = file.start
    var index = start
    while end - index >= 8 {
      let word = UnsafeRawPointer(bytes + index).loadUnaligned(as: UInt64.self).littleEndian
      let quote = word ^ 0x2222_2222_2222_2222
      let backslash = word ^ 0x5c5c_5c5c_5c5c_5c5c
      let ones: UInt64 = 0x0101_0101_0101_0101
      // The lowest marked byte is exact; higher ones may be false after a borrow, and are not looked at.
      let marks =
        ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
        | ((word &- 0x2020_2020_2020_2020) & ~word)
      let hits = marks & 0x8080_8080_8080_8080
      if hits != 0 { return index + hits.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < end, bytes[index] >= 32, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\") {
      index += 1
    }
    return index
  }

  /// Escapes never make text longer, so the copy fits in as many bytes.
  mutating func unescape(_ raw: Range<Int>) throws -> UnsafeRawBufferPointer {
    let target = arena.allocate(raw.count)
    let bytes = file.start
    var count = 0
    var index = raw.lowerBound
    while index < raw.upperBound {
      guard bytes[index] == UInt8(ascii: "\\") else {
        target[count] = bytes[index]
        count += 1
        index += 1
        continue
      }
      index += 2
      let letter = bytes[index - 1]
      if letter == UInt8(ascii: "u") {
        for byte in String(try unicodeEscape(&index, raw.upperBound)).utf8 {
          target[count] = byte
          count += 1
        }
      } else {
        guard let byte = Self.plainEscape(letter) else {
          throw file.error(at: index - 2, "this escape does not exist in JSON")
        }
        target[count] = byte
        count += 1
      }
    }
    return UnsafeRawBufferPointer(start: target, count: count)
  }

  private static func plainEscape(_ letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
    case UInt8(ascii: "n"): 10
    case UInt8(ascii: "t"): 9
    case UInt8(ascii: "r"): 13
    case UInt8(ascii: "b"): 8
    case UInt8(ascii: "f"): 12
    default: nil
    }
  }

  /// The character whose four digits begin at the index; a surrogate without its partner becomes U+FFFD.
  private func unicodeEscape(_ index: inout Int, _ end: Int) throws -> Unicode.Scalar {
    let first = try fourDigits(&index, end)
    if let scalar = Unicode.Scalar(first) { return scalar }
    let bytes = file.start
    guard first < 0xdc00, end - index >= 6, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
    else { return "\u{fffd}" }
    var next = index + 2
    let second = try fourDigits(&next, end)
    guard (0xdc00..<0xe000).contains(second) else { return "\u{fffd}" }
    index = next
    return Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)) ?? "\u{fffd}"
  }

  private func fourDigits(_ index: inout Int, _ end: Int) throws -> UInt32 {
    guard end - index >= 4 else { throw file.error(at: index, "four hexadecimal digits are expected here") }
    var value: UInt32 = 0
    for place in index..<index + 4 {
      guard let digit = Character(Unicode.Scalar(file.start[place])).hexDigitValue else {
        throw file.error(at: place, "a hexadecimal digit is expected here")
      }
      value = value << 4 | UInt32(digit)
    }
    index += 4
    return value
  }
}

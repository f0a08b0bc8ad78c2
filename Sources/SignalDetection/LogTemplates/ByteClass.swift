/// What a byte may be part of; one table look-up answers every question of the scanner.
struct ByteClass: OptionSet {
  let rawValue: UInt8

  static let blank = ByteClass(rawValue: 1)
  /// Ends a token and stays in the template: `= : , ; ( ) [ ] { } < > " |`
  static let delimiter = ByteClass(rawValue: 2)
  static let digit = ByteClass(rawValue: 4)
  static let hexadecimalLetter = ByteClass(rawValue: 8)
  static let otherLetter = ByteClass(rawValue: 16)
  static let dot = ByteClass(rawValue: 32)
  static let slash = ByteClass(rawValue: 64)
  /// The other marks that may stand inside a word: `- _ @ # $ % & * + ! ? ' ~ ^ \` and the backtick.
  static let mark = ByteClass(rawValue: 128)

  static let letter: ByteClass = [.hexadecimalLetter, .otherLetter]
  static let boundary: ByteClass = [.blank, .delimiter]
  static let hexadecimal: ByteClass = [.digit, .hexadecimalLetter]
  static let alphanumeric: ByteClass = [.digit, .hexadecimalLetter, .otherLetter]

  /// The class of each byte value.
  static let table: [UInt8] = (0...255).map { classify(UInt8($0)).rawValue }

  private static func classify(_ byte: UInt8) -> ByteClass {
    switch byte {
    case 0...32, 127: .blank
    case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): .hexadecimalLetter
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 128...255: .otherLetter
    case UInt8(ascii: "."): .dot
    case UInt8(ascii: "/"): .slash
    default: "=:,;()[]{}<>\"|".utf8.contains(byte) ? .delimiter : .mark
    }
  }
}

/// The bytes of one line; a position outside reads as a blank, so that no look-ahead needs a check of its own.
struct LineText {
  let bytes: UnsafeBufferPointer<UInt8>
  private let table: UnsafeBufferPointer<UInt8>

  init(_ bytes: UnsafeBufferPointer<UInt8>, table: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    self.table = table
  }

  var count: Int { bytes.count }

  @inline(__always)
  subscript(position: Int) -> UInt8 {
    UInt(bitPattern: position) < UInt(bitPattern: bytes.count) ? bytes[position] : 32
  }

  @inline(__always)
  func at(_ position: Int) -> ByteClass { ByteClass(rawValue: table[Int(self[position])]) }

  @inline(__always)
  func at(_ position: Int, is expected: ByteClass) -> Bool { !at(position).isDisjoint(with: expected) }

  @inline(__always)
  func at(_ position: Int, is character: Unicode.Scalar) -> Bool { UInt32(self[position]) == character.value }

  /// How many of the bytes from here on are digits, at most `limit`.
  @inline(__always)
  func digits(at position: Int, limit: Int = 20) -> Int {
    var length = 0
    while length < limit, at(position + length, is: .digit) { length += 1 }
    return length
  }

  /// The next up to eight bytes as one number, for comparing with short words.
  @inline(__always)
  func packed(_ range: Range<Int>) -> UInt64 {
    let length = min(range.count, 8)
    if let next = nextEight(at: range.lowerBound) { return length == 0 ? 0 : next >> UInt64(64 - 8 * length) }
    var value: UInt64 = 0
    for position in range.prefix(8) { value = value << 8 | UInt64(self[position]) }
    return value
  }

  /// Eight bytes, the first of them highest; nil near the end of the line.
  @inline(__always)
  func nextEight(at position: Int) -> UInt64? {
    guard position >= 0, position + 8 <= bytes.count else { return nil }
    let raw = UnsafeRawBufferPointer(bytes)
    return UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
  }

  func classes(in range: Range<Int>) -> ByteClass {
    var seen: ByteClass = []
    for position in range { seen.formUnion(at(position)) }
    return seen
  }

  func contains(_ character: Unicode.Scalar, in range: Range<Int>) -> Bool {
    range.contains { at($0, is: character) }
  }
}

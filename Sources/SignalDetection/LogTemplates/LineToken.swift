/// One value of a line: a word or a slot, and what stands before it.
struct LineToken {
  var start: Int32
  var end: Int32
  var kind: SlotKind
  /// Of delimiters and blanks between the previous token and this one.
  var gluePrint: UInt64
  var glue: Glue
  /// Of the exact text for a word, 0 for what varies by nature.
  var word: UInt64
  /// Of the text with every run of digits as one, for identifiers; of the exact text where a header shows it.
  var detail: UInt64

  /// What lies between two tokens.
  struct Glue: OptionSet {
    var rawValue: UInt16
    static let blank = Glue(rawValue: 1)
    static let opensBracket = Glue(rawValue: 2)
    static let closesBracket = Glue(rawValue: 4)
    /// A colon with a blank after it.
    static let endsLabel = Glue(rawValue: 8)
    static let comma = Glue(rawValue: 16)
    /// ` - `
    static let loneDash = Glue(rawValue: 32)
    static let equals = Glue(rawValue: 64)
    static let quote = Glue(rawValue: 128)
    static let colon = Glue(rawValue: 256)
    /// `|`
    static let bar = Glue(rawValue: 512)
    /// Marks besides those above, and besides a blank.
    static let other = Glue(rawValue: 1024)
  }
}

/// A multiplicative mix of two words; not for secrets.
@inline(__always)
func mixed(_ left: UInt64, _ right: UInt64) -> UInt64 {
  let product = (left ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: right ^ 0xD6E8_FEB8_6659_FD93)
  return product.high ^ product.low
}

extension LineText {
  /// Of the exact bytes; never 0.
  @inline(__always)
  func fingerprint(_ range: Range<Int>) -> UInt64 {
    let raw = UnsafeRawBufferPointer(bytes)
    var hash = UInt64(range.count)
    var position = range.lowerBound
    while position + 8 <= range.upperBound {
      hash = mixed(hash, UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)))
      position += 8
    }
    return mixed(hash, packed(position..<range.upperBound)) | 1
  }

  /// Of the bytes with every number as one, a sign before it included; never 0.
  @inline(__always)
  func fingerprintWithoutNumbers(_ range: Range<Int>) -> UInt64 {
    var hash: UInt64 = 7
    var inNumber = false
    for position in range {
      let isDigit = at(position, is: .digit)
      let isSign = at(position, is: "-") && at(position + 1, is: .digit) && !at(position - 1, is: .alphanumeric)
      if isSign { continue }
      if !(isDigit && inNumber) { hash = (hash ^ UInt64(isDigit ? 48 : bytes[position])) &* 0x100_0000_01B3 }
      inNumber = isDigit
    }
    return mixed(hash, 1) | 1
  }
}

import Foundation

/// Reads decimal numbers from bytes, bit for bit as `strtod` does, several times as fast.
///
/// Up to 19 digits with a power of ten in -27…55 go through the multiplication of Eisel and Lemire ("Number Parsing
/// at a Gigabyte per Second", 2021), whose table is exact in that range; everything else is left to `strtod`.
package struct DecimalParser: Sendable {
  private static let powerRange = -27...55
  /// The 128 leading bits of 5^q, for q < 0 of its reciprocal rounded up; high and low word alternate.
  private static let powersOfFive: [UInt64] = powerRange.flatMap(leadingBits)

  private let powers: [UInt64]

  package init() { powers = Self.powersOfFive }

  /// The number that fills the bytes; nil when they are not a finite decimal number.
  package func number(_ bytes: UnsafeRawBufferPointer) -> Double? {
    guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
    var position = 0
    guard let value = scan(base, &position, bytes.count), position == bytes.count, value.isFinite else { return nil }
    return value
  }

  /// The longest decimal number from a position on; infinite when it is too large. Nil leaves the position alone.
  package func scan(_ bytes: UnsafePointer<UInt8>, _ position: inout Int, _ end: Int) -> Double? {
    var index = position
    var negative = false
    if index < end, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
      negative = bytes[index] == UInt8(ascii: "-")
      index += 1
    }
    let digitsStart = index
    var mantissa: UInt64 = 0
    while index < end, isDigit(bytes[index]) {
      mantissa = mantissa &* 10 &+ UInt64(bytes[index] &- 48)
      index += 1
    }
    var digitCount = index - digitsStart
    var exponent = 0
    if index < end, bytes[index] == UInt8(ascii: ".") {
      index += 1
      let fractionStart = index
      readFraction(bytes, &index, end, &mantissa)
      exponent = fractionStart - index
      digitCount -= exponent
    }
    guard digitCount > 0 else { return nil }
    readExponent(bytes, &index, end, &exponent)
    defer { position = index }
    if digitCount > 19, significantDigits(bytes, digitsStart, index) > 19 {
      return readSlowly(bytes, position, index)
    }
    guard let value = combine(mantissa, exponent) else { return readSlowly(bytes, position, index) }
    return negative ? -value : value
  }

  /// Eight digits at a time while there are eight, then one by one.
  @inline(__always)
  private func readFraction(
    _ bytes: UnsafePointer<UInt8>, _ index: inout Int, _ end: Int, _ mantissa: inout UInt64
  ) {
    while end - index >= 8 {
      let word = UnsafeRawPointer(bytes + index).loadUnaligned(as: UInt64.self).littleEndian
      guard
        (word & 0xf0f0_f0f0_f0f0_f0f0) | (((word &+ 0x0606_0606_0606_0606) & 0xf0f0_f0f0_f0f0_f0f0) >> 4)
          == 0x3333_3333_3333_3333
      else { break }
      var digits = word &- 0x3030_3030_3030_3030
      digits = (digits &* 10) &+ (digits >> 8)
      let upper = (digits & 0x0000_00ff_0000_00ff) &* 0x000f_4240_0000_0064
      let lower = ((digits >> 16) & 0x0000_00ff_0000_00ff) &* 0x0000_2710_0000_0001
      mantissa = mantissa &* 100_000_000 &+ ((upper &+ lower) >> 32)
      index += 8
    }
    while index < end, isDigit(bytes[index]) {
      mantissa = mantissa &* 10 &+ UInt64(bytes[index] &- 48)
      index += 1
    }
  }

  /// An `e` that no digits follow is not part of the number.
  @inline(__always)
  private func readExponent(_ bytes: UnsafePointer<UInt8>, _ index: inout Int, _ end: Int, _ exponent: inout Int) {
    guard index < end, bytes[index] | 0x20 == UInt8(ascii: "e") else { return }
    var cursor = index + 1
    var negative = false
    if cursor < end, bytes[cursor] == UInt8(ascii: "-") || bytes[cursor] == UInt8(ascii: "+") {
      negative = bytes[cursor] == UInt8(ascii: "-")
      cursor += 1
    }
    guard cursor < end, isDigit(bytes[cursor]) else { return }
    var value = 0
    while cursor < end, isDigit(bytes[cursor]) {
      if value < 100_000 { value = value * 10 + Int(bytes[cursor] - 48) }
      cursor += 1
    }
    exponent += negative ? -value : value
    index = cursor
  }

  private func significantDigits(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    var count = 0
    for index in start..<end {
      if bytes[index] | 0x20 == UInt8(ascii: "e") { break }
      guard isDigit(bytes[index]) else { continue }
      if count > 0 || bytes[index] != 48 { count += 1 }
    }
    return count
  }

  /// mantissa * 10^exponent, correctly rounded; nil outside the range of the table and for subnormal results.
  @inline(__always)
  private func combine(_ mantissa: UInt64, _ exponent: Int) -> Double? {
    if mantissa == 0 { return 0 }
    if exponent == 0, mantissa < 1 << 53 { return Double(mantissa) }
    guard Self.powerRange.contains(exponent) else { return nil }
    let leadingZeros = mantissa.leadingZeroBitCount
    let normalised = mantissa << UInt64(leadingZeros)
    let place = 2 * (exponent - Self.powerRange.lowerBound)
    var (high, low) = normalised.multipliedFullWidth(by: powers[place])
    if high & 0x1ff == 0x1ff {
      let carry = normalised.multipliedFullWidth(by: powers[place + 1]).high
      low = low &+ carry
      if carry > low { high &+= 1 }
    }
    let upperBit = Int(high >> 63)
    let shift = UInt64(upperBit + 64 - 52 - 3)
    var significand = high >> shift
    var binaryExponent = ((217_706 * exponent) >> 16) + 63 + upperBit - leadingZeros + 1023
    guard binaryExponent > 0 else { return nil }
    // Exactly half-way between two doubles: to the even one.
    if low <= 1, (-4...23).contains(exponent), significand & 3 == 1, significand << shift == high { significand &= ~1 }
    significand = (significand &+ (significand & 1)) >> 1
    if significand >= 2 << 52 {
      significand = 1 << 52
      binaryExponent += 1
    }
    guard binaryExponent < 0x7ff else { return nil }
    return Double(bitPattern: (significand & ~(1 << 52)) | UInt64(binaryExponent) << 52)
  }

  private func readSlowly(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Double {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: end - start + 1) { copy in
      for index in start..<end { copy[index - start] = CChar(bitPattern: bytes[index]) }
      copy[end - start] = 0
      return copy.baseAddress.map { strtod($0, nil) } ?? .nan
    }
  }

  private static func leadingBits(ofPower power: Int) -> [UInt64] {
    var five: UInt128 = 1
    for _ in 0..<abs(power) { five *= 5 }
    if power >= 0 {
      let bits = five << UInt128(five.leadingZeroBitCount)
      return [UInt64(truncatingIfNeeded: bits >> 64), UInt64(truncatingIfNeeded: bits)]
    }
    // 2^(width + 127) / 5^-power, one word of long division at a time; five^27 fits in 63 bits.
    let divisor = UInt64(five)
    let width = 64 - (divisor - 1).leadingZeroBitCount
    var remainder = UInt64(1) << UInt64(width - 1)
    var words: [UInt64] = []
    for _ in 0..<2 {
      let (quotient, rest) = divisor.dividingFullWidth((remainder, 0))
      words.append(quotient)
      remainder = rest
    }
    return words[1] == .max ? [words[0] + 1, 0] : [words[0], words[1] + 1]
  }
}

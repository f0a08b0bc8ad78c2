import IncidentModel

/// Reads times from bytes into nanoseconds since 1970, exactly, and remembers the last day, since records of one day
/// follow each other.
package struct ClockText: Sendable {
  private var lastDate: (UInt64, UInt16) = (0, 0)
  private var lastDayStart: Int64 = 0

  package init() {}

  /// RFC 3339, or Unix seconds with or without a fraction; nil when it is neither, and outside the years 1930 to 2199.
  package mutating func nanoseconds(_ bytes: UnsafeRawBufferPointer) -> Int64? {
    bytes.count >= 16 && bytes[4] == UInt8(ascii: "-") ? nanoseconds(rfc3339: bytes) : nanoseconds(unixSeconds: bytes)
  }

  /// RFC 3339 with an offset or `Z`; without either, UTC is meant, and a blank may stand for the `T`.
  package mutating func nanoseconds(rfc3339 bytes: UnsafeRawBufferPointer) -> Int64? {
    guard bytes.count >= 19, let base = bytes.baseAddress, bytes[16] == UInt8(ascii: ":"),
      bytes[13] == UInt8(ascii: ":"), let hour = Self.twoDigits(bytes, 11), let minute = Self.twoDigits(bytes, 14),
      let second = Self.twoDigits(bytes, 17), hour < 24, minute < 60, second <= 60
    else { return Self.slowly(bytes).flatMap(Self.readable) }
    let date = (
      base.loadUnaligned(as: UInt64.self), base.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
    )
    guard bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " ") else {
      return Self.slowly(bytes).flatMap(Self.readable)
    }
    if date != lastDate {
      let day = String(decoding: bytes[0..<10], as: UTF8.self) + "T00:00:00Z"
      guard let start = Timestamp(rfc3339: day) else { return nil }
      lastDate = date
      lastDayStart = start.nanoseconds
    }
    var index = 19
    var fraction: Int64 = 0
    if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
      index += 1
      guard let value = Self.fraction(bytes, &index) else { return nil }
      fraction = value
    }
    // Offsets other than Z are rare enough for the general parser.
    guard index == bytes.count || (index + 1 == bytes.count && bytes[index] == UInt8(ascii: "Z")) else {
      return Self.slowly(bytes).flatMap(Self.readable)
    }
    return Self.readable(lastDayStart + (hour * 3600 + minute * 60 + second) * 1_000_000_000 + fraction)
  }

  /// Decimal seconds, exact to the nanosecond where there is no exponent.
  package func nanoseconds(unixSeconds bytes: UnsafeRawBufferPointer) -> Int64? {
    var index = 0
    let negative = !bytes.isEmpty && bytes[0] == UInt8(ascii: "-")
    if negative { index = 1 }
    let start = index
    var seconds: Int64 = 0
    while index < bytes.count, index - start < 11, isDigit(bytes[index]) {
      seconds = seconds * 10 + Int64(bytes[index] - 48)
      index += 1
    }
    guard index > start, seconds < 9_223_372_036 else { return nil }
    var fraction: Int64 = 0
    if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
      index += 1
      guard let value = Self.fraction(bytes, &index) else { return nil }
      fraction = value
    }
    if index < bytes.count {
      guard let value = DecimalParser().number(bytes) else { return nil }
      return Timestamp(seconds: value).flatMap { Self.readable($0.nanoseconds) }
    }
    let value = seconds * 1_000_000_000 + fraction
    return Self.readable(negative ? -value : value)
  }

  /// Whole or decimal Unix time in seconds, milliseconds, microseconds or nanoseconds, told apart by magnitude, or
  /// RFC 3339: for foreign formats that do not say which. The unit is that of a duration beside it; 0 for RFC 3339.
  package mutating func nanoseconds(
    anyUnit bytes: UnsafeRawBufferPointer
  ) -> (time: Int64, unit: Int64)? {
    if bytes.count >= 16, bytes[4] == UInt8(ascii: "-") { return nanoseconds(rfc3339: bytes).map { ($0, 0) } }
    guard let value = DecimalParser().number(bytes), value >= 0 else { return nil }
    let unit: Int64 = value >= 1e17 ? 1 : (value >= 1e14 ? 1000 : (value >= 1e11 ? 1_000_000 : 1_000_000_000))
    if unit == 1_000_000_000 { return nanoseconds(unixSeconds: bytes).map { ($0, unit) } }
    // Digits before the point count exactly; a fraction of a millisecond is dropped.
    let digits = bytes.prefix { isDigit($0) }
    guard let whole = Int64(String(decoding: digits, as: UTF8.self)) else {
      return Timestamp(seconds: value * Double(unit) / 1e9).flatMap { Self.readable($0.nanoseconds) }.map { ($0, unit) }
    }
    let (time, overflow) = whole.multipliedReportingOverflow(by: unit)
    return overflow ? nil : Self.readable(time).map { ($0, unit) }
  }

  /// The years 1930 to 2199, of which any two moments lie less far apart than 64 bits of nanoseconds reach; nil outside.
  private static func readable(_ nanoseconds: Int64) -> Int64? {
    (-1_262_304_000_000_000_000..<7_258_118_400_000_000_000).contains(nanoseconds) ? nanoseconds : nil
  }

  private static func slowly(_ bytes: UnsafeRawBufferPointer) -> Int64? {
    Timestamp(rfc3339: String(decoding: bytes, as: UTF8.self))?.nanoseconds
  }

  private static func twoDigits(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int64? {
    guard isDigit(bytes[index]), isDigit(bytes[index + 1]) else { return nil }
    return Int64(bytes[index] - 48) * 10 + Int64(bytes[index + 1] - 48)
  }

  /// Digits beyond nanoseconds are read and dropped; nil when there is none.
  private static func fraction(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) -> Int64? {
    let start = index
    var value: Int64 = 0
    while index < bytes.count, isDigit(bytes[index]) {
      if index - start < 9 { value = value * 10 + Int64(bytes[index] - 48) }
      index += 1
    }
    guard index > start else { return nil }
    for _ in 0..<max(0, 9 - (index - start)) { value *= 10 }
    return value
  }
}

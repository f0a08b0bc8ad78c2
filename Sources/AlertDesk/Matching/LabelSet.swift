import Foundation

/// Names with values, sorted by name, each name once; a label without a value is no label.
///
/// Held as the bytes that the fingerprint is computed over: each name and value in UTF-8, with a byte 0xFF behind it. That
/// is the least memory, and a comparison of two sets is one of bytes.
package struct LabelSet: Hashable, Sendable {
  package struct Label: Hashable, Sendable, Codable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  static let separator: UInt8 = 0xff

  package private(set) var bytes: [UInt8]

  /// Of a name that is given twice, the last value counts.
  package init(_ labels: some Sequence<(name: String, value: String)>) {
    // Names are compared by their bytes, as Prometheus compares them. The later one of a name that is given twice first.
    var sorted = labels.enumerated().map { (place: $0.offset, name: $0.element.name, value: $0.element.value) }
    sorted.sort {
      $0.name.utf8.elementsEqual($1.name.utf8)
        ? $0.place > $1.place : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
    bytes = []
    bytes.reserveCapacity(sorted.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 2 })
    var previous: String?
    for label in sorted {
      let isRepeated = previous.map { $0.utf8.elementsEqual(label.name.utf8) } ?? false
      previous = label.name
      guard !isRepeated, !label.value.isEmpty else { continue }
      bytes += label.name.utf8
      bytes.append(Self.separator)
      bytes += label.value.utf8
      bytes.append(Self.separator)
    }
  }

  package init() { bytes = [] }

  /// From what `bytes` gave.
  init(sorted bytes: [UInt8]) { self.bytes = bytes }

  package var isEmpty: Bool { bytes.isEmpty }

  package var labels: [Label] {
    let texts = bytes.split(separator: Self.separator, omittingEmptySubsequences: false)
    return stride(from: 0, to: texts.count - 1, by: 2).map { index in
      Label(String(decoding: texts[index], as: UTF8.self), String(decoding: texts[index + 1], as: UTF8.self))
    }
  }

  /// The empty text for a label that is missing, as matchers see it.
  package subscript(name: String) -> String {
    withValue(of: Array(name.utf8)) { String(decoding: $0, as: UTF8.self) }
  }

  /// A value's bytes; none for a label that is missing.
  @inline(__always)
  func withValue<Result>(of name: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    bytes.withUnsafeBufferPointer { all in
      guard let start = all.baseAddress, !name.isEmpty else { return body(UnsafeBufferPointer(start: nil, count: 0)) }
      var position = 0
      while position < all.count {
        guard let nameEnd = Self.end(all, position), let valueEnd = Self.end(all, nameEnd + 1) else { break }
        if nameEnd - position == name.count, memcmp(start + position, name, name.count) == 0 {
          return body(UnsafeBufferPointer(start: start + nameEnd + 1, count: valueEnd - nameEnd - 1))
        }
        position = valueEnd + 1
      }
      return body(UnsafeBufferPointer(start: nil, count: 0))
    }
  }

  /// Where the text that begins at a place ends.
  @inline(__always)
  private static func end(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int? {
    guard let start = bytes.baseAddress, position < bytes.count,
      let found = memchr(start + position, Int32(separator), bytes.count - position)
    else { return nil }
    return found - UnsafeMutableRawPointer(mutating: start)
  }

  /// The set with the labels of these names alone.
  func keeping(_ names: [[UInt8]]) -> LabelSet {
    var kept = LabelSet()
    for name in names {
      withValue(of: name) { value in
        guard !value.isEmpty else { return }
        kept.bytes += name
        kept.bytes.append(Self.separator)
        kept.bytes += value
        kept.bytes.append(Self.separator)
      }
    }
    return kept
  }

  package var fingerprint: Fingerprint {
    var hash = Fingerprint.offsetBasis
    bytes.withUnsafeBufferPointer { bytes in
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* Fingerprint.prime }
    }
    return Fingerprint(value: hash)
  }
}

extension LabelSet: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements.map { (name: $0.0, value: $0.1) })
  }
}

extension LabelSet: Codable {
  package init(from decoder: any Decoder) throws {
    let values = try decoder.singleValueContainer().decode([String: String].self)
    self.init(values.map { (name: $0.key, value: $0.value) })
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Dictionary(labels.map { ($0.name, $0.value) }) { first, _ in first })
  }
}

extension LabelSet: CustomStringConvertible {
  /// `{alertname="Down", cluster="eu-1"}`, as Alertmanager's group keys have it.
  package var description: String {
    "{" + labels.map { "\($0.name)=\(GoQuoting.quoted($0.value))" }.joined(separator: ", ") + "}"
  }
}

/// What tells one alert from another: 64-bit FNV-1a over the sorted labels, each name and value with a byte 0xFF behind
/// it, as Prometheus's `model.LabelSet` computes it.
package struct Fingerprint: Hashable, Comparable, Sendable {
  package var value: UInt64

  static let offsetBasis: UInt64 = 0xcbf2_9ce4_8422_2325
  static let prime: UInt64 = 0x100_0000_01b3

  package init(value: UInt64) { self.value = value }

  /// Sixteen hexadecimal digits.
  package init?(_ text: some StringProtocol) {
    guard text.utf8.count == 16, text.first != "+", let value = UInt64(text, radix: 16) else { return nil }
    self.value = value
  }

  package static func < (left: Fingerprint, right: Fingerprint) -> Bool { left.value < right.value }
}

extension Fingerprint: CustomStringConvertible {
  package var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension Fingerprint: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = Fingerprint(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a fingerprint")
    }
    self = value
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

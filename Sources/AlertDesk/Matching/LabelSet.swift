/// Names with values, sorted by name, each name once; a label without a value is no label.
package struct LabelSet: Hashable, Sendable {
  package struct Label: Hashable, Sendable, Codable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package private(set) var labels: [Label]

  /// Of a name that is given twice, the last value counts.
  package init(_ labels: some Sequence<(name: String, value: String)>) {
    var values: [String: String] = [:]
    for label in labels { values[label.name] = label.value }
    self.labels = values.filter { !$0.value.isEmpty }.map { Label($0.key, $0.value) }
      .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  package init() { labels = [] }

  /// The empty text for a label that is missing, as matchers see it.
  package subscript(name: String) -> String {
    // Few labels: looking at each is quicker than halving.
    for label in labels where label.name == name { return label.value }
    return ""
  }

  package var fingerprint: Fingerprint {
    var hash = Fingerprint.offsetBasis
    for label in labels {
      for text in [label.name, label.value] {
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* Fingerprint.prime }
        hash = (hash ^ 0xff) &* Fingerprint.prime
      }
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

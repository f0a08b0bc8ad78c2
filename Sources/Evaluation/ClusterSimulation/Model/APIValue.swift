import Telemetry

/// JSON of an API object. A field that is `.null` is left out, as an API server does with what is empty; keys are
/// written in order, as `kubectl get -o json` does.
indirect enum APIValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case string(String)
  case list([APIValue])
  case object([String: APIValue])

  subscript(key: String) -> APIValue {
    get { if case .object(let fields) = self { fields[key] ?? .null } else { .null } }
    set {
      guard case .object(var fields) = self else { return }
      fields[key] = newValue
      self = .object(fields)
    }
  }

  /// Compact, ending without a newline.
  func append(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes += Array("null".utf8)
    case .bool(let value): bytes += Array((value ? "true" : "false").utf8)
    case .int(let value): bytes += Array(String(value).utf8)
    case .string(let text): JSONText.append(quoted: text, to: &bytes)
    case .list(let values):
      bytes.append(UInt8(ascii: "["))
      for (position, value) in values.enumerated() {
        if position > 0 { bytes.append(UInt8(ascii: ",")) }
        value.append(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let fields):
      bytes.append(UInt8(ascii: "{"))
      var isFirst = true
      for (key, value) in fields.sorted(by: { $0.key < $1.key }) where value != .null {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        JSONText.append(quoted: key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        value.append(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }
}

extension APIValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  init(stringLiteral value: String) { self = .string(value) }
  init(integerLiteral value: Int) { self = .int(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(arrayLiteral elements: APIValue...) { self = .list(elements) }
  init(dictionaryLiteral elements: (String, APIValue)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }
  init(nilLiteral: ()) { self = .null }

  init(_ text: String?) { self = text.map { .string($0) } ?? .null }
  init(_ number: Int?) { self = number.map { .int($0) } ?? .null }
  /// Nothing for a number that is 0, as `omitempty` does.
  static func omittingZero(_ number: Int) -> APIValue { number == 0 ? .null : .int(number) }
  /// Nothing for an empty list.
  static func omittingEmpty(_ values: [APIValue]) -> APIValue { values.isEmpty ? .null : .list(values) }
  /// A map of texts; nothing for an empty one.
  static func map(_ texts: [String: String]) -> APIValue {
    texts.isEmpty ? .null : .object(texts.mapValues { .string($0) })
  }
  static func texts(_ texts: [String]) -> APIValue { texts.isEmpty ? .null : .list(texts.map { .string($0) }) }
}

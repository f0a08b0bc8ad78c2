import TextReading

/// Takes secrets and personal data out of text before it leaves the house, and puts them back into what returns.
///
/// A value is replaced by `~secret-1~`, `~email-2~` and so on, numbered in the order of first appearance, the same
/// value by the same placeholder. What a placeholder stands for is known to this value alone. Text that looks like a
/// placeholder before it was redacted is replaced as well, so that nobody can plant one.
package struct Redaction: Sendable {
  /// What is hidden besides secrets, which always are.
  package struct Settings: Hashable, Sendable {
    /// IPv4 and IPv6 addresses.
    package var hidesAddresses = false
    /// Names with a domain: `db-3.prod.example.com`.
    package var hidesHostNames = false
    /// Names to hide wherever they stand as a word of their own, such as those of components.
    package var names: Set<String> = []

    package init(hidesAddresses: Bool = false, hidesHostNames: Bool = false, names: Set<String> = []) {
      self.hidesAddresses = hidesAddresses
      self.hidesHostNames = hidesHostNames
      self.names = names
    }
  }

  /// How many values of each kind were replaced, repetitions included.
  package private(set) var counts: [SecretKind: Int] = [:]
  private let scanner: SecretScanner
  private var placeholders: [String: String] = [:]
  private var values: [String: String] = [:]
  private var issued: [String: Int] = [:]

  package init(_ settings: Settings = Settings()) { scanner = SecretScanner(settings) }

  /// Raw text, as it came from telemetry: linear in its length.
  package mutating func redact(_ text: String) -> String { replace(text, keepsIssued: false) }

  /// A whole request: the last gate. Placeholders that this value has issued stay.
  package mutating func redact(_ request: ChatRequest) -> ChatRequest {
    var copy = request
    copy.system = replace(request.system, keepsIssued: true)
    copy.messages = request.messages.map { message in
      switch message {
      case .user(let text): .user(replace(text, keepsIssued: true))
      case .assistant(let text, let calls):
        .assistant(replace(text, keepsIssued: true), calls: calls.map { redact($0) })
      case .result(let call, let content, let isError):
        .result(of: redact(call), content: replace(content, keepsIssued: true), isError: isError)
      }
    }
    return copy
  }

  /// The text with every placeholder that this value issued replaced by what it stands for.
  package func restore(_ text: String) -> String {
    guard !values.isEmpty, text.utf8.contains(Placeholder.mark) else { return text }
    let bytes = Array(text.utf8)
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      if let end = Placeholder.end(in: bytes, from: position),
        let value = values[String(decoding: bytes[position..<end], as: UTF8.self)]
      {
        output += value.utf8
        position = end
      } else {
        output.append(bytes[position])
        position += 1
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  private mutating func redact(_ call: ToolCall) -> ToolCall {
    guard let arguments = call.arguments else { return call }
    var copy = call
    copy.arguments = arguments.mappingStrings { replace($0, keepsIssued: true) }
    return copy
  }

  private mutating func replace(_ text: String, keepsIssued: Bool) -> String {
    let bytes = Array(text.utf8)
    var output: [UInt8] = []
    var copied = 0
    scanner.scan(bytes) { range, kind in
      let value = String(decoding: bytes[range], as: UTF8.self)
      if kind == .placeholder, keepsIssued, values[value] != nil { return }
      output += bytes[copied..<range.lowerBound]
      output += placeholder(for: value, kind).utf8
      copied = range.upperBound
    }
    guard copied > 0 else { return text }
    output += bytes[copied...]
    return String(decoding: output, as: UTF8.self)
  }

  private mutating func placeholder(for value: String, _ kind: SecretKind) -> String {
    counts[kind, default: 0] += 1
    if let known = placeholders[value] { return known }
    let number = issued[kind.label, default: 0] + 1
    issued[kind.label] = number
    let placeholder = "~\(kind.label)-\(number)~"
    placeholders[value] = placeholder
    values[placeholder] = value
    return placeholder
  }
}

/// The form of what stands in a value's place: `~label-number~`.
enum Placeholder {
  static let mark = UInt8(ascii: "~")

  /// Behind the placeholder that begins here; nil where none does.
  static func end(in bytes: [UInt8], from start: Int) -> Int? {
    guard bytes[start] == mark else { return nil }
    let limit = min(bytes.count, start + 24)
    var position = start + 1
    while position < limit, bytes[position].isLowercase { position += 1 }
    guard position > start + 1, position < limit, bytes[position] == UInt8(ascii: "-") else { return nil }
    let digits = position + 1
    position = digits
    while position < limit, bytes[position].isDigit { position += 1 }
    guard position > digits, position < limit, bytes[position] == mark else { return nil }
    return position + 1
  }
}

extension JSONValue {
  /// The same value with every string in it replaced; keys stay.
  package func mappingStrings(_ change: (String) -> String) -> JSONValue {
    switch self {
    case .string(let text): .string(change(text))
    case .array(let elements): .array(elements.map { $0.mappingStrings(change) })
    case .object(let members):
      // In the order of the keys, so that what is numbered is numbered alike each time.
      .object(
        Dictionary(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value.mappingStrings(change)) }) { $1 })
    default: self
    }
  }
}

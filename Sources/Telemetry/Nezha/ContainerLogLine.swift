/// Gets at what a program said, inside the JSON that a container runtime put around it and, where the program itself
/// writes JSON, inside that.
struct ContainerLogLine {
  private(set) var bytes: [UInt8] = []
  private(set) var severity = LogSeverity.unknown
  private var outer: [UInt8] = []
  private var inner: [UInt8] = []

  /// Longer messages are cut: what comes behind is data rather than words.
  static let maximumBytes = 1024

  /// `field` is a CSV field, quoted or not; text behind a closing quote is left out.
  mutating func unwrap(_ field: UnsafeRawBufferPointer) {
    severity = .unknown
    Self.unquote(field, into: &outer)
    if !Self.member("log", of: outer, into: &inner) { inner = outer }
    if inner.first == UInt8(ascii: "{"), Self.member("message", of: inner, into: &bytes) {
      if Self.member("severity", of: inner, into: &outer) || Self.member("level", of: inner, into: &outer) {
        severity = outer.withUnsafeBytes { LogSeverity(word: $0) }
      }
    } else {
      swap(&bytes, &inner)
    }
    trim()
    if severity == .unknown { severity = leadingSeverity() }
    dropIdentifiers()
    if bytes.count > Self.maximumBytes { bytes.removeLast(bytes.count - Self.maximumBytes) }
  }

  private mutating func trim() {
    while let last = bytes.last, last <= UInt8(ascii: " ") { bytes.removeLast() }
  }

  /// The severity among the first four words, as in `16:42:22.382 INFO  Class#12 …`.
  private func leadingSeverity() -> LogSeverity {
    for word in bytes.prefix(80).split(separator: UInt8(ascii: " "), maxSplits: 4).prefix(4) {
      let severity = word.withUnsafeBytes { LogSeverity(word: $0) }
      if severity != .unknown { return severity }
    }
    return .unknown
  }

  /// `TraceID: … SpanID: … ` is in columns of its own.
  private mutating func dropIdentifiers() {
    for label in ["TraceID:", "SpanID:"] {
      let label = Array(label.utf8)
      guard let start = bytes.prefix(200).firstRange(of: label)?.lowerBound else { continue }
      var end = start + label.count
      while end < bytes.count, bytes[end] == UInt8(ascii: " ") { end += 1 }
      while end < bytes.count, bytes[end] > UInt8(ascii: " ") { end += 1 }
      while end < bytes.count, bytes[end] == UInt8(ascii: " ") { end += 1 }
      bytes.removeSubrange(start..<end)
    }
  }

  private static func unquote(_ field: UnsafeRawBufferPointer, into target: inout [UInt8]) {
    target.removeAll(keepingCapacity: true)
    guard field.first == UInt8(ascii: "\"") else {
      target.append(contentsOf: field)
      return
    }
    var position = 1
    while position < field.count {
      if field[position] == UInt8(ascii: "\"") {
        guard position + 1 < field.count, field[position + 1] == UInt8(ascii: "\"") else { return }
        position += 1
      }
      target.append(field[position])
      position += 1
    }
  }

  /// Finds a string member of a JSON object, and unescapes it. Only the first `"key":` outside of values is looked for
  /// by walking over the members; anything that is not JSON ends the search.
  static func member(_ key: String, of object: [UInt8], into target: inout [UInt8]) -> Bool {
    var scan = JSONTextScan(bytes: object)
    guard scan.take(UInt8(ascii: "{")) else { return false }
    let key = Array(key.utf8)
    var name: [UInt8] = []
    while scan.string(into: &name), scan.take(UInt8(ascii: ":")) {
      if name == key { return scan.string(into: &target) }
      guard scan.skipValue(), scan.take(UInt8(ascii: ",")) else { return false }
    }
    return false
  }
}

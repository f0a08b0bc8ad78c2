/// Gets at what a program said, inside the JSON that a container runtime put around it and, where the program itself
/// writes JSON, inside that.
///
/// Most of a case's time goes into this: runs of bytes are found by `memchr` and copied whole, into memory that is
/// used again for the next line.
struct ContainerLogLine {
  private(set) var bytes: [UInt8] = []
  private(set) var severity = LogSeverity.unknown
  private var outer: [UInt8] = []
  private var inner: [UInt8] = []

  /// Longer messages are cut: what comes behind is data rather than words.
  static let maximumBytes = 1024
  /// `TraceID: …` and `SpanID: …` are looked for so far into a message.
  private static let identifierReach = 200

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
    if severity == .unknown { severity = bytes.withUnsafeBytes(Self.leadingSeverity) }
    drop("TraceID:")
    drop("SpanID:")
    if bytes.count > Self.maximumBytes { bytes.removeLast(bytes.count - Self.maximumBytes) }
  }

  private mutating func trim() {
    while let last = bytes.last, last <= UInt8(ascii: " ") { bytes.removeLast() }
  }

  /// The severity among the first four words, as in `16:42:22.382 INFO  Class#12 …`.
  private static func leadingSeverity(_ bytes: UnsafeRawBufferPointer) -> LogSeverity {
    let end = min(bytes.count, 80)
    var position = 0
    for _ in 0..<4 {
      while position < end, bytes[position] == UInt8(ascii: " ") { position += 1 }
      let start = position
      while position < end, bytes[position] != UInt8(ascii: " ") { position += 1 }
      let severity = LogSeverity(word: UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
      if severity != .unknown { return severity }
    }
    return .unknown
  }

  /// Takes out a label and the identifier behind it, which is in a column of its own.
  private mutating func drop(_ label: StaticString) {
    guard let place = bytes.withUnsafeBytes({ Self.identifier(label, in: $0) }) else { return }
    bytes.removeSubrange(place)
  }

  private static func identifier(_ label: StaticString, in bytes: UnsafeRawBufferPointer) -> Range<Int>? {
    let label = UnsafeRawBufferPointer(start: label.utf8Start, count: label.utf8CodeUnitCount)
    let reach = UnsafeRawBufferPointer(rebasing: bytes.prefix(identifierReach))
    guard var start = reach.firstIndex(of: label[0], from: 0) else { return nil }
    while !reach[start...].starts(with: label) {
      guard let next = reach.firstIndex(of: label[0], from: start + 1) else { return nil }
      start = next
    }
    var end = start + label.count
    while end < bytes.count, bytes[end] == UInt8(ascii: " ") { end += 1 }
    while end < bytes.count, bytes[end] > UInt8(ascii: " ") { end += 1 }
    while end < bytes.count, bytes[end] == UInt8(ascii: " ") { end += 1 }
    return start..<end
  }

  private static func unquote(_ field: UnsafeRawBufferPointer, into target: inout [UInt8]) {
    target.removeAll(keepingCapacity: true)
    guard field.first == UInt8(ascii: "\"") else {
      target.append(contentsOf: field)
      return
    }
    var position = 1
    while let quote = field.firstIndex(of: UInt8(ascii: "\""), from: position) {
      guard quote + 1 < field.count, field[quote + 1] == UInt8(ascii: "\"") else {
        target.append(contentsOf: field[position..<quote])
        return
      }
      target.append(contentsOf: field[position...quote])
      position = quote + 2
    }
    target.append(contentsOf: field[min(position, field.count)...])
  }

  /// Finds a string member of a JSON object, and unescapes it. Only the first `"key":` outside of values is looked for
  /// by walking over the members; anything that is not JSON ends the search.
  static func member(_ key: StaticString, of object: [UInt8], into target: inout [UInt8]) -> Bool {
    object.withUnsafeBytes { object in
      var scan = JSONTextScan(object)
      guard scan.take(UInt8(ascii: "{")) else { return false }
      let key = UnsafeRawBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
      while let name = scan.rawString(), scan.take(UInt8(ascii: ":")) {
        if name.elementsEqual(key) {
          guard let value = scan.rawString() else { return false }
          JSONTextScan.unescape(value, into: &target)
          return true
        }
        guard scan.skipValue(), scan.take(UInt8(ascii: ",")) else { return false }
      }
      return false
    }
  }
}

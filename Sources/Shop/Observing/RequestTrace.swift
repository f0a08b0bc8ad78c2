/// Where a request belongs in its trace, as the `traceparent` header of W3C Trace Context carries it.
struct RequestTrace: Sendable, Equatable {
  /// 32 and 16 hexadecimal digits.
  var trace: String
  var span: String
  var parent: String?
  /// Whether spans and access log lines are written.
  var isSampled: Bool

  /// A trace of its own.
  init(sampled: Bool, random: inout QuickRandom) {
    trace = Self.hexadecimal(random.next()) + Self.hexadecimal(random.next())
    span = Self.hexadecimal(random.next())
    isSampled = sampled
  }

  /// Nil for a header that is none.
  init?(header: String, random: inout QuickRandom) {
    let parts = header.split(separator: "-")
    guard parts.count == 4, parts[1].utf8.count == 32, parts[2].utf8.count == 16 else { return nil }
    trace = String(parts[1])
    parent = String(parts[2])
    span = Self.hexadecimal(random.next())
    isSampled = parts[3] == "01"
  }

  /// The place of something that is done for this request.
  func child(random: inout QuickRandom) -> RequestTrace {
    var child = self
    child.parent = span
    child.span = Self.hexadecimal(random.next())
    return child
  }

  var header: String { "00-\(trace)-\(span)-\(isSampled ? "01" : "00")" }

  private static func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

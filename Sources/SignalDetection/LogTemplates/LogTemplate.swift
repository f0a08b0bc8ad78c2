/// The number of one log template, issued from 1 in the order in which statements were first seen; never reused.
package struct LogTemplateID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  package var rawValue: Int32

  package init(rawValue: Int32) { self.rawValue = rawValue }

  /// What was not told apart any more because a bound was reached.
  package static let overflow = LogTemplateID(rawValue: 0)

  package static func < (left: LogTemplateID, right: LogTemplateID) -> Bool { left.rawValue < right.rawValue }
  package var description: String { "T\(rawValue)" }
}

/// One log statement as far as its lines show it: constant words, and typed slots such as `<num>` where lines differ.
package struct LogTemplate: Hashable, Sendable {
  package var id: LogTemplateID
  /// Of the constant words, their places, and what stands between them: a statement has the same fingerprint in every
  /// log, in whatever order its lines come, as long as the same places of it vary. 0 for `overflow`.
  package var fingerprint: UInt64
  package var text: String
  /// Lines seen so far.
  package var count: Int

  package init(id: LogTemplateID, fingerprint: UInt64, text: String, count: Int) {
    self.id = id
    self.fingerprint = fingerprint
    self.text = text
    self.count = count
  }

  /// The fingerprint's last twelve digits behind a `T`, as reports and files name the template.
  package var name: String {
    let digits = String(fingerprint & 0xffff_ffff_ffff, radix: 16)
    return "T" + String(repeating: "0", count: 12 - digits.count) + digits
  }
}

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
  package var text: String
  /// Lines seen so far.
  package var count: Int

  package init(id: LogTemplateID, text: String, count: Int) {
    self.id = id
    self.text = text
    self.count = count
  }
}

/// Why a pattern is not a regular expression of RE2's kind, in a sentence.
package struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
  package var message: String

  init(_ message: String) { self.message = message }

  package var description: String { message }
}

/// The keys that a mapping must and may have.
package struct KeyTable: Hashable, Sendable {
  package let required: [String]
  package let optional: [String]
  /// What to say where one of them is missing, instead of the plain sentence.
  package let reasons: [String: String]
  private let known: Set<String>

  package init(required: [String] = [], optional: [String] = [], reasons: [String: String] = [:]) {
    self.required = required
    self.optional = optional
    self.reasons = reasons
    known = Set(required + optional)
  }

  package var all: [String] { required + optional }

  func holds(_ key: String) -> Bool { known.contains(key) }
}

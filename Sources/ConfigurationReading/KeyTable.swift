/// The keys that a mapping must and may have.
package struct KeyTable: Hashable, Sendable {
  package var required: [String]
  package var optional: [String]
  /// What to say where one of them is missing, instead of the plain sentence.
  package var reasons: [String: String]

  package init(required: [String] = [], optional: [String] = [], reasons: [String: String] = [:]) {
    self.required = required
    self.optional = optional
    self.reasons = reasons
  }

  package var all: [String] { required + optional }
}

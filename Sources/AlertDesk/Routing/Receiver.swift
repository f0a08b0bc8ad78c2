/// A name that routes use, and what it stands for.
package struct Receiver: Hashable, Sendable {
  package struct Integration: Hashable, Sendable {
    /// The key in the file, for example `webhook_configs`.
    package var kind: String
    package var sendsResolved: Bool
    /// Single values as they are written; secrets are among them, so that this is never printed.
    package var settings: [String: String]

    /// What the policy's `files` add, which Alertmanager does not know.
    package static let fileKind = "file"
    /// Behind a setting's name: the variable of the environment that has its value.
    static let variableSuffix = " variable"
  }

  package var name: String
  package var integrations: [Integration]
  package var place: RulePlace
}

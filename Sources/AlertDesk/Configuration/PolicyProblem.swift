import ConfigurationReading

/// Why a policy cannot be used, with its place.
package struct PolicyProblem: FileProblem {
  package var file: String
  package var line: Int?
  package var column: Int?
  package var message: String

  package init(file: String, line: Int?, column: Int?, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }
}

typealias PolicyValue = StrictValue<PolicyProblem>
typealias PolicyMapping = StrictMapping<PolicyProblem>

/// Where in its file a rule begins.
package struct RulePlace: Hashable, Sendable, Codable {
  package var line: Int
  package var column: Int

  init(_ value: PolicyValue) {
    line = value.line ?? 1
    column = value.column ?? 1
  }
}

import ConfigurationReading

/// What is wrong with a runbook file, and where.
package struct RunbookProblem: FileProblem {
  package var file: String
  /// From 1; nil where the whole file or folder is meant.
  package var line: Int?
  package var column: Int?
  /// What is at fault and what would be right.
  package var message: String

  package init(file: String, line: Int? = nil, column: Int? = nil, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }
}

/// A library that cannot be used: every problem of every file, in file and line order.
package struct RunbookError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Never empty.
  package var problems: [RunbookProblem]

  package init(problems: [RunbookProblem]) { self.problems = problems }

  package var description: String { problems.map(\.description).joined(separator: "\n") }
}

import ConfigurationReading

/// Bad input, with the place: what is at fault, where, and what would be right.
package struct DatasetError: FileProblem {
  package var file: String
  /// From 1; nil where the whole file is meant.
  package var line: Int?
  package var column: Int?
  package var message: String

  package init(file: String, line: Int? = nil, column: Int? = nil, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }
}

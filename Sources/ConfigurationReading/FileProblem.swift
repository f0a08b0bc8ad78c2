/// An error with the place in a file that it is about; each module that reads files has its own type.
package protocol FileProblem: Error, Hashable, CustomStringConvertible {
  var file: String { get }
  /// From 1; nil where the whole file or folder is meant.
  var line: Int? { get }
  var column: Int? { get }
  /// What is wrong and what would be right.
  var message: String { get }

  init(file: String, line: Int?, column: Int?, message: String)
}

extension FileProblem {
  package var description: String {
    ([file] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":") + ": \(message)"
  }
}

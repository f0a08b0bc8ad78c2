import Foundation

/// A mistake in a file of the project folder: what is wrong, where, and what would be right.
package struct ProjectFileError: Error, Hashable, Sendable, CustomStringConvertible {
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

  package var description: String {
    ([file] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":") + ": \(message)"
  }
}

/// Reads the small text files that people write for the program: agent files and prompts.
package enum ProjectFile {
  package static let maximumBytes = 256 << 10
  package static let maximumFileCount = 1000

  /// - Throws: `ProjectFileError` when the file is missing, larger than 256 KiB or not UTF-8.
  package static func readText(_ file: String) throws -> String {
    guard let handle = FileHandle(forReadingAtPath: file) else {
      throw ProjectFileError(file: file, message: "the file does not exist or may not be read")
    }
    defer { try? handle.close() }
    guard let bytes = try? handle.read(upToCount: maximumBytes + 1) ?? Data() else {
      throw ProjectFileError(file: file, message: "this is not a file that can be read")
    }
    guard bytes.count <= maximumBytes else {
      throw ProjectFileError(file: file, message: "the file is larger than \(maximumBytes >> 10) KiB")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ProjectFileError(file: file, message: "the text is not UTF-8")
    }
    return text
  }

  /// The names of the folder's files with that ending, without it, sorted.
  /// - Throws: `ProjectFileError` when the folder cannot be read or holds too many files.
  package static func names(in folder: String, ending: String) throws -> [String] {
    guard let found = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw ProjectFileError(file: folder, message: "the folder does not exist or may not be read")
    }
    let names = found.filter { $0.hasSuffix(ending) && !$0.hasPrefix(".") }.map { String($0.dropLast(ending.count)) }
    guard names.count <= maximumFileCount else {
      throw ProjectFileError(file: folder, message: "the folder holds more than \(maximumFileCount) \(ending) files")
    }
    return names.sorted()
  }
}

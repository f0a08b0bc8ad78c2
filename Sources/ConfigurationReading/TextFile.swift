import Foundation

/// Reads the small text files that people write for the program.
package enum TextFile<Problem: FileProblem> {
  package static var maximumBytes: Int { 256 << 10 }
  package static var maximumFileCount: Int { 1000 }

  /// - Throws: when the file is missing, larger than the limit or not UTF-8.
  package static func read(_ file: String, maximumBytes: Int = Self.maximumBytes) throws(Problem) -> String {
    guard let handle = FileHandle(forReadingAtPath: file) else {
      throw problem(file, "the file does not exist or may not be read")
    }
    defer { try? handle.close() }
    guard let bytes = try? handle.read(upToCount: maximumBytes + 1) ?? Data() else {
      throw problem(file, "this is not a file that can be read")
    }
    guard bytes.count <= maximumBytes else {
      throw problem(file, "the file is larger than \(maximumBytes >> 10) KiB")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw problem(file, "the text is not UTF-8") }
    return text
  }

  /// The names of the folder's files with that ending, without it, sorted.
  /// - Throws: when the folder cannot be read or holds too many files.
  package static func names(in folder: String, ending: String) throws(Problem) -> [String] {
    guard let found = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw problem(folder, "the folder does not exist or may not be read")
    }
    let names = found.filter { $0.hasSuffix(ending) && !$0.hasPrefix(".") }.map { String($0.dropLast(ending.count)) }
    guard names.count <= maximumFileCount else {
      throw problem(folder, "the folder holds more than \(maximumFileCount) \(ending) files")
    }
    return names.sorted()
  }

  private static func problem(_ file: String, _ message: String) -> Problem {
    Problem(file: file, line: nil, column: nil, message: message)
  }
}

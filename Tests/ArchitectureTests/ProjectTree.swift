import Foundation

/// The package's folder on disk, found from where this file was compiled.
struct ProjectTree {
  var root: URL

  static let here = ProjectTree(
    root: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent())

  struct File {
    /// From the root, with slashes.
    var path: String
    var text: String

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    var lineCount: Int { text.split(separator: "\n", omittingEmptySubsequences: false).count - 1 }
  }

  func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// Every file below a folder whose name ends so, by path; none where the folder does not exist.
  func files(below folder: String, ending: String) throws -> [File] {
    let base = root.appending(path: folder)
    guard let walk = FileManager.default.enumerator(atPath: base.path) else { return [] }
    var paths: [String] = []
    for case let path as String in walk where path.hasSuffix(ending) { paths.append("\(folder)/\(path)") }
    return try paths.sorted().map { File(path: $0, text: try text($0)) }
  }

  struct SwiftFile {
    var file: File
    var source: SourceText

    var path: String { file.path }
    /// `Sources` or `Tests`, then the target.
    var folder: String { String(file.path.split(separator: "/")[0]) }
    var target: String { String(file.path.split(separator: "/")[1]) }
  }

  /// Read and stripped once for all tests.
  private static let cachedSwiftFiles = Result {
    try (here.files(below: "Sources", ending: ".swift") + here.files(below: "Tests", ending: ".swift"))
      .map { SwiftFile(file: $0, source: SourceText($0.text)) }
  }

  static func swiftFiles() throws -> [SwiftFile] { try cachedSwiftFiles.get() }
}

import Foundation

/// A recorded output beside the test that made it; a difference fails with the first line that differs.
///
/// With `TOCSIN_RECORD_GOLDENS=1` the file is written anew, and the test fails all the same, so that a person reads
/// what was recorded before it counts.
package struct Golden {
  package var path: String

  /// `name` is a file in the folder `Goldens` beside the test's source file.
  package init(_ name: String, testFile: String = #filePath) {
    path = URL(fileURLWithPath: testFile).deletingLastPathComponent().appendingPathComponent("Goldens/\(name)").path
  }

  /// - Throws: `GoldenMismatch` when the text differs, when nothing is recorded yet, and after each recording.
  package func expect(_ text: String, environment: [String: String] = ProcessInfo.processInfo.environment) throws {
    let recorded = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    if recorded == text { return }
    guard environment["TOCSIN_RECORD_GOLDENS"] == "1" else {
      throw GoldenMismatch(path: path, message: Self.difference(recorded, text))
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    throw GoldenMismatch(path: path, message: "recorded; read it, then run the test again without recording")
  }

  private static func difference(_ recorded: String?, _ text: String) -> String {
    guard let recorded else { return "nothing is recorded yet; set TOCSIN_RECORD_GOLDENS=1 to record" }
    let expected = recorded.split(separator: "\n", omittingEmptySubsequences: false)
    let actual = text.split(separator: "\n", omittingEmptySubsequences: false)
    var line = 0
    while line < expected.count, line < actual.count, expected[line] == actual[line] { line += 1 }
    let before = line < expected.count ? String(expected[line]) : "(end)"
    let after = line < actual.count ? String(actual[line]) : "(end)"
    return "line \(line + 1) differs\n  recorded: \(before)\n  now:      \(after)"
  }
}

/// Why an output is not accepted, and where its record lies.
package struct GoldenMismatch: Error, CustomStringConvertible {
  package var path: String
  package var message: String

  package var description: String { "\(path): \(message)" }
}

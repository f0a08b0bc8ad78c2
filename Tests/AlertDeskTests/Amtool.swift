import Foundation
import Subprocess
import Testing

/// Alertmanager's own command, which Debian's package `prometheus-alertmanager` brings.
enum Amtool {
  static let path = ["/usr/bin/amtool", "/usr/local/bin/amtool", "/bin/amtool"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  static let isMissing: Comment = "amtool is not installed; prometheus-alertmanager brings it"

  /// What it writes to standard output, and whether it ended well. It is run ten thousand times, which Foundation's
  /// `Process` did not always survive.
  static func run(_ arguments: [String]) async throws -> (output: String, isSuccess: Bool) {
    let path = try #require(path)
    let result = try await Subprocess.run(
      .path(.init(path)), arguments: .init(arguments), output: .string(limit: 1 << 20), error: .discarded)
    return (result.standardOutput, result.terminationStatus.isSuccess)
  }

  /// Receivers in the order of the routes.
  static func route(_ file: String, _ labels: [(name: String, value: String)]) async throws -> [String] {
    let (output, isSuccess) = try await run(
      ["config", "routes", "test", "--config.file=" + file]
        + labels.map { "\($0.name)=\(PolicyGrammar.quoted($0.value))" })
    try #require(isSuccess)
    return output.trimmingCharacters(in: .whitespacesAndNewlines).split(separator: ",").map(String.init)
  }

  /// For each file, whether it is accepted. Some files make amtool panic, which ends its list: that is a refusal too.
  static func check(_ files: [String]) async throws -> [Bool] {
    var accepted: [String: Bool] = [:]
    var rest = files[...]
    while let first = rest.first {
      let (output, _) = try await run(["check-config"] + rest)
      for line in output.split(separator: "\n") where line.hasPrefix("Checking '") {
        let words = line.dropFirst("Checking '".count)
        guard let end = words.firstIndex(of: "'") else { continue }
        accepted[String(words[..<end])] = words[end...].hasPrefix("'  SUCCESS")
      }
      if accepted[first] == nil { accepted[first] = false }
      rest = rest.drop { accepted[$0] != nil }
    }
    return files.map { accepted[$0] == true }
  }
}

/// A folder of its own that is gone afterwards.
struct TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/tocsin-desk-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String) throws -> String {
    let file = "\(path)/\(name)"
    try Data(text.utf8).write(to: URL(filePath: file))
    return file
  }
}

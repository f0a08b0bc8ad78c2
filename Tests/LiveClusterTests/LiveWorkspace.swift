import Commands
import Foundation

/// A temporary folder with the project's own agents, prompts and runbooks beside it.
struct LiveWorkspace {
  let folder: String

  static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/tocsin-live-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

  /// Runs one command line in this process and gives its exit status.
  func run(_ arguments: [String]) async -> Int32 {
    await TocsinCommand.run(arguments + ["--project", Self.project, "--quiet"])
  }
}

extension Pipe {
  /// What comes until some words have come, or the end.
  func text(until words: String) async -> String {
    let handle = fileHandleForReading
    return await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        var bytes = Data()
        while true {
          let more = handle.availableData
          bytes += more
          let text = String(decoding: bytes, as: UTF8.self)
          if more.isEmpty || text.contains(words) {
            continuation.resume(returning: text)
            return
          }
        }
      }
    }
  }
}

import ArgumentParser
import BlackboardStore
import Foundation
import ModelContext

struct ContextServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mcp",
    abstract: "Answer other people's agents about investigations, over the Model Context Protocol on standard input.",
    discussion: """
      A client starts it and talks to it; by hand it is of little use. It reads and never changes anything.
      tocsin mcp --store sqlite:incidents.sqlite
      tocsin mcp --reports replays/today/reports
      """)

  @Option(help: ArgumentHelp("Where investigations are kept: sqlite:FILE.", valueName: "store"))
  var store: String?

  @Option(help: ArgumentHelp("A folder with JSON reports, at any depth; may be repeated.", valueName: "dir"))
  var reports: [String] = []

  @OptionGroup var global: GlobalOptions

  func run() async throws {
    guard store != nil || !reports.isEmpty else {
      throw CommandFailure(.usage, "there is nothing to answer from", hint: "give --store sqlite:FILE or --reports DIR")
    }
    for folder in reports {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
        throw CommandFailure(.badInput, "\(folder): there is no such folder")
      }
    }
    var storage: (any BlackboardStorage)?
    if let store { storage = try await StoreLocation.existing(store) }
    let server = ContextServer(InvestigationArchive(storage: storage, folders: reports), version: tocsinVersion)
    let input = LineInput(descriptor: STDIN_FILENO, maximumLineBytes: ContextServer.maximumMessageBytes)
    while let line = await input.next() {
      try Task.checkCancellation()
      let answer: ContextServer.Answer?
      switch line {
      case .line(let bytes): answer = bytes.isEmpty ? nil : await server.answer(bytes)
      case .tooLong: answer = ContextServer.tooLong
      }
      if let answer, !write(answer.text + "\n") { return }
    }
    try Task.checkCancellation()
  }

  /// False when nobody reads any more.
  private func write(_ text: String) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Foundation.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if written < 0, errno != EINTR { return false }
      bytes = bytes.dropFirst(max(0, written))
    }
    return true
  }
}

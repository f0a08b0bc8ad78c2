import ArgumentParser
import ConfigurationReading
import Foundation
import HTTPTransport
import Runbooks

extension RunbookCommand {
  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Make drafts of Markdown pages, Rundeck jobs, Ansible playbooks or StackStorm actions.",
      discussion: """
        A draft is read by people and run by nobody. PATH is a file, a folder, or the runbook_url of an alert.

        tocsin runbook import ../runbooks-of-the-team --to drafts
        """)
    @Argument(help: "A file, a folder with such files at any depth, or an address.") var path: String
    @Option(help: ArgumentHelp("Where drafts go; runbooks/drafts of the project when left out.", valueName: "dir"))
    var to: String?
    @OptionGroup var global: GlobalOptions

    static let maximumBytes = 1 << 20

    func run() async throws {
      let folder = try to ?? global.projectFolder().runbooks + "/drafts"
      var drafts: [RunbookDraft] = []
      var names: Set<String> = []
      for (source, text) in try await texts() {
        do {
          var draft = try RunbookImport.draft(text, source: source)
          let parts = source.split(separator: "/")
          if names.contains(draft.name), parts.count > 1 {
            draft.name = "\(parts[parts.count - 2])-\(draft.name)".lowercased()
          }
          guard names.insert(draft.name).inserted else {
            throw CommandFailure(.badInput, "\(source): there is another page called \(draft.name)")
          }
          drafts.append(draft)
        } catch let problem as RunbookProblem {
          throw CommandFailure(.badInput, "\(problem)")
        }
      }
      guard !drafts.isEmpty else { throw CommandFailure(.badInput, "\(path) holds no .md, .yaml or .yml file") }
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for draft in drafts {
        let file = "\(folder)/\(draft.name).yaml"
        guard !FileManager.default.fileExists(atPath: file) else {
          throw CommandFailure(.usage, "\(file) is there already", hint: "somebody may have worked on it; move it away")
        }
        try global.console.write(draft.yaml, to: file)
      }
      let proposed = drafts.flatMap(\.pieces).filter { $0.kind == .command || $0.kind == .query }.count
      global.console.result(
        "\(drafts.count) drafts in \(folder); \(proposed) commands and queries are for a person to review")
    }

    private func texts() async throws -> [(source: String, text: String)] {
      if path.hasPrefix("http://") || path.hasPrefix("https://") {
        var request = HTTPRequest(path)
        request.maximumResponseBytes = Self.maximumBytes
        request.maximumRedirects = 5
        do {
          let response = try await HTTPClient().send(request)
          guard response.status == 200 else {
            throw CommandFailure(.unavailable, "\(request.origin) answers with status \(response.status)")
          }
          return [(path, String(decoding: response.body, as: UTF8.self))]
        } catch let error as HTTPError {
          throw CommandFailure(.unavailable, "\(error)")
        }
      }
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw CommandFailure(.usage, "\(path) does not exist")
      }
      guard isFolder.boolValue else { return [(path, try text(path))] }
      let names = (FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []).sorted()
      return try names.filter { name in [".md", ".yaml", ".yml"].contains(where: name.hasSuffix) }
        .map { ("\(path)/\($0)", try text("\(path)/\($0)")) }
    }

    private func text(_ file: String) throws -> String {
      do {
        return try TextFile<RunbookProblem>.read(file, maximumBytes: Self.maximumBytes)
      } catch {
        throw CommandFailure(.badInput, "\(error)")
      }
    }
  }
}

import ConfigurationReading

/// Makes drafts of what teams already have: Markdown pages, and jobs that other systems run.
package enum RunbookImport {
  /// - Parameters:
  ///   - text: of a `.md` file, or of a `.yaml` that is a Rundeck job, an Ansible playbook or a StackStorm action.
  ///   - source: its path or address; its end gives the name.
  /// - Throws: `RunbookProblem` for YAML that is none of these.
  package static func draft(_ text: String, source: String) throws(RunbookProblem) -> RunbookDraft {
    let name = self.name(source)
    guard source.hasSuffix(".yaml") || source.hasSuffix(".yml") else {
      return MarkdownImport.draft(text, name: name, source: source)
    }
    let job = try ExternalJob(text, file: source)
    let piece = RunbookDraft.Piece(
      kind: .external, section: job.system, text: text, proposed: ["\(job.system): \(job.reference)"])
    return RunbookDraft(name: name, title: job.title, source: source, text: text, pieces: [piece])
  }

  /// `…/node/_index.md` → `node-index`, since every folder has one.
  package static func name(_ source: String) -> String {
    let parts = source.split(separator: "/").map(String.init)
    let file = (parts.last ?? "page").split(separator: ".", omittingEmptySubsequences: true).first.map(String.init)
    let name = file ?? "page"
    guard name == "_index" || name == "index" || name == "README", parts.count > 1 else {
      return RunbookDraft.slug(name)
    }
    return RunbookDraft.slug(parts[parts.count - 2] + "-" + name)
  }
}

/// What another system runs: known by its name there, and never run from here.
private struct ExternalJob {
  var system: String
  var reference: String
  var title: String

  init(_ text: String, file: String) throws(RunbookProblem) {
    let whole = try StrictValue<RunbookProblem>(yaml: text, file: file)
    let first: StrictMapping<RunbookProblem>
    if whole.isList {
      guard let entry = try whole.list().first else { throw whole.problem("the list is empty") }
      first = try entry.mapping()
    } else {
      first = try whole.mapping()
    }
    func word(_ key: String) -> String? { first[key].flatMap { try? $0.text() } }
    if first["sequence"] != nil, let name = word("name") {
      let group = word("group").map { "\($0)/" } ?? ""
      (system, reference, title) = ("rundeck", word("uuid") ?? word("id") ?? group + name, name)
    } else if first["runner_type"] != nil, let name = word("name") {
      (system, reference, title) = (
        "stackstorm", (word("pack").map { "\($0)." } ?? "") + name, word("description") ?? name
      )
    } else if first["hosts"] != nil {
      (system, reference, title) = ("ansible", file, word("name") ?? file)
    } else {
      throw whole.problem("this is no Rundeck job, Ansible playbook or StackStorm action")
    }
  }
}

import ConfigurationReading
import Foundation
import Testing

@testable import Runbooks

@Suite struct RunbookImportTests {
  private static let page = """
    ---
    title: Disk Will Fill
    weight: 20
    ---

    # DiskWillFill

    ## Meaning

    The disk fills: see `df`.

    ## Diagnosis

    - Look at what grows.

    ```shell
    $ du -sh /var/*
    1.2G  /var/log
    ```

    ```promql
    node_filesystem_avail_bytes < 1e9
    ```

    ## Mitigation

    Delete it.

    ```
    rm -rf /tmp/cache
    # and look again
    df -h
    ```
    """

  @Test func sectionsBecomeStepsAndCommandsAreOnlyProposed() throws {
    let draft = try RunbookImport.draft(Self.page, source: "pages/node/DiskWillFill.md")
    #expect(draft.name == "disk-will-fill" && draft.title == "Disk Will Fill")
    #expect(draft.text == Self.page)
    let commands = draft.pieces.filter { $0.kind == .command }.flatMap(\.proposed)
    #expect(commands == ["du -sh /var/*", "rm -rf /tmp/cache", "df -h"])
    #expect(draft.pieces.filter { $0.kind == .query }.flatMap(\.proposed) == ["node_filesystem_avail_bytes < 1e9"])
    #expect(draft.pieces.first { $0.kind == .manual }?.section == "Diagnosis")
    #expect(draft.pieces.first { $0.text.contains("see `df`") }?.kind == .prose)
  }

  @Test(arguments: [
    "", "\n", "no newline at the end", "# A\n\n\n", "a\r\nb\r\n```\r\nls\r\n```\r\n", "```shell\nnever closed\n",
    "---\nnot closed\n", "  indented\n\ttabbed \n \n", "é ✓ \u{2028} \u{FEFF} \u{7} \u{85}\n", "    code\n\n    more\n",
    "\"quotes\" \\ back {{< ref \"x\" >}}\n", "- a: b\n? c\n", "trailing   \n   \n\n",
  ])
  func noLetterIsLost(text: String) throws {
    let draft = try RunbookImport.draft(text, source: "x/Page.md")
    #expect(draft.text == text)
    guard !text.isEmpty else { return }
    let read = try RunbookDraft(yaml: draft.yaml, file: "page.yaml")
    #expect(read == draft)
    #expect(read.text == text)
  }

  /// Every page of a folder that the environment names, such as a clone of the Prometheus operator's runbooks.
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["TOCSIN_RUNBOOK_PAGES"] != nil,
      "wants TOCSIN_RUNBOOK_PAGES, a folder with Markdown runbooks"))
  func wholeFoldersKeepTheirText() throws {
    let folder = ProcessInfo.processInfo.environment["TOCSIN_RUNBOOK_PAGES"] ?? ""
    let names = (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []).filter {
      $0.hasSuffix(".md")
    }
    #expect(!names.isEmpty)
    for name in names {
      let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      let draft = try RunbookImport.draft(text, source: name)
      #expect(draft.text == text, "\(name)")
      #expect(try RunbookDraft(yaml: draft.yaml, file: name) == draft, "\(name)")
    }
  }

  @Test func aDraftIsNoRunbook() throws {
    let folder = try TemporaryFolder()
    let draft = try RunbookImport.draft(Self.page, source: "DiskWillFill.md")
    try FileManager.default.createDirectory(atPath: folder.path + "/drafts", withIntermediateDirectories: true)
    try folder.write(draft.yaml, to: "drafts/disk-will-fill.yaml")
    #expect(try RunbookLibrary(folder: folder.path).runbooks.isEmpty)
    try folder.write(draft.yaml, to: "disk-will-fill.yaml")
    #expect(throws: RunbookError.self) { try RunbookLibrary(folder: folder.path) }
  }

  @Test(arguments: [
    ("- name: Restart web\n  group: ops\n  sequence: {commands: [{exec: x}]}\n", "rundeck: ops/Restart web"),
    ("- hosts: all\n  tasks: []\n", "ansible: jobs/job.yaml"),
    ("name: restart\npack: linux\nrunner_type: remote-shell-cmd\n", "stackstorm: linux.restart"),
  ])
  func jobsOfOtherSystemsAreReferences(text: String, reference: String) throws {
    let draft = try RunbookImport.draft(text, source: "jobs/job.yaml")
    #expect(draft.pieces.map(\.kind) == [.external])
    #expect(draft.pieces[0].proposed == [reference])
    #expect(draft.text == text)
  }

  @Test func otherYAMLIsRefused() {
    for text in ["a: 1\n", "[]\n", "- just a word\n", "a: [\n"] {
      #expect(throws: RunbookProblem.self) { try RunbookImport.draft(text, source: "x.yaml") }
    }
  }
}

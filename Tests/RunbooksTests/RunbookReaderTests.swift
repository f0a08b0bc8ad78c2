import Foundation
import IncidentModel
import Testing

@testable import Runbooks

@Suite struct RunbookReaderTests {
  private func read(_ text: String) throws -> [Runbook] {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "restart-thing.yaml")
    return try RunbookLibrary(folder: folder.path).runbooks
  }

  /// The problems as `line:column message`, without the temporary folder.
  private func problems(_ text: String) -> [String] {
    do {
      _ = try read(text)
      return []
    } catch let error as RunbookError {
      return error.problems.map { problem in
        "\(problem.line.map(String.init) ?? "-"):\(problem.column.map(String.init) ?? "-") \(problem.message)"
      }
    } catch {
      return ["not a RunbookError: \(error)"]
    }
  }

  @Test func readsASoundRunbook() throws {
    let runbook = try #require(try read(RunbookText.sound).first)
    #expect(runbook.name == "restart-thing")
    #expect(runbook.appliesTo.faults == [.memory, .cpu])
    #expect(runbook.inputs.map(\.source) == [.component, .reviewer])
    #expect(runbook.inputs[1].fallback == "2")
    #expect(runbook.steps.map(\.changesSomething) == [false, true, true, false])
    #expect(runbook.steps[3].action == .waitUntil(query: "up{name=\"{{component}}\"} == 1", withinSeconds: 90))
    #expect(runbook.verification.withinSeconds == 600)
    #expect(runbook.digest.hasPrefix("sha256:"))
  }

  @Test(arguments: [
    ("owner: someone", "owner: someone\nowners: [x]", "5:1 unknown key “owners”"),
    ("owner: someone\n", "", "1:1 no owner: name the team"),
    ("owner: someone", "owner: [someone]", "4:8 “owner” must be a text, not a list"),
    ("owner: someone", "owner: yes", "4:8 “owner” must be a text; put it in quotes"),
    ("owner: someone", "owner: ''", "4:8 “owner” must be a text, not empty"),
    ("[memory, cpu]", "[memory, gpu]", "6:20 an entry of “faults” must be one of"),
    ("[memory, cpu]", "[memory, memory]", "6:20 “memory” is listed twice"),
    ("[memory, cpu]", "[unknown]", "6:11 no runbook is for the fault “unknown”"),
    ("[memory, cpu]", "[]", "6:11 “faults” must not be empty"),
    ("[memory, cpu]", "memory", "6:11 “faults” must be a list"),
    ("roles: [application]", "roles: [unknown]", "7:10 no runbook is for the role “unknown”"),
    ("minimumConfidence: 0.5", "minimumConfidence: 50", "9:22 “minimumConfidence” must be a number from 0.0 to 1.0"),
    ("minimumConfidence: 0.5", "minimumConfidence: .nan", "9:22 “minimumConfidence” must be a number"),
    ("default: 2", "default: two", "12:5 the default of a number is a number"),
    ("from: reviewer", "from: finding.onset", "12:5 “finding.onset” gives a “time”, not a “number”"),
    ("Restart {{component}}", "Restart {{service}}", "2:16 unknown blank “{{service}}”: inputs are"),
    ("Restart {{component}}", "Restart {{.Name}}", "2:16 “{{.Name}}” is not a blank"),
    ("Restart {{component}}", "Restart {{component", "2:16 “{{component” is not a blank"),
    ("--replicas={{replicas}}", "--replicas=2", "12:5 the input “replicas” is never used"),
    (", minimum: 1, maximum: 9", ", minimum: 1", "12:5 unbounded: a step changes something by “replicas”"),
    ("name: replicas, type: number", "name: component, type: number", "12:5 the input “component” is declared twice"),
    ("run: [thingctl, status, \"{{component}}\"]", "run: thingctl status", "19:10 “run” is a list"),
    ("[thingctl, status, \"{{component}}\"]", "[sh, -c, \"rm {{component}}\"]", "19:11 no shell strings"),
    ("[thingctl, status, ", "[\"{{component}}\", status, ", "19:11 the program itself cannot be a blank"),
    ("    readOnly: true\n", "", "17:5 this step changes something and has no “undo”, while “reversible” is claimed"),
    ("    withinSeconds: 90\n", "", "31:5 unbounded: a step that waits"),
    ("  withinSeconds: 600\n", "", "37:3 unbounded verification"),
    ("withinSeconds: 600", "withinSeconds: 0", "39:18 “withinSeconds” must be a whole number from 1 to 86400"),
    ("withinSeconds: 600", "withinSeconds: 1e9", "39:18 “withinSeconds” must be a whole number"),
    ("kind: http", "kind: wait-until", "29:11 a step of kind “wait-until” takes no “http”"),
    ("method: POST", "method: FETCH", "29:20 “method” must be one of"),
    ("https://lb", "lb", "29:11 “url” begins with https:// or http://"),
    (
      "{method: POST, url: \"https://lb", "{bearer: token, method: POST, url: \"https://{{component}}",
      "29:11 a token goes to a host that the file names"
    ),
    ("name: restart-thing", "name: other-thing", "1:7 “name” is “other-thing” but the file is called"),
    ("name: restart-thing", "name: Restart_Thing", "1:7 “name” takes lower-case letters"),
    ("reversible: true", "reversible: maybe", "42:13 “reversible” must be true or false"),
    ("approvals: one", "approvals: one\napprovals: two", "the key “approvals” is given twice"),
    ("owner: someone", "owner: \"someone", "not YAML"),
  ])
  func namesThePlaceOfAMistake(old: String, new: String, expected: String) {
    let found = problems(RunbookText.sound(replacing: old, with: new))
    #expect(found.contains { $0.hasPrefix(expected) || $0.contains(expected) }, "found: \(found)")
  }

  @Test func highRiskThatCannotBeUndoneNeedsAPerson() {
    let text = RunbookText.sound(replacing: "risk: low\nreversible: true", with: "risk: high\nreversible: false")
    #expect(problems(text).isEmpty)
    let unattended = text.replacing("approvals: one", with: "approvals: none")
    #expect(
      problems(unattended) == ["43:12 high risk that cannot be undone needs a person: “approvals” is “one” or “two”"])
  }

  @Test func reportsEveryProblemOfEveryFile() throws {
    let folder = try TemporaryFolder()
    let wrong = RunbookText.sound(replacing: "owner: someone", with: "owner: 7").replacing(
      "risk: low", with: "risk: no")
    try folder.write(wrong, to: "restart-thing.yaml")
    try folder.write("", to: "empty.yaml")
    try folder.write("- a\n", to: "list.yaml")
    try folder.write("not read", to: "notes.txt")
    let error = #expect(throws: RunbookError.self) { try RunbookLibrary(folder: folder.path) }
    let lines = (error?.description ?? "").split(separator: "\n").map { $0.replacing(folder.path + "/", with: "") }
    #expect(lines.count == 4)
    #expect(lines.first == "empty.yaml:1:1: this is empty; keys and values are expected, as in “key: value”")
    #expect(lines.last?.hasPrefix("restart-thing.yaml:41:7: “risk” must be one of") == true)
  }

  @Test func survivesHostileFiles() throws {
    let hostile: [(String, Data)] = [
      ("brackets", Data(String(repeating: "[", count: 60_000).utf8)),
      ("dashes", Data(String(repeating: "- ", count: 30_000).utf8)),
      ("questions", Data(String(repeating: "? ", count: 30_000).utf8)),
      ("large", Data(String(repeating: "# padding\n", count: 10_000).utf8)),
      ("bytes", Data([0xff, 0xfe, 0x00, 0x80])),
      ("zero", Data([0, 0, 0])),
      ("alias", Data("a: &a [*a]\n".utf8)),
      ("steps", Data("steps: [\(String(repeating: "x,", count: 5_000))]".utf8)),
    ]
    let folder = try TemporaryFolder()
    for (name, data) in hostile { try folder.write(data, to: "\(name).yaml") }
    let error = #expect(throws: RunbookError.self) { try RunbookLibrary(folder: folder.path) }
    let files = Set((error?.problems ?? []).map { URL(filePath: $0.file).lastPathComponent })
    #expect(files == Set(hostile.map { "\($0.0).yaml" }))
  }

  @Test func aFolderThatIsNotThereIsAnError() {
    #expect(throws: RunbookError.self) { try RunbookLibrary(folder: "/nowhere/runbooks") }
  }

  @Test func theDigestCoversNamesAndBytes() throws {
    let folder = try TemporaryFolder()
    try folder.write(RunbookText.sound, to: "restart-thing.yaml")
    let first = try RunbookLibrary(folder: folder.path)
    try folder.write(RunbookText.sound(replacing: "0.5", with: "0.6"), to: "restart-thing.yaml")
    let second = try RunbookLibrary(folder: folder.path)
    #expect(first.digest != second.digest)
    #expect(first.runbooks[0].digest != second.runbooks[0].digest)
    try folder.write(RunbookText.sound, to: "restart-thing.yaml")
    #expect(try RunbookLibrary(folder: folder.path).digest == first.digest)
  }
}

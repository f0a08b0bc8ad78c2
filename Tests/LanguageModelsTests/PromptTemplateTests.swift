import Foundation
import LanguageModels
import Testing

/// A folder of prompts that exists for one test.
struct PromptFolder {
  let path: String

  init(_ files: [String: String]) throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("prompts-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path + "/fragments", withIntermediateDirectories: true)
    for (name, text) in files { try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8) }
  }

  func template(_ name: String) throws -> PromptTemplate {
    try PromptTemplate(name: name, file: "\(path)/\(name).md", fragmentsFolder: "\(path)/fragments")
  }

  /// `line:column: message` of the error, or nil when the prompt is sound.
  func error(_ name: String) -> String? {
    do {
      _ = try template(name)
      return nil
    } catch {
      return "\(error)".replacingOccurrences(of: path + "/", with: "")
    }
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}

let front = """
  ---
  purpose: Say hello.
  inputs:
    name: Whom to greet
    place: Where
  ---

  """

@Suite struct PromptTemplateTests {
  @Test func blanksAndFragmentsAreFilled() throws {
    let folder = try PromptFolder([
      "hello.md": front + "Hello {{name}}, {{ name }}!\n{{> where}}\nBye.\n",
      "fragments/where.md": "You are in {{place}}.\n{{> inner}}\n", "fragments/inner.md": "Yes.\n",
    ])
    defer { folder.remove() }
    let template = try folder.template("hello")
    #expect(template.purpose == "Say hello.")
    #expect(template.inputs.map(\.name) == ["name", "place"])
    #expect(template.inputs.map(\.description) == ["Whom to greet", "Where"])
    let text = try template.render(["name": "Ada", "place": "Bath"])
    #expect(text == "Hello Ada, Ada!\nYou are in Bath.\nYes.\nBye.\n")
  }

  @Test func aValueIsNeverLookedThroughForBlanks() throws {
    let folder = try PromptFolder(["hello.md": front + "{{name}} {{place}}"])
    defer { folder.remove() }
    let text = try folder.template("hello").render(["name": "{{place}} {{> where}}", "place": "Bath"])
    #expect(text == "{{place}} {{> where}} Bath")
  }

  @Test func aMissingOrSurplusValueIsAnError() throws {
    let folder = try PromptFolder(["hello.md": front + "{{name}} {{place}}"])
    defer { folder.remove() }
    let template = try folder.template("hello")
    #expect(throws: ProjectFileError.self) { try template.render(["name": "Ada"]) }
    #expect(throws: ProjectFileError.self) { try template.render(["name": "a", "place": "b", "other": "c"]) }
  }

  @Test(arguments: [
    ("{{name}} {{place}}\n{{ nmae }}", "p.md:8:1: the blank “nmae” is not declared"),
    ("{{name}}", "p.md:5:10: the input “place” is declared but never used"),
    ("{{name}} {{place}} {{> gone}}", "p.md:7:20: the fragment “gone” cannot be read"),
    ("{{name}} {{place}}\n a {{> ../secret}}", "p.md:8:4: “../secret” is not a fragment's name"),
    ("{{name}} {{place", "p.md:7:10: `{{` has no `}}`"),
    ("{{name}} {{place}} {{}}", "p.md:7:20: “” is not an input's name"),
    ("{{name}} {{place}}\n{{> loop}}", "fragments/loop.md:1:5: the fragment “loop” contains itself"),
    ("{{name}} {{place}}\n{{> stray}}", "fragments/stray.md:2:3: the blank “stray” is not declared"),
  ])
  func mistakesAreFoundBeforeAnyWork(body: String, expected: String) throws {
    let folder = try PromptFolder([
      "p.md": front + body, "fragments/loop.md": "abc {{> loop}}", "fragments/stray.md": "a\n  {{stray}}",
    ])
    defer { folder.remove() }
    let error = try #require(folder.error("p"))
    #expect(error.hasPrefix(expected), "\(error)")
  }

  @Test(arguments: [
    ("Hello", "p.md:1:1: a prompt begins with front matter"),
    ("---\npurpose: x\n", "p.md:1:1: the front matter has no closing"),
    ("---\npurpose: x\ninput:\n  a: b\n---\n{{a}}", "p.md:3:1: unknown key “input”"),
    ("---\ninputs:\n  a: b\n---\n{{a}}", "p.md:2:1: “purpose” is missing"),
    ("---\npurpose: x\ninputs: [a]\n---\n{{a}}", "p.md:3:9: “inputs” must hold keys and values"),
    ("---\npurpose: x\npurpose: y\n---\n", "p.md:2:1: the key “purpose” is given twice"),
    ("---\npurpose: \"x\n---\n", "p.md:"), ("", "p.md:1:1: a prompt begins"),
    ("---\n- a\n---\n", "p.md:2:1: this must hold keys and values"),
    ("---\npurpose: \(String(repeating: "[", count: 100_000))\n---\n", "p.md:2:74: YAML is nested deeper than 64"),
  ])
  func frontMatterIsReadStrictly(text: String, expected: String) throws {
    let folder = try PromptFolder(["p.md": text])
    defer { folder.remove() }
    let error = try #require(folder.error("p"))
    #expect(error.hasPrefix(expected), "\(error)")
  }

  @Test func aMissingALargeAndABinaryFileAreErrors() throws {
    let folder = try PromptFolder(["large.md": String(repeating: "x", count: ProjectFile.maximumBytes + 1)])
    defer { folder.remove() }
    try Data([0x2d, 0x2d, 0x2d, 0x0a, 0xff, 0xfe]).write(to: URL(fileURLWithPath: folder.path + "/binary.md"))
    #expect(folder.error("none")?.contains("does not exist") == true)
    #expect(folder.error("large")?.contains("larger than 256 KiB") == true)
    #expect(folder.error("binary")?.contains("not UTF-8") == true)
    #expect(folder.error("fragments") != nil)
  }

  @Test func theDigestFollowsTheWordsAndNotTheFolder() throws {
    let files = ["p.md": front + "{{name}} {{place}}\n{{> f}}", "fragments/f.md": "Same."]
    let (one, same) = (try PromptFolder(files), try PromptFolder(files))
    let other = try PromptFolder(files.merging(["fragments/f.md": "Other."]) { $1 })
    defer { for folder in [one, same, other] { folder.remove() } }
    #expect(try one.template("p").digest == same.template("p").digest)
    #expect(try one.template("p").digest != other.template("p").digest)
  }

  @Test func theLibraryReportsEveryMistakeAndKeepsWhatIsSound() throws {
    let sound = front + "{{name}} {{place}}"
    let folder = try PromptFolder(["b.md": sound, "a.md": sound, "x.md": "no", "y.md": "no"])
    defer { folder.remove() }
    let (library, problems) = PromptLibrary.read(folder.path)
    #expect(library.templates.map(\.name) == ["a", "b"])
    #expect(library["b"]?.name == "b")
    #expect(problems.count == 2)
    #expect(throws: ProjectFileError.self) { try PromptLibrary(folder: folder.path) }
    #expect(PromptLibrary.read(folder.path + "/none").problems.count == 1)
  }
}

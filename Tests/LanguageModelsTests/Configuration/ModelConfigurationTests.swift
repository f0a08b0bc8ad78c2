import Foundation
import HTTPTransport
import LanguageModels
import TestSupport
import Testing

@Suite struct ModelConfigurationTests {
  /// A project folder with a `tocsin.yaml`.
  private struct Folder {
    let path = FileManager.default.temporaryDirectory.appending(path: "models-\(UUID().uuidString)").path

    init(_ yaml: String?) throws {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      if let yaml { try write(yaml, to: ModelConfiguration.fileName) }
    }

    func write(_ text: String, to name: String) throws {
      try Data(text.utf8).write(to: URL(filePath: path + "/" + name))
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// `line:column: message` of each mistake.
    var problems: [String] {
      ModelConfiguration.read(projectFolder: path).problems.map { problem in
        "\(problem.line ?? 0):\(problem.column ?? 0): \(problem.message)"
      }
    }
  }

  private static let whole = """
    models:
      large:
        interface: openai
        baseURL: https://models.example/v1/
        model: ops-large
        contextTokens: 128000
        price: {input: 2.5, output: 10}
        keyFromEnvironment: OPS_MODEL_KEY
        maximumOutputTokens: 2000
        deadlineSeconds: 45
        maximumResponseBytes: 1000000
        streaming: true
        proxy: http://proxy.example:3128
        authoritiesFile: certs/inner.pem
        fallback: small
      small:
        interface: ollama
        baseURL: http://127.0.0.1:11434
        model: "small:7b"
        contextTokens: 8192
    modelBudget:
      perIncident: {calls: 5, usd: 0.2}
      perHour: {usd: 3}
    """

  @Test func everythingIsRead() throws {
    let folder = try Folder(Self.whole)
    defer { folder.remove() }
    #expect(folder.problems.isEmpty)
    let configuration = try ModelConfiguration(projectFolder: folder.path)
    #expect(configuration.models.map(\.name) == ["large", "small"])
    let large = try #require(configuration["large"])
    #expect(large.baseURL == "https://models.example/v1" && large.price == TokenPrice(input: 2.5, output: 10))
    #expect(large.key == .environment("OPS_MODEL_KEY") && large.streams && large.deadlineSeconds == 45)
    #expect(large.authoritiesFile == folder.path + "/certs/inner.pem")
    #expect(configuration["small"]?.price == .free)
    #expect(configuration.ladder(from: "large")?.map(\.name) == ["large", "small"])
    #expect(configuration.ladder(from: "huge") == nil)
    #expect(configuration.budget.incident == BudgetLimits(calls: 5, tokens: 200_000, usd: 0.2, seconds: 300))
    #expect(configuration.budget.hour.usd == 3 && configuration.budget.storm == ModelBudget().storm)
  }

  @Test func theExampleOfTheDocumentationIsSound() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let example = try String(contentsOf: root.appending(path: "docs/examples/tocsin.yaml"), encoding: .utf8)
    let folder = try Folder(example)
    defer { folder.remove() }
    #expect(folder.problems.isEmpty)
    let configuration = try ModelConfiguration(projectFolder: folder.path)
    #expect(Set(configuration.models.map(\.interface)) == Set(ChatInterfaceKind.allCases))
  }

  @Test func noFileIsNoModels() throws {
    let folder = try Folder(nil)
    defer { folder.remove() }
    #expect(try ModelConfiguration(projectFolder: folder.path) == ModelConfiguration())
  }

  @Test(arguments: [
    ("modells: {}", "1:1: unknown key “modells”; known are models, modelBudget"),
    ("models:\n  m: {interface: openai, url: x}", "2:26: unknown key “url”"),
    ("models:\n  m: {interface: grpc}", "is missing"),
    ("modelBudget:\n  perIncident: {euros: 1}", "2:17: unknown key “euros”; known are calls, tokens, usd, seconds"),
    ("modelBudget: {perHour: {usd: -1}}", "1:30: “usd” must be a number from"),
    ("models: [a]", "1:9: “models” must hold keys and values"), ("models:\n  Off: {}", "a model's name has at most 40"),
    ("models:\n  off: {interface: openai}", "neither off nor replay"), ("", "this is empty"),
    ("models: {", "this is not YAML"),
  ])
  func mistakesHaveTheirPlace(yaml: String, expected: String) throws {
    let folder = try Folder(yaml)
    defer { folder.remove() }
    #expect(folder.problems.contains { $0.contains(expected) }, "\(folder.problems)")
  }

  private func problems(_ line: String, replacing old: String? = nil) throws -> [String] {
    let entry = """
      models:
        m:
          interface: openai
          baseURL: https://models.example/v1
          model: x
          contextTokens: 8000
          price: {input: 1, output: 1}

      """
    let text = old.map { entry.replacing($0, with: line) } ?? entry + "    \(line)\n"
    let folder = try Folder(text)
    defer { folder.remove() }
    return folder.problems
  }

  @Test(arguments: [
    "key: sk-abcdefghijklmnop", "apiKey: sk-abcdefghijklmnop", "authToken: abcdefghijklmnopqrstuv",
    "keyFromEnvironment: sk-abcdefghijklmnop", "keyFromEnvironment: Bearer abcdefghijklmnop",
    "keyFromFile: sk-abcdefghijklmnop", "keyFromFile: abcdefghijklmnopqrstuv0123456789", "password: abcdefghijklmnop",
  ])
  func aKeyInTheFileIsRefusedAndNotRepeated(line: String) throws {
    let found = try problems(line)
    #expect(found.count == 1 && found[0].hasPrefix("8:"), "\(found)")
    #expect(found.first?.contains("abcdefghijklmnop") == false)
  }

  @Test(arguments: [
    ("baseURL: ftp://x", "baseURL: https://models.example/v1", "4:14: “baseURL” must be http"),
    ("baseURL: https://u:p@x/v1", "baseURL: https://models.example/v1", "4:14: “baseURL” must be http"),
    ("baseURL: https://x/v1?key=1", "baseURL: https://models.example/v1", "4:14: “baseURL” must be http"),
    ("contextTokens: 100", "contextTokens: 8000", "6:20: “contextTokens” must be a whole number from 512"),
    ("contextTokens: 2000", "contextTokens: 8000", "6:20: an answer may have 4000 tokens"),
    ("model: x", "price: {input: 1, output: 1}", "the key “model” is given twice"),
    ("streaming: false", "price: {input: 1, output: 1}", "“price” is missing"),
    ("price: {input: free, output: 1}", "price: {input: 1, output: 1}", "“input” must be a number"),
  ])
  func valuesAreChecked(line: String, old: String, expected: String) throws {
    let found = try problems(line, replacing: old)
    #expect(found.contains { $0.contains(expected) }, "\(found)")
  }

  @Test func moreValuesAreChecked() throws {
    #expect(try problems("proxy: http://u:p@x").contains { $0.contains("“proxy” must be") })
    #expect(try problems("fallback: other").contains { $0.contains("the fallback “other” is no model; known are m") })
    #expect(try problems("fallback: m").contains { $0.contains("lead back") })
    #expect(try problems("keyFromEnvironment: A\n    keyFromFile: ./b").contains { $0.contains("give one of") })
  }

  private func setup(_ line: String, _ environment: [String: String], _ folder: Folder) throws -> ModelSetup {
    ModelSetup(
      try ModelConfiguration(projectFolder: folder.path), timing: .real(seed: 1), environment: { environment[$0] })
  }

  @Test func keysComeFromTheEnvironmentOrAFile() async throws {
    let server = try ChatServer { _, _ in .json(Wire.openAI("ok")) }
    for (line, environment) in [("keyFromEnvironment: MODEL_KEY", ["MODEL_KEY": "k3y"]), ("keyFromFile: key.txt", [:])]
    {
      let folder = try Folder(
        "models:\n  m: {interface: openai, baseURL: \(server.origin), model: x, contextTokens: 9000, "
          + "price: {input: 0, output: 0}, \(line)}")
      defer { folder.remove() }
      try folder.write("k3y\n", to: "key.txt")
      let session = try setup(line, environment, folder).session("m")
      #expect(try await session.model(forIncident: "i").complete(.asking("x")).text == "ok")
    }
    #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer k3y", "Bearer k3y"])
  }

  @Test func whatIsMissingIsNamed() throws {
    let entry = "{interface: ollama, baseURL: http://127.0.0.1:1, model: x, contextTokens: 9000, "
    let folder = try Folder(
      "models:\n  a: \(entry)keyFromEnvironment: MODEL_KEY}\n  b: \(entry)keyFromFile: none/here}\n"
        + "  c: \(entry)authoritiesFile: none.pem}\n  d: \(entry)keyFromFile: empty.txt}")
    defer { folder.remove() }
    try folder.write("two words\n", to: "empty.txt")
    for (name, word) in [
      ("a", "MODEL_KEY is not set"), ("b", "none/here cannot be read"), ("c", "none.pem"), ("d", "more than one word"),
      ("e", "there is no model e"),
    ] {
      let error = #expect(throws: ModelSetupError.self) { try setup("", [:], folder).session(name) }
      #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
      #expect(error?.hint.isEmpty == false)
    }
  }
}

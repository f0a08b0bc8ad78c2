import ConfigurationReading
import Foundation
import IncidentModel
import Testing

@testable import Runbooks

/// The published schema and the reader must not drift apart.
@Suite struct SchemaTests {
  private struct Schema: Decodable {
    var properties: [String: Property]
    var required: [String]
    var additionalProperties: Bool
    var definitions: [String: Schema]?

    enum CodingKeys: String, CodingKey {
      case properties, required, additionalProperties
      case definitions = "$defs"
    }
  }

  private struct Property: Decodable {
    var `enum`: [String]?
    var items: Items?

    struct Items: Decodable { var `enum`: [String]? }

    var choices: [String] { `enum` ?? items?.enum ?? [] }
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private let schema: Schema

  init() throws {
    let data = try Data(contentsOf: Self.root.appending(path: "docs/runbook.schema.json"))
    schema = try JSONDecoder().decode(Schema.self, from: data)
  }

  private func part(_ name: String) throws -> Schema { try #require(schema.definitions?[name]) }

  @Test func theDocumentsExampleIsSound() throws {
    let page = try String(contentsOf: Self.root.appending(path: "docs/runbooks.md"), encoding: .utf8)
    let example = try #require(page.split(separator: "```yaml\n", maxSplits: 1).last?.split(separator: "```").first)
    let folder = try TemporaryFolder()
    try folder.write(String(example), to: "clear-print-spool.yaml")
    #expect(try RunbookLibrary(folder: folder.path).runbooks.map(\.name) == ["clear-print-spool"])
  }

  @Test func listsTheKeysOfTheReader() throws {
    let tables: [(Schema, KeyTable)] = [
      (schema, .runbook), (try part("appliesTo"), .appliesTo), (try part("input"), .input),
      (try part("precondition"), .precondition), (try part("step"), .step), (try part("http"), .http),
      (try part("undo"), .undo), (try part("verification"), .verification), (try part("window"), .window),
      (try part("limits"), .limits), (try part("secret"), .secret),
    ]
    #expect(schema.definitions?.count == tables.count - 1)
    for (part, table) in tables {
      #expect(part.properties.keys.sorted() == table.all.sorted(), "\(table.all)")
      #expect(part.required.sorted() == table.required.sorted(), "\(table.all)")
      #expect(!part.additionalProperties, "\(table.all)")
    }
  }

  @Test func listsTheChoicesOfTheReader() throws {
    func expect<Choice: RawRepresentable & CaseIterable>(
      _ part: Schema, _ key: String, _ type: Choice.Type, without excluded: String? = nil
    ) where Choice.RawValue == String {
      let expected = Choice.allCases.map(\.rawValue).filter { $0 != excluded }
      #expect(part.properties[key]?.choices.sorted() == expected.sorted(), "\(key)")
    }
    expect(try part("appliesTo"), "faults", FaultKind.self, without: "unknown")
    expect(try part("appliesTo"), "roles", ComponentRole.self, without: "unknown")
    expect(try part("appliesTo"), "kinds", ComponentKind.self)
    expect(try part("input"), "type", Runbook.InputType.self)
    expect(try part("input"), "from", Runbook.InputSource.self)
    expect(try part("step"), "kind", Remediation.Step.Kind.self)
    expect(try part("http"), "method", HTTPMethod.self)
    expect(try part("window"), "days", WeeklyWindow.Day.self)
    expect(schema, "blastRadius", Runbook.BlastRadius.self)
    expect(schema, "undoes", Runbook.ChangeKind.self)
    expect(schema, "risk", Remediation.Risk.self)
    expect(schema, "approvals", Runbook.Approvals.self)
  }
}

/// The library that comes with the project.
@Suite struct StarterLibraryTests {
  private let library: RunbookLibrary

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    library = try RunbookLibrary(folder: root.appending(path: "runbooks").path)
  }

  /// Going back is right only where there is something to go back behind.
  @Test(arguments: [FaultKind.code, .config], [nil, "deploy", "config", "flag"] as [String?])
  func noReleaseOrSettingIsTakenBackFirstWithoutARecord(fault: FaultKind, recorded: String?) throws {
    let undoing = ["roll-back-release", "roll-back-configuration", "switch-off-feature", "restore-network-policy"]
    let window = TimeWindow(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 1))
    let evidence = recorded.map { kind in
      Evidence(
        kind: .change, statement: "", query: Evidence.Query(source: "changes", expression: "", window: window),
        digest: "", value: 1, unit: "", change: Evidence.Change(kind: kind, at: window.start, from: "1", to: "2"))
    }
    let hypothesis = Hypothesis(
      id: "H1", component: "api", componentKind: .service, componentRole: .application, metric: nil, fault: fault,
      cause: nil, onset: nil, score: 1, confidence: 0.9, statement: "", propagation: [], channelShares: [],
      evidence: evidence.map { [$0] } ?? [])
    let judged = JudgedHypothesis(hypothesis: hypothesis, critiques: [], confidence: 0.9, isVetoed: false)
    let first = try #require(library.remediations(for: [judged], serviceMap: ServiceMap()).first)
    guard let name = first.runbook, undoing.contains(name) else { return }
    let runbook = try #require(library.runbooks.first { $0.name == name })
    #expect(recorded.map(runbook.undoneChanges.contains) == true)
  }

  @Test func everyFaultAndRoleHasARunbook() {
    let faults = Set(library.runbooks.flatMap(\.appliesTo.faults))
    let roles = Set(library.runbooks.flatMap(\.appliesTo.roles))
    #expect(faults == Set(FaultKind.allCases).subtracting([.unknown]))
    #expect(roles == Set(ComponentRole.allCases).subtracting([.unknown]))
    #expect(library.runbooks.count >= 60)
  }

  /// What is run is a client of something elsewhere: a runbook for a machine must not act on the one that Tocsin is on.
  @Test func nothingActsOnTheMachineThatItRunsOn() {
    let clients: Set = [
      "kubectl", "ssh", "psql", "redis-cli", "patronictl", "rabbitmqctl", "chronyc", "openssl", "curl",
    ]
    for runbook in library.runbooks {
      for step in runbook.steps {
        for action in [step.action, step.undo?.action].compactMap(\.self) {
          guard case .run(let vector) = action else { continue }
          #expect(clients.contains(vector[0]), "\(runbook.name): \(vector[0])")
        }
      }
    }
  }

  @Test(arguments: ["systemctl", "sed", "psql", "redis-cli", "kubectl", "socat", "chronyc", "certbot", "resolvectl"])
  func plainServicesHaveRunbooksToo(program: String) {
    let words = library.runbooks.flatMap(\.steps).flatMap { step -> [String] in
      guard case .run(let vector) = step.action else { return [] }
      return vector.flatMap { $0.split(separator: " ").map(String.init) }
    }
    #expect(words.contains(program))
  }

  @Test func everyFaultOfAnApplicationHasARunbook() {
    for fault in FaultKind.allCases where fault != .unknown {
      let fitting = library.runbooks.filter {
        $0.appliesTo.faults.contains(fault) && $0.appliesTo.roles.contains(.application)
          && $0.appliesTo.kinds.contains(.service)
      }
      #expect(!fitting.isEmpty, "none for \(fault.rawValue)")
    }
  }

  @Test func lookingComesBeforeChanging() {
    // A runbook that begins by changing something needs preconditions to have looked for it.
    for runbook in library.runbooks where runbook.steps.first?.changesSomething == true {
      #expect(!runbook.preconditions.isEmpty, "\(runbook.name)")
    }
  }
}

import Foundation
import IncidentModel
import Testing

@testable import Runbooks

/// Runbooks that are chosen by the cause of a finding, and bound from the object that it names.
@Suite struct RunbookCauseTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let byCause = RunbookText.sound(
    replacing: "  faults: [memory, cpu]\n  roles: [application]\n  kinds: [service]",
    with: "  causes: [node-cordoned, taint-not-tolerated]"
  ).replacing(
    "from: finding.component}", with: "from: finding.component}\n  - {name: place, type: text, from: finding.namespace}"
  )
  .replacing("run: [thingctl, status, \"{{component}}\"]", with: "run: [thingctl, status, -n, \"{{place}}\"]")

  private func judged(
    _ cause: String?, component: ComponentID = "service/cart", object: ClusterObject? = nil, confidence: Double = 0.9
  ) -> JudgedHypothesis {
    let hypothesis = Hypothesis(
      id: "H1", component: component, componentKind: .service, componentRole: .application, metric: nil, fault: .memory,
      cause: cause, object: object, onset: nil, score: 1, confidence: confidence, statement: "", propagation: [],
      channelShares: [], evidence: [])
    return JudgedHypothesis(hypothesis: hypothesis, critiques: [], confidence: confidence, isVetoed: false)
  }

  private func library(_ texts: [String: String]) throws -> RunbookLibrary {
    let folder = try TemporaryFolder()
    for (name, text) in texts {
      try folder.write(text.replacing("name: restart-thing", with: "name: \(name)"), to: "\(name).yaml")
    }
    return try RunbookLibrary(folder: folder.path)
  }

  @Test func theCauseOfAnObjectDecidesAndNotTheKindOfFault() throws {
    let library = try library(["general": RunbookText.sound, "special": Self.byCause])
    let object = ClusterObject(kind: "deployment", namespace: "shop", name: "cart")
    let advice = library.remediations(for: [judged("node-cordoned", object: object)], serviceMap: ServiceMap())
    #expect(advice.map(\.runbook) == ["special"])
    #expect(advice[0].reason.contains("Fits the cause node-cordoned"))
    #expect(advice[0].steps[0].arguments == ["thingctl", "status", "-n", "shop"])
    for other in [nil, "out-of-memory-killed"] {
      let advice = library.remediations(for: [judged(other)], serviceMap: ServiceMap())
      #expect(advice.map(\.runbook) == ["general"])
    }
    let unsure = library.remediations(for: [judged("node-cordoned", confidence: 0.2)], serviceMap: ServiceMap())
    #expect(unsure.map(\.runbook) == [nil])
  }

  @Test func whatTheFindingDoesNotNameIsLeftToTheReviewer() throws {
    let library = try library(["special": Self.byCause])
    let node = ClusterObject(kind: "node", namespace: nil, name: "n1")
    let advice = library.remediations(for: [judged("node-cordoned", object: node)], serviceMap: ServiceMap())
    #expect(advice[0].steps[0].arguments == ["thingctl", "status", "-n", "<place>"])
    let quota = ClusterObject(kind: "resourcequota", namespace: "shop", name: "limits")
    let namespace = library.remediations(
      for: [judged("node-cordoned", component: "namespace/shop", object: quota)], serviceMap: ServiceMap())
    #expect(namespace[0].steps[0].arguments == ["thingctl", "status", "-n", "shop"])
  }

  @Test func theSameWordWithoutAnObjectFitsNoCommandForAnObject() throws {
    let advice = try library(["special": Self.byCause]).remediations(
      for: [judged("node-cordoned")], serviceMap: ServiceMap())
    #expect(advice.map(\.runbook) == [nil])
  }

  @Test(arguments: [
    ("causes: [node-cordoned, taint-not-tolerated]", "causes: [Node Cordoned]", "a cause is a slug"),
    ("causes: [node-cordoned, taint-not-tolerated]", "causes: [a-b, a-b]", "is listed twice"),
    ("causes: [node-cordoned, taint-not-tolerated]", "causes: []", "must not be empty"),
    ("causes: [node-cordoned, taint-not-tolerated]", "causes: [a-b]\n  faults: [cpu]", "not both"),
    ("causes: [node-cordoned, taint-not-tolerated]", "faults: [cpu]", "“roles” is missing"),
  ])
  func saysWhatIsWrongWithCauses(part: String, replacement: String, message: String) {
    let (runbook, problems) = RunbookReader.read(
      Self.byCause.replacing(part, with: replacement), file: "restart-thing.yaml")
    #expect(runbook == nil)
    #expect(problems.contains { $0.message.contains(message) }, "\(problems)")
  }

  /// Each change to a cluster is first shown to the server without being made, and says how it is taken back or that
  /// it cannot be.
  @Test func clusterRunbooksTryBeforeTheyChange() throws {
    let library = try RunbookLibrary(folder: Self.root.appending(path: "runbooks").path)
    let books = library.runbooks.filter { !$0.appliesTo.causes.isEmpty }
    #expect(books.count >= 25)
    for book in books {
      var tried: Set<[String]> = []
      for step in book.steps {
        guard case .run(let arguments) = step.action else { continue }
        #expect(arguments[0] == "kubectl", "\(book.name)")
        if arguments.last == "--dry-run=server" {
          #expect(!step.changesSomething)
          tried.insert(Array(arguments.dropLast()))
        } else if step.changesSomething {
          #expect(tried.contains(arguments), "\(book.name): \(step.title)")
        }
      }
      let lacksUndo = book.steps.contains { $0.changesSomething && $0.undo == nil }
      #expect(!(lacksUndo && book.isReversible), "\(book.name)")
      if book.risk == .high { #expect(book.approvals == .two, "\(book.name)") }
    }
  }
}

import Foundation
import IncidentModel
import TestSupport

@testable import RunbookExecution
@testable import Runbooks

/// A review desk in a folder of the test's own, with a wall clock and answers to queries that the test sets.
final class DeskFixture: Sendable {
  let folder: String
  let now = Guarded(Timestamp(seconds: 1_772_334_000)!)
  /// What queries say; a query that is not here has no answer.
  let answers = Guarded<[String: Bool]>([:])
  let written = Guarded<[DeskEntry]>([])

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/desk-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder + "/runbooks", withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path(name)))
  }

  func text(_ name: String) -> String { (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? "" }

  func lines(_ name: String) -> [String] { text(name).split(separator: "\n").map(String.init) }

  func advance(_ seconds: Double) { now.withLock { $0 = $0.advanced(bySeconds: seconds) } }

  /// A program of the test's own.
  func script(_ name: String, _ body: String) throws -> String {
    try write("#!/bin/sh\n" + body + "\n", to: name)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path(name))
    return path(name)
  }

  func runbook(_ name: String = "mend") throws -> Runbook {
    try RunbookLibrary(folder: folder + "/runbooks").runbooks.first { $0.name == name }!
  }

  func writeRunbook(
    _ name: String = "mend", inputs: String = "", preconditions: String = "", steps: String,
    verification: String = "{says: It works., query: works, withinSeconds: 600}", terms: String = "cooldownSeconds: 0",
    risk: String = "low", reversible: Bool = false, approvals: String = "one"
  ) throws {
    try write(
      """
      name: \(name)
      title: Mend it
      purpose: For tests.
      owner: tests
      appliesTo: {faults: [memory], roles: [application], kinds: [service], minimumConfidence: 0.5}
      \(inputs.isEmpty ? "" : "inputs:\n\(inputs)")
      \(preconditions.isEmpty ? "" : "preconditions:\n\(preconditions)")
      steps:
      \(steps)
      expectedEffect: It works.
      verification: \(verification)
      blastRadius: component
      risk: \(risk)
      reversible: \(reversible)
      approvals: \(approvals)
      \(terms)

      """, to: "runbooks/\(name).yaml")
  }

  /// - Parameter pace: waiting takes no time where it is the default.
  func desk(_ guardrails: Guardrails = Guardrails(), pace: Pace? = nil) throws -> ReviewDesk {
    let (now, answers, written, folder) = (now, answers, written, folder)
    let waited = Guarded(0.0)
    var instant = Pace.real
    instant.seconds = { waited.withLock { $0 } }
    instant.pause = { seconds in
      try Task.checkCancellation()
      waited.withLock { $0 += seconds }
    }
    var around = ReviewDesk.Surroundings(now: { now.withLock { $0 } }, pace: pace ?? instant)
    around.stopPollSeconds = 0.05
    around.queries = QuerySource { query in
      guard let answer = answers.withLock({ $0[query] }) else { throw DeskError(.unavailable, "the source is down") }
      return answer
    }
    return try ReviewDesk(
      folder: folder + "/desk", guardrails: guardrails, around: around,
      runbook: { name in try RunbookLibrary(folder: folder + "/runbooks").runbooks.first { $0.name == name } },
      observe: { entry in written.withLock { $0.append(entry) } })
  }

  func proposal(
    _ runbook: Runbook, inputs: [String: String] = [:], incident: String = "I1", finding: String = "f1",
    component: ComponentID = "api", confidence: Double? = 0.8
  ) throws -> Proposal {
    var proposal = try Proposal(runbook, inputs: inputs, askedBy: "test")
    proposal.incident = incident
    proposal.findingDigest = finding
    (proposal.component, proposal.components) = (component, [component])
    proposal.confidence = confidence
    return proposal
  }

  /// Proposed and approved by one person.
  func approved(_ desk: ReviewDesk, _ proposal: Proposal) async throws -> ProposalID {
    let id = try await desk.propose([proposal])[0].proposal.id
    try await desk.approve(id, by: "ann")
    return id
  }
}

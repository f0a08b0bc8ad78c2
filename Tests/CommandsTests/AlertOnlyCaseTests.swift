import Commands
import Foundation
import Testing

/// The example of docs/alert-only.md from the command line: alerts and a topology, and nothing else.
@Suite struct AlertOnlyCaseTests {
  private static let example = Workspace.project + "/docs/examples/alerts-only"

  private struct Report {
    var document: [String: Any]
    var text: String

    var finding: [String: Any]? { (document["findings"] as? [[String: Any]])?.first }
    var incident: [String: Any]? { document["incident"] as? [String: Any] }
    var statements: [String] {
      (finding?["evidence"] as? [[String: Any]] ?? []).compactMap { $0["statement"] as? String }
    }
  }

  /// - Parameter edit: changes the copy of the example before it is investigated.
  private func investigate(_ edit: (Workspace) throws -> Void = { _ in }) async throws -> Report {
    let workspace = try Workspace()
    defer { workspace.remove() }
    try FileManager.default.copyItem(atPath: Self.example, toPath: workspace.path("case"))
    try edit(workspace)
    for format in ["json", "terminal"] {
      let status = await workspace.run(
        "investigate", workspace.path("case"), "--format", format, "--output", workspace.path(format))
      #expect(status == 0)
    }
    let document = try JSONSerialization.jsonObject(with: Data(try workspace.text("json").utf8))
    return Report(document: try #require(document as? [String: Any]), text: try workspace.text("terminal"))
  }

  private func rewrite(_ file: String, in workspace: Workspace, _ edit: (String) -> String) throws {
    let text = try workspace.text("case/\(file)")
    try Data(edit(text).utf8).write(to: URL(filePath: workspace.path("case/\(file)")))
  }

  @Test func theAnswerIsFull() async throws {
    let report = try await investigate()
    #expect(report.document["outcome"] as? String == "cause-found")
    #expect((report.document["ranking"] as? [String])?.first == "payment")
    #expect(report.finding?["fault"] as? String == "memory")
    // Before the alert that paged: with the first that belongs to it.
    #expect(report.incident?["onset"] as? String == "2026-03-01T12:40:00Z")
    #expect(report.finding?["onset"] as? String == "2026-03-01T12:40:00Z")
    #expect(
      report.statements.first?.hasPrefix("PodMemoryHigh at 3 of 3 replicas of payment, at the onset (fired in 0 of ")
        == true)
    #expect((report.document["findings"] as? [Any])?.count ?? 0 > 1)
    #expect((report.document["blindSpots"] as? [String])?.isEmpty == false)
    #expect(report.text.contains("payment"))
  }

  @Test func theOnsetIsFoundWhereNobodySaysIt() async throws {
    let report = try await investigate { workspace in
      try rewrite("case.yaml", in: workspace) { text in
        text.split(separator: "\n").filter { !$0.hasPrefix("alertedAt") && !$0.hasPrefix("symptom") }
          .joined(separator: "\n") + "\n"
      }
    }
    #expect(report.incident?["onset"] as? String == "2026-03-01T12:40:00Z")
    #expect((report.document["ranking"] as? [String])?.first == "payment")
  }

  /// What fires every hour fired an hour ago as well.
  @Test func aQuietWindowWithAHistoryHasNoCause() async throws {
    let report = try await investigate { workspace in
      try rewrite("alerts.jsonl", in: workspace) { text in
        text.split(separator: "\n").filter { !$0.contains("2026-03-01T12:4") }.joined(separator: "\n") + "\n"
      }
    }
    #expect(report.document["outcome"] as? String == "healthy")
    #expect((report.document["findings"] as? [Any])?.isEmpty == true)
  }
}

import Foundation
import IncidentModel
import TestSupport
import Testing

@testable import IncidentServer

/// Sources that are slow, in the way or wrong: the incident has its answer all the same.
@Suite(.timeLimit(.minutes(5))) struct SourceTests {
  enum Fault: String, CaseIterable, Sendable {
    case trickles, hangs, refuses, floods, nonsense, resets
  }

  private func server(_ fault: Fault) throws -> LoopbackServer {
    try LoopbackServer { _, connection in
      switch fault {
      case .trickles:
        connection.beginChunks()
        for _ in 0..<1_000 where connection.sendChunk(" ") { usleep(20_000) }
      case .hangs: connection.waitForClose()
      case .refuses: connection.answer(503, "")
      case .floods:
        connection.beginChunks()
        let much = String(repeating: "x", count: 1 << 20)
        for _ in 0..<100 { guard connection.sendChunk(much) else { break } }
      case .nonsense: connection.answer(200, "<html>welcome</html>")
      case .resets: connection.reset()
      }
      return false
    }
  }

  @Test(arguments: Fault.allCases) func anIncidentEndsInAnAnswer(fault: Fault) async throws {
    let source = try server(fault)
    defer { source.stop() }
    var configuration = ServerConfiguration()
    var settings = LiveSource.Settings(name: "metrics", kind: .prometheus, url: source.origin)
    settings.deadlineSeconds = 1
    settings.maximumResponseBytes = 1 << 20
    configuration.sources = [settings]
    let harness = try await ServerHarness(configuration)
    defer { harness.remove() }
    let alert = ServerHarness.alert(["alertname": "Slow", "service": "web"])
    #expect(try await harness.send(.post, "/api/v2/alerts", "[\(alert)]").status == 200)
    harness.clock.advance(bySeconds: 2)
    try await harness.until("there is a verdict") {
      try await harness.server.queries.incident("INC-1")?.item.verdict != nil
    }
    let report = try #require(try await harness.server.queries.incident("INC-1")?.report)
    #expect(report.blindSpots.contains { $0.hasPrefix("metrics gave nothing: ") }, "\(report.blindSpots)")
    #expect(await harness.server.queries.health().parts.contains { $0.name == "metrics" && !$0.isWell })
    await harness.stop()
  }
}

import Foundation
import IncidentModel
import Telemetry
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
    configuration.sources = LiveSource.Settings.Kind.allCases.map { kind in
      var settings = LiveSource.Settings(name: kind.rawValue, kind: kind, url: source.origin)
      settings.deadlineSeconds = 2
      settings.maximumResponseBytes = 8 << 20
      return settings
    }
    let harness = try await ServerHarness(configuration)
    defer { harness.remove() }
    let alert = ServerHarness.alert(["alertname": "Slow", "service": "web"])
    #expect(try await harness.send(.post, "/api/v2/alerts", "[\(alert)]").status == 200)
    harness.clock.advance(bySeconds: 2)
    try await harness.until("there is a verdict") {
      try await harness.server.queries.incident("INC-1")?.item.verdict != nil
    }
    let report = try #require(try await harness.server.queries.incident("INC-1")?.report)
    for kind in LiveSource.Settings.Kind.allCases {
      #expect(
        report.blindSpots.contains { $0.hasPrefix("\(kind.rawValue) gave nothing: ") },
        "\(kind.rawValue): \(report.blindSpots)")
      #expect(await harness.server.queries.health().parts.contains { $0.name == kind.rawValue && !$0.isWell })
    }
    await harness.stop()
  }

  /// What a source of logs and one of traces say is judged together with what was pushed, and kept with the incident.
  @Test func whatSeveralSourcesSayIsOneCase() async throws {
    let end = Timestamp(nanoseconds: 1_795_600_000_000_000_000)
    let source = try LoopbackServer { request, connection in
      let at = end.nanoseconds - 60_000_000_000
      let body =
        switch request.path {
        case "/loki/api/v1/labels": #"{"status":"success","data":["service_name"]}"#
        case "/loki/api/v1/query_range":
          #"{"status":"success","data":{"resultType":"streams","result":[{"stream":{"service_name":"payment"},"#
            + #""values":[["\#(at)","level=error out of memory"]]}]}}"#
        case "/api/services": #"{"data":["checkout"]}"#
        case "/api/traces":
          #"{"data":[{"traceID":"t","spans":[{"traceID":"t","spanID":"a","operationName":"POST /pay","references":[],"#
            + #""startTime":\#(at / 1000),"duration":5000,"tags":[],"processID":"p1"}],"#
            + #""processes":{"p1":{"serviceName":"checkout"}}}]}"#
        default: #"{"data":[]}"#
        }
      connection.answer(200, body)
      return true
    }
    defer { source.stop() }
    var configuration = ServerConfiguration()
    let isAdded = ["loki", "jaeger", "oracle"].map { configuration.addSource("\($0)=\(source.origin)") }
    #expect(isAdded == [true, true, false])
    let harness = try await ServerHarness(configuration, clock: TestClock(end))
    defer { harness.remove() }
    let alert = ServerHarness.alert(["alertname": "Slow", "service": "checkout"])
    #expect(try await harness.send(.post, "/api/v2/alerts", "[\(alert)]").status == 200)
    harness.clock.advance(bySeconds: 2)
    try await harness.until("there is a verdict") {
      try await harness.server.queries.incident("INC-1")?.item.verdict != nil
    }
    let kept = try CaseFolderAdapter(folder: harness.folder + "/incidents/INC-1/1")
    let telemetry = try kept.read(try #require(try kept.cases().first), options: ReadOptions())
    #expect(telemetry.logs.componentNames == ["payment"])
    #expect(telemetry.logs.severities.allSatisfy { $0 == .error })
    #expect(telemetry.spans.count == 1, "the same trace was found in every part of the window")
    await harness.stop()
  }
}

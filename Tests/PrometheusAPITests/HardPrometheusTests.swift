import HTTPTransport
import IncidentModel
import PrometheusAPI
import Telemetry
import TestSupport
import Testing

/// Servers that are wrong, slow or in the way.
@Suite(.timeLimit(.minutes(2))) struct HardPrometheusTests {
  private let window = TimeWindow(
    start: Timestamp(nanoseconds: 1_000_000_000_000), end: Timestamp(nanoseconds: 2_000_000_000_000))

  private func read(
    deadlineSeconds: Double = 20, _ script: @escaping @Sendable (LoopbackServer.Request, Connection) -> Bool
  ) async throws -> TelemetryWindow {
    let server = try LoopbackServer(script)
    defer { server.stop() }
    let client = PrometheusClient(
      server.origin, bearerToken: "5ecret", deadlineSeconds: deadlineSeconds, maximumResponseBytes: 1 << 20)
    return try await PrometheusReading(client).read(window)
  }

  private static func names(_ names: String) -> String { #"{"status":"success","data":[\#(names)]}"# }

  @Test(arguments: [
    (401, "", PrometheusError.Kind.notAllowed), (404, "<html>", .notServed), (503, "", .unavailable(status: 503)),
    (422, #"{"status":"error","error":"too many samples"}"#, .refused(status: 422)), (200, "<html>", .malformed),
    (200, #"{"status":"success"}"#, .malformed), (200, #"{"data":[1]}"#, .malformed), (200, "", .malformed),
  ]) func anAnswerThatIsNoneIsAnError(_ status: Int, _ body: String, _ kind: PrometheusError.Kind) async throws {
    await #expect {
      try await read { _, connection in
        connection.answer(status, body)
        return true
      }
    } throws: { error in
      let text = "\(error)"
      return (error as? PrometheusError)?.kind == kind && !text.contains("5ecret")
        && (status != 422 || text.contains("too many samples"))
    }
  }

  @Test func oneQueryThatFailsIsABlindSpot() async throws {
    let names = (0..<30).map { "\"m\($0)_cpu\"" }.joined(separator: ",")
    let telemetry = try await read { request, connection in
      if request.path.hasSuffix("values") {
        connection.answer(200, Self.names(names))
      } else if request.query["query"]?.contains("m0_cpu") ?? false {
        connection.answer(
          200,
          #"{"data":{"resultType":"matrix","result":[{"metric":{"__name__":"m0_cpu","job":"a|b"},"values":[[1500.1,"1"],[1500.1,"2"],[1400,"3"],[1501.25,"+Inf"],[1502,"NaN"]]},{"metric":{"job":"x"},"histograms":[[1,{}]]}]}}"#
        )
      } else {
        connection.answer(500, "")
      }
      return true
    }
    #expect(telemetry.metrics.map(\.key.description) == ["a/b|m0_cpu"])
    #expect(telemetry.metrics.first?.times == [1_500_100_000_000, 1_501_250_000_000, 1_502_000_000_000])
    #expect(telemetry.metrics.first?.values.map(\.description) == ["1.0", "nan", "nan"])
    #expect(telemetry.blindSpots.contains { $0.contains("queries failed") })
  }

  @Test func aServerThatSendsNothingEndsAtTheDeadline() async throws {
    await #expect {
      try await read(deadlineSeconds: 0.3) { _, connection in
        connection.waitForClose()
        return false
      }
    } throws: { ($0 as? PrometheusError)?.kind == .unreachable(.deadline) }
  }

  @Test func anAnswerBeyondTheLimitIsNotKept() async throws {
    let many = String(repeating: "\"x\",", count: 400_000) + "\"y\""
    await #expect {
      try await read { _, connection in
        connection.answer(200, Self.names(many))
        return true
      }
    } throws: { ($0 as? PrometheusError)?.kind == .unreachable(.tooLarge) }
  }

  @Test(
    arguments: [
      ("HighLatency", "HighLatency", [:]), (" High Latency {} ", "High Latency", [:]),
      (#"A{b="c", d = "e\"f"}"#, "A", ["b": "c", "d": "e\"f"]),
    ] as [(String, String, [String: String])]) func selectorsAreRead(
      _ text: String, _ name: String, _ labels: [String: String]
    )
  {
    let selector = AlertSelector(text)
    #expect(selector?.name == name && selector?.labels == labels)
  }

  @Test(arguments: ["", "{}", "A{b=c}", "A{b=\"c\"", "A{b=\"c\" d}", "A}"]) func whatIsNoSelectorIsRefused(
    _ text: String
  ) {
    #expect(AlertSelector(text) == nil)
  }
}

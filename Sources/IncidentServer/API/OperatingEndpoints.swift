import Hummingbird
import IncidentModel
import ModelContext
import TextReading

/// What keeps the server running and tells others how it does, and the Model Context Protocol.
struct OperatingEndpoints: Sendable {
  let queries: ServerQueries
  let metrics: ServerMetrics
  let intake: Intake
  let health: StoreHealth
  let signals: ChangeSignals
  let context: ContextServer
  let version: String

  var endpoints: [Endpoint] {
    [
      Endpoint(.get, "/healthz", .open, "Say whether the process lives.", answerType: "text/plain") { _, _ in
        .text("ok\n")
      },
      Endpoint(
        .get, "/readyz", .open, "Say whether intake accepts what comes, and why not.", answerType: "text/plain",
        failures: [.serviceUnavailable]
      ) { _, _ in
        let view = await queries.health()
        guard !view.isReady else { return .text("ready\n") }
        let reasons = view.parts.filter { !$0.isWell }.map { "\($0.name): \($0.statement)" }
        throw Problem(.serviceUnavailable, reasons.joined(separator: "; "), retryAfterSeconds: 5)
      },
      Endpoint(
        .get, "/metrics", .role(.viewer), "Show what the server counts, for Prometheus.", answerType: "text/plain"
      ) { _, _ in
        let load = intake.gate.current
        metrics.set(.waitingRequests, to: Double(load.requestCount))
        metrics.set(.waitingBytes, to: Double(load.bytes))
        metrics.set(.followers, to: Double(signals.subscriberCount))
        metrics.set(.storeIsWell, to: health.current == nil ? 1 : 0)
        return .text(metrics.exposition(version: version), type: "text/plain; version=0.0.4; charset=utf-8")
      },
      Endpoint(
        .post, "/mcp", .role(.viewer), "Answer one message of the Model Context Protocol.",
        bodyTypes: ["application/json"], body: "Document", answer: "Document",
        failures: [.badRequest, .contentTooLarge]
      ) { request, _ in try await answer(request) },
    ]
  }

  private func answer(_ request: Request) async throws -> Response {
    var message: [UInt8] = []
    for try await part in request.body {
      guard message.count + part.readableBytes <= ContextServer.maximumMessageBytes else {
        return .json(text: ContextServer.tooLong.text, status: .contentTooLarge)
      }
      message += part.readableBytesView
    }
    let headers = ContextServer.Headers(
      protocolVersion: request.header("MCP-Protocol-Version"), method: request.header("Mcp-Method"),
      name: request.header("Mcp-Name"))
    guard let answer = await context.answer(message, headers: headers) else { return Response(status: .accepted) }
    let status: HTTPResponse.Status =
      switch answer.error {
      case .headerMismatch, .parseError, .invalidRequest, .unsupportedVersion: .badRequest
      case .unknownMethod: .notFound
      default: .ok
      }
    return .json(text: answer.text, status: status)
  }
}

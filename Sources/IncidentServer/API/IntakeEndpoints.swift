import Hummingbird
import IncidentModel
import Telemetry
import TextReading

/// Where monitors send what they have. Every path also exists below `/intake/{secret}`, for senders that can be given an
/// address and nothing else.
struct IntakeEndpoints: Sendable {
  let intake: Intake
  let body: IntakeBody
  let telemetryBody: IntakeBody
  let metrics: ServerMetrics

  var endpoints: [Endpoint] {
    let plain = alertEndpoints + changeEndpoints + telemetryEndpoints
    return plain
      + plain.map { endpoint in
        var endpoint = endpoint
        endpoint.path = "/intake/{secret}" + endpoint.path
        endpoint.parameters.append(
          Endpoint.Parameter(name: "secret", place: .path, description: "The secret of the webhooks."))
        return endpoint
      }
  }

  private static let failures: [HTTPResponse.Status] = [
    .badRequest, .contentTooLarge, .unsupportedMediaType, .tooManyRequests, .serviceUnavailable,
  ]

  private func alerts(
    _ path: String, _ format: AlertFormat, _ summary: String, status: HTTPResponse.Status = .ok,
    answer: @escaping @Sendable ([UInt8]) -> String
  ) -> Endpoint {
    Endpoint(
      .post, path, .intake, summary, bodyTypes: ["application/json"], body: Self.schema(format),
      answer: format == .pagerDuty ? "PagerDutyAnswer" : "Acknowledgement", status: status, failures: Self.failures
    ) { request, context in
      let bytes = try await body.read(request, context) { bytes in
        format == .pagerDuty ? (try? PagerDutyEvent(bytes))?.routingKey : nil
      }
      do {
        try await intake.accept(format, bytes)
      } catch let problem as Problem {
        if problem.status != .badRequest { metrics.count(.alertsRefused) }
        throw problem
      }
      return .json(text: answer(bytes), status: status)
    }
  }

  private static func schema(_ format: AlertFormat) -> String {
    switch format {
    case .alertmanager: "PostedAlerts"
    case .webhook: "Webhook"
    case .pagerDuty: "PagerDutyEvent"
    // What happens to the desk comes from routes of its own.
    case .desk: ""
    }
  }

  private var alertEndpoints: [Endpoint] {
    [
      alerts(
        "/api/v2/alerts", .alertmanager, "Take alerts as an Alertmanager takes them from a Prometheus.",
        answer: { _ in "{}" }),
      alerts("/hooks/alertmanager", .webhook, "Take a webhook of Alertmanager, version 4.", answer: { _ in "{}" }),
      alerts("/hooks/grafana", .webhook, "Take a webhook of Grafana's alerting.", answer: { _ in "{}" }),
      alerts(
        "/v2/enqueue", .pagerDuty, "Take an event of PagerDuty's Events API v2.", status: .accepted,
        answer: { bytes in
          let key = (try? PagerDutyEvent(bytes))?.key ?? ""
          let value: JSONValue = [
            "status": "success", "message": "Event processed", "dedup_key": .string(key),
          ]
          return value.text
        }),
    ]
  }

  private func changes(
    _ path: String, _ types: [String], body schema: String, _ summary: String,
    status: HTTPResponse.Status = .accepted,
    secretInBody: @escaping @Sendable ([UInt8]) -> String? = { _ in nil },
    read: @escaping @Sendable ([UInt8], Request, Timestamp) throws -> [ReceivedChange]
  ) -> Endpoint {
    Endpoint(
      .post, path, .intake, summary, bodyTypes: types, body: schema, answer: "ChangeAnswer", status: status,
      failures: Self.failures
    ) { request, context in
      let bytes = try await body.read(request, context, secretInBody: secretInBody)
      let fresh = try await intake.accept { try read(bytes, request, $0) }
      metrics.count(.changesReceived, by: fresh)
      let value: JSONValue = ["status": "success", "message": "Change event processed", "new": .number(Double(fresh))]
      return .json(text: value.text, status: status)
    }
  }

  private var changeEndpoints: [Endpoint] {
    [
      changes(
        "/v2/change/enqueue", ["application/json"], body: "PagerDutyChange",
        "Take a change event of PagerDuty's Events API v2.",
        secretInBody: { (try? PagerDutyEvent($0))?.routingKey },
        read: { bytes, _, at in [try PagerDutyEvent(bytes).change(at: at)] }),
      changes(
        "/hooks/cloudevents",
        ["application/cloudevents+json", "application/cloudevents-batch+json", "application/json"],
        body: "CloudEvents", "Take changes as CloudEvents 1.0: structured, binary or in a batch."
      ) { bytes, request, at in
        guard request.header("ce-specversion") != nil else { return try ChangeBodies.cloudEvents(bytes, at: at) }
        return [try ChangeBodies.cloudEvent(bytes, attribute: { request.header("ce-\($0)") }, at: at)]
      },
      changes("/hooks/changes", ["application/json"], body: "Changes", "Take changes in plain JSON.") { bytes, _, at in
        try ChangeBodies.plain(bytes, at: at)
      },
    ]
  }

  private var telemetryEndpoints: [Endpoint] {
    ["logs", "traces", "metrics"].map { kind in
      Endpoint(
        .post, "/v1/\(kind)", .intake, "Take \(kind) over OTLP/HTTP in JSON.", bodyTypes: ["application/json"],
        body: "Document", answer: "Acknowledgement", failures: Self.failures
      ) { request, context in
        guard request.headers[.contentType]?.hasPrefix("application/x-protobuf") != true else {
          throw Problem(.unsupportedMediaType, "send OTLP as JSON: OTEL_EXPORTER_OTLP_PROTOCOL=http/json")
        }
        let bytes = try await telemetryBody.read(request, context)
        try await intake.acceptTelemetry(bytes)
        metrics.count(.telemetryBytes, by: bytes.count)
        return .json(text: "{}")
      }
    }
  }
}

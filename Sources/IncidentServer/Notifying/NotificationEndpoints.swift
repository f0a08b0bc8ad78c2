import AlertDesk
import Hummingbird
import IncidentModel

/// What was told to whom, and how to say that somebody is on it.
struct NotificationEndpoints: Sendable {
  let store: ServerStore
  let loop: IncidentLoop
  let audit: AuditLog
  let now: @Sendable () -> Timestamp

  var endpoints: [Endpoint] {
    [
      Endpoint(
        .get, "\(ReadEndpoints.base)/notifications", .role(.viewer), "List messages to receivers, newest first.",
        parameters: [
          Endpoint.Parameter(name: "limit", kind: .integer(1...1_000), description: "At most so many.")
        ], answer: "Notifications"
      ) { request, _ in
        let limit = try QueryReading(request).integer("limit", in: 1...1_000) ?? 100
        return try .tagged(ViewPage(items: try await store.messages(limit: limit)), for: request)
      },
      Endpoint(
        .post, "\(ReadEndpoints.base)/incidents/{id}/acknowledge", .role(.responder),
        "Take on all that fires in an incident, so that it is not escalated.",
        parameters: [Endpoint.Parameter(name: "id", place: .path, description: "The incident, for example INC-1.")],
        answer: "TakenOn", status: .accepted, failures: [.notFound, .serviceUnavailable]
      ) { _, context in
        let id = try context.parameters.require("id")
        guard let number = IncidentRecord.number(id),
          try await loop.acknowledge(incident: number, by: context.caller?.name ?? "")
        else { throw Problem.notFound("incident \(id.prefix(40)) that goes on") }
        return try await acknowledged(id, "incident", context)
      },
      Endpoint(
        .post, "\(ReadEndpoints.base)/alerts/{fingerprint}/acknowledge", .role(.responder),
        "Take on an alert, so that it is not escalated.",
        parameters: [
          Endpoint.Parameter(name: "fingerprint", place: .path, description: "Sixteen hexadecimal digits.")
        ],
        answer: "TakenOn", status: .accepted, failures: [.notFound, .serviceUnavailable]
      ) { _, context in
        let text = try context.parameters.require("fingerprint")
        guard let fingerprint = Fingerprint(text),
          try await loop.acknowledge(fingerprint, by: context.caller?.name ?? "")
        else { throw Problem.notFound("alert \(text.prefix(40))") }
        return try await acknowledged(text, "alert", context)
      },
    ]
  }

  private func acknowledged(_ subject: String, _ kind: String, _ context: ServerContext) async throws -> Response {
    let taken = TakenOn(subject: subject, kind: kind, by: context.caller?.name ?? "", at: now())
    try await audit.append(
      AuditLog.Entry(
        at: taken.at, actor: taken.by, action: "\(kind).acknowledge", subject: subject, detail: ""))
    return try .json(taken, status: .accepted)
  }

  /// That somebody is on it.
  struct TakenOn: Sendable, Hashable, Codable {
    var subject: String
    /// `incident` or `alert`.
    var kind: String
    var by: String
    var at: Timestamp
  }
}

import AlertDesk
import Hummingbird
import IncidentModel
import Reporting

/// What can be read of incidents, alerts and the rest, and the two things that a responder can do to an incident.
struct ReadEndpoints: Sendable {
  let queries: ServerQueries
  let loop: IncidentLoop
  let audit: AuditLog
  let now: @Sendable () -> Timestamp

  var endpoints: [Endpoint] { incidentEndpoints + partEndpoints + alertEndpoints + otherEndpoints }

  static let base = "/api/v1"
  private static let identifier = Endpoint.Parameter(
    name: "id", place: .path, description: "The incident.", example: "INC-1")

  private static func limit(_ most: Int) -> Endpoint.Parameter {
    Endpoint.Parameter(name: "limit", kind: .integer(1...most), description: "At most so many.")
  }

  // MARK: - Incidents

  private var incidentEndpoints: [Endpoint] {
    [
      Endpoint(
        .get, "\(Self.base)/incidents", .role(.viewer), "List incidents, newest first.",
        parameters: [
          Endpoint.Parameter(
            name: "state", kind: .choice(IncidentState.allCases.map(\.rawValue)), description: "Only these."),
          Endpoint.Parameter(name: "service", description: "Only those that name this service."),
          Endpoint.Parameter(
            name: "cursor", kind: .integer(1...Int.max),
            description: "Where the list goes on: `nextCursor` of the page before."),
          Self.limit(500),
        ], answer: "Incidents"
      ) { request, _ in
        let query = QueryReading(request)
        var filter = IncidentFilter(
          service: query.text("service"), before: try query.integer("cursor", in: 1...Int.max),
          limit: try query.integer("limit", in: 1...500) ?? 50)
        if let state: IncidentState = try query.choice("state") { filter.states = [state] }
        return try .tagged(try await queries.incidents(filter), for: request)
      },
      Endpoint(
        .get, "\(Self.base)/incidents/{id}", .role(.viewer), "Show one incident with its report and its alerts.",
        parameters: [Self.identifier], answer: "IncidentDetail"
      ) { request, context in
        var detail = try await detail(context)
        detail.entries = []
        return try .tagged(detail, for: request)
      },
      Endpoint(
        .post, "\(Self.base)/incidents/{id}/resolve", .role(.responder), "Say that an incident is over.",
        parameters: [Self.identifier], answer: "Incident", failures: [.conflict]
      ) { request, context in
        let id = try identifier(context)
        guard let number = IncidentRecord.number(id), try await queries.incident(id) != nil else {
          throw Problem.notFound("incident \(id.prefix(40))")
        }
        guard await loop.resolve(number) else { throw Problem(.conflict, "\(id) is over already") }
        try await audit.append(
          AuditLog.Entry(
            at: now(), actor: context.caller?.name ?? "", action: "incident.resolve", subject: id, detail: ""))
        var detail = try await detail(context)
        detail.entries = []
        return try .json(detail.item)
      },
    ]
  }

  private func identifier(_ context: ServerContext) throws -> String { try context.parameters.require("id") }

  private func detail(_ context: ServerContext) async throws -> IncidentDetail {
    let id = try identifier(context)
    guard let detail = try await queries.incident(id) else { throw Problem.notFound("incident \(id.prefix(40))") }
    return detail
  }

  /// One part of an incident, as a list below `items`.
  private func part<Item: Sendable & Hashable & Codable>(
    _ name: String, _ summary: String, answer: String, parameters: [Endpoint.Parameter] = [],
    items: @escaping @Sendable (IncidentDetail, QueryReading) throws -> ViewPage<Item>
  ) -> Endpoint {
    Endpoint(
      .get, "\(Self.base)/incidents/{id}/\(name)", .role(.viewer), summary,
      parameters: [Self.identifier] + parameters, answer: answer
    ) { request, context in
      try .tagged(try items(try await detail(context), QueryReading(request)), for: request)
    }
  }

  private var partEndpoints: [Endpoint] {
    [
      part(
        "entries", "List the entries of the latest investigation's board, in their order.", answer: "Entries",
        parameters: [
          Endpoint.Parameter(
            name: "cursor", kind: .integer(0...Int.max), description: "Only entries after this sequence number."),
          Self.limit(1_000),
        ]
      ) { detail, query in
        let after = try query.integer("cursor", in: 0...Int.max) ?? 0
        let limit = try query.integer("limit", in: 1...1_000) ?? 200
        let rest = detail.entries.filter { $0.sequence > after }
        let items = Array(rest.prefix(limit))
        return ViewPage(items: items, nextCursor: rest.count > limit ? items.last.map { "\($0.sequence)" } : nil)
      },
      part("findings", "List what the latest investigation found, the most probable first.", answer: "Findings") {
        detail, _ in
        ViewPage(items: detail.report?.findings ?? [])
      },
      part("recommendations", "List what is recommended to do.", answer: "Recommendations") { detail, _ in
        ViewPage(items: detail.report?.remediations ?? [])
      },
      part("alerts", "List the first 200 alerts of an incident, the first to begin first.", answer: "Alerts") {
        detail, _ in
        ViewPage(items: detail.alerts)
      },
    ]
  }

  // MARK: - Alerts

  private static let fingerprint = Endpoint.Parameter(
    name: "fingerprint", place: .path, description: "Sixteen hexadecimal digits.")

  private var alertEndpoints: [Endpoint] {
    [
      Endpoint(
        .get, "\(Self.base)/alerts", .role(.viewer), "List alerts, the last to begin first.",
        parameters: [
          Endpoint.Parameter(
            name: "state", kind: .choice(AlertView.State.allCases.map(\.rawValue)), description: "Only these."),
          Endpoint.Parameter(name: "incident", description: "Only those of this incident."),
          Endpoint.Parameter(name: "service", description: "Only those whose label `service` says this."),
          Endpoint.Parameter(name: "alertname", description: "Only those of this name."),
          Endpoint.Parameter(name: "cursor", description: "Where the list goes on."), Self.limit(1_000),
        ], answer: "Alerts"
      ) { request, _ in
        let query = QueryReading(request)
        var filter = AlertFilter(
          state: try query.choice("state"), incident: query.text("incident"), cursor: query.text("cursor"),
          limit: try query.integer("limit", in: 1...1_000) ?? 100)
        for label in ["service", "alertname"] { filter.labels[label] = query.text(label) }
        return try .tagged(try await queries.alerts(filter), for: request)
      },
      Endpoint(
        .get, "\(Self.base)/alerts/{fingerprint}/explanation", .role(.viewer), "Say why an alert pages, or does not.",
        parameters: [Self.fingerprint], answer: "Explanation"
      ) { request, context in
        let fingerprint = try context.parameters.require("fingerprint")
        guard let explanation = try await queries.explanation(fingerprint) else {
          throw Problem.notFound("alert \(fingerprint.prefix(40))")
        }
        return try .tagged(explanation, for: request)
      },
      Endpoint(.get, "\(Self.base)/funnel", .role(.viewer), "Count what became of all alerts.", answer: "Funnel") {
        request, _ in
        try .tagged(try await queries.funnel(), for: request)
      },
    ]
  }

  // MARK: - The rest

  private var otherEndpoints: [Endpoint] {
    [
      Endpoint(
        .get, "\(Self.base)/services", .role(.viewer), "List services that alerts or investigations name.",
        answer: "Services"
      ) { request, _ in
        try .tagged(ViewPage(items: try await queries.services()), for: request)
      },
      Endpoint(.get, "\(Self.base)/runbooks", .role(.viewer), "List the runbooks.", answer: "Runbooks") { request, _ in
        try .tagged(ViewPage(items: try await queries.runbooks()), for: request)
      },
      Endpoint(
        .get, "\(Self.base)/runbooks/{name}", .role(.viewer), "Show one runbook.",
        parameters: [Endpoint.Parameter(name: "name", place: .path, description: "The runbook's name.")],
        answer: "Runbook"
      ) { request, context in
        let name = try context.parameters.require("name")
        guard let runbook = try await queries.runbooks().first(where: { $0.name == name }) else {
          throw Problem.notFound("runbook \(name.prefix(40))")
        }
        return try .tagged(runbook, for: request)
      },
      Endpoint(
        .get, "\(Self.base)/replays", .role(.viewer), "List scorecards of replays, newest first.", answer: "Replays"
      ) { request, _ in
        try .tagged(ViewPage(items: try await queries.replays()), for: request)
      },
      Endpoint(
        .get, "\(Self.base)/health", .role(.viewer), "Show the server's parts and settings.", answer: "Health"
      ) { _, _ in
        try .json(await queries.health())
      },
      Endpoint(
        .get, "\(Self.base)/audit", .role(.admin), "List the last changes of state, newest first.",
        parameters: [Self.limit(1_000)], answer: "AuditEntries"
      ) { request, _ in
        let limit = try QueryReading(request).integer("limit", in: 1...1_000) ?? 100
        return try .json(ViewPage(items: try await audit.entries(limit: limit)))
      },
    ]
  }
}

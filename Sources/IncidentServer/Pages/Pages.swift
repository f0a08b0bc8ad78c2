import Foundation
import Hummingbird
import IncidentModel

/// The web pages of the server: rendered here, whole without scripts, kept current by one where there is one.
struct Pages: Sendable {
  let queries: ServerQueries
  /// Where the server listens, for the first steps of who has not sent anything yet.
  let address: ServerAddress
  let now: @Sendable () -> Timestamp
  let templates: PageTemplates
  let assets = PageAssets()

  init(
    queries: ServerQueries, address: ServerAddress = .standard, now: @escaping @Sendable () -> Timestamp
  ) throws {
    self.queries = queries
    self.address = address
    self.now = now
    templates = try PageTemplates()
  }

  /// All pages are for viewers but the way in and what it loads; `POST /sign-in` and `/sign-out` belong to access.
  func register(on router: some RouterMethods<ServerContext>) {
    router.get("assets/:folder/:name") { _, context in asset(context.parameters.get("name")) }
    router.get("sign-in") { request, _ in
      signIn(next: request.uri.queryParameters["next"].map(String.init), problem: nil)
    }
    router.get("/") { _, _ in Response(status: .seeOther, headers: [.location: "/incidents"]) }
    router.get("incidents") { try await incidents($0, $1) }
    router.get("incidents/:id") { try await incident($0, $1) }
    router.get("decisions") { try await decisions($0, $1) }
    router.get("alerts") { try await alerts($0, $1) }
    router.get("alerts/:fingerprint") { try await alert($0, $1) }
    router.get("services") { request, context in
      let page = ServiceListPage(try await queries.services())
      return show("services", title: "Services", values: page, section: .services, stream: Self.stream, context)
    }
    router.get("runbooks") { _, context in
      let page = RunbookListPage(try await queries.runbooks())
      return show("runbooks", title: "Runbooks", values: page, section: .runbooks, context)
    }
    router.get("runbooks/:name") { try await runbook($0, $1) }
    router.get("replays") { _, context in
      let page = ReplayListPage(try await queries.replays())
      return show("replays", title: "Replays", values: page, section: .replays, context)
    }
    router.get("replays/:name") { try await replay($0, $1) }
    router.get("settings") { _, context in
      let page = SettingsPage(await queries.health(), now: now())
      return show(
        "settings", title: "Settings and health", values: page, section: .settings, kind: "narrow",
        stream: Self.stream, context)
    }
  }

  static let stream = "/api/v1/stream"

  private func incidents(_ request: Request, _ context: ServerContext) async throws -> Response {
    let parameters = request.uri.queryParameters
    let choice = IncidentListPage.Choice(
      state: parameters["state"].flatMap { IncidentState(rawValue: String($0)) },
      service: parameters["service"].map(String.init).flatMap { $0.isEmpty ? nil : $0 },
      before: parameters["before"].map(String.init))
    let page = IncidentListPage(
      try await queries.incidents(choice.filter), choice: choice, now: now(), address: address.description)
    return show("incidents", title: "Incidents", values: page, section: .incidents, stream: Self.stream, context)
  }

  private func incident(_ request: Request, _ context: ServerContext) async throws -> Response {
    guard let id = Self.parameter("id", context), let detail = try await queries.incident(id) else {
      return problem(404, context, detail: "There is no incident with this identifier.")
    }
    let decisions = DecisionPage(
      try await queries.recommendations(id), stop: try await queries.deskStop(), caller: context.caller)
    let page = IncidentPage(detail, decisions: decisions, now: now())
    return show(
      "incident", title: page.title, values: page, section: .incidents,
      stream: "/api/v1" + PagePath.incident(id) + "/stream", context)
  }

  private func decisions(_ request: Request, _ context: ServerContext) async throws -> Response {
    let page = DecisionListPage(
      try await queries.allRecommendations(), planned: try await queries.planned(), stop: try await queries.deskStop(),
      caller: context.caller)
    return show("decisions", title: "Decisions", values: page, section: .decisions, stream: Self.stream, context)
  }

  private func alerts(_ request: Request, _ context: ServerContext) async throws -> Response {
    let parameters = request.uri.queryParameters
    let state = parameters["state"].flatMap { AlertView.State(rawValue: String($0)) }
    let found = try await queries.alerts(AlertFilter(state: state, cursor: parameters["cursor"].map(String.init)))
    let page = AlertListPage(found, funnel: try await queries.funnel(), state: state, now: now())
    return show("alerts", title: "Alerts", values: page, section: .alerts, stream: Self.stream, context)
  }

  private func alert(_ request: Request, _ context: ServerContext) async throws -> Response {
    guard let fingerprint = Self.parameter("fingerprint", context),
      let explanation = try await queries.explanation(fingerprint)
    else { return problem(404, context, detail: "No alert with this fingerprint is known.") }
    let page = AlertPage(explanation, now: now())
    return show("alert", title: page.name, values: page, section: .alerts, kind: "narrow", context)
  }

  private func runbook(_ request: Request, _ context: ServerContext) async throws -> Response {
    let name = Self.parameter("name", context)
    guard let runbook = try await queries.runbooks().first(where: { $0.name == name }) else {
      return problem(404, context, detail: "There is no runbook with this name.")
    }
    return show(
      "runbook", title: runbook.title, values: RunbookPage(runbook), section: .runbooks, kind: "narrow", context)
  }

  private func replay(_ request: Request, _ context: ServerContext) async throws -> Response {
    let name = Self.parameter("name", context)
    guard let replay = try await queries.replays().first(where: { $0.name == name }) else {
      return problem(404, context, detail: "There is no scorecard with this name.")
    }
    return show("replay", title: replay.dataset, values: ReplayPage(replay), section: .replays, context)
  }

  private static func parameter(_ name: String, _ context: ServerContext) -> String? {
    context.parameters.get(name).flatMap { $0.removingPercentEncoding }
  }
}

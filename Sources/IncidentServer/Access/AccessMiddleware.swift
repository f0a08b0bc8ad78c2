import Foundation
import Hummingbird
import IncidentModel

/// Who may use a route.
enum Access: Sendable, Hashable {
  case open
  /// Monitors: with a token of a responder, or with the secret of the webhooks.
  case intake
  case role(Role)
  /// A form of a page: its handler checks the field `csrf`, since a form without a script can send no header.
  case form(Role)
}

/// Stands before every handler: who asks, whether they may, and what every answer has to carry. A route that is in no
/// table is for viewers.
struct AccessMiddleware: RouterMiddleware {
  typealias Context = ServerContext

  let access: AccessControl
  let metrics: ServerMetrics
  let pages: Pages
  /// By method and path of the route.
  let table: [String: Access]

  static func key(_ method: HTTPRequest.Method, _ path: String) -> String { "\(method.rawValue) \(path)" }

  func handle(
    _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    let route = context.endpointPath ?? "NotFound"
    var response: Response
    do {
      response = try await answer(request, context, route, next)
    } catch let error as any HTTPResponseError {
      response = try error.response(from: request, context: context)
      if error.status == .notFound, !(error is Problem) {
        response = try Problem.notFound("such page").response(from: request, context: context)
      } else if !(error is Problem) {
        response = try Problem(error.status, error.status.reasonPhrase).response(from: request, context: context)
      }
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      context.logger.error("a request failed", metadata: ["route": "\(route)", "error": "\(error)"])
      let problem =
        error is StoreFailure
        ? Problem(storing: error) : Problem(.internalServerError, "something failed here; the log says what")
      response = try problem.response(from: request, context: context)
    }
    if response.status.code >= 400, Pages.isReader(request) { response = pages.problem(answering: response) }
    addHeaders(to: &response)
    metrics.note(
      method: request.method.rawValue, path: route, status: Int(response.status.code),
      seconds: start.duration(to: .now) / .seconds(1))
    return response
  }

  private func answer(
    _ request: Request, _ context: ServerContext, _ route: String,
    _ next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    try access.checkOrigin(request)
    var context = context
    let isWayIn = request.method == .get && (request.uri.path == "/sign-in" || request.uri.path.hasPrefix("/assets/"))
    let needed = table[Self.key(request.method, route)] ?? (isWayIn ? .open : .role(.viewer))
    do {
      context.caller = try await access.caller(request, context, for: needed)
    } catch let problem as Problem {
      if problem.status == .unauthorized || problem.status == .forbidden { metrics.count(.refusedAccess) }
      guard problem.status == .unauthorized, Pages.isReader(request) else { throw problem }
      return Response(
        status: .seeOther, headers: [.location: "/sign-in?next=" + Pages.safeTarget(request.uri.string).urlEscaped])
    }
    return try await next(request, context)
  }

  private func addHeaders(to response: inout Response) {
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.contentSecurityPolicy] = response.headers[.contentSecurityPolicy] ?? Self.contentPolicy
    for (name, value) in [
      ("Referrer-Policy", "same-origin"), ("X-Frame-Options", "DENY"), ("Cross-Origin-Opener-Policy", "same-origin"),
    ] {
      if let name = HTTPFields.Element.Name(name) { response.headers[name] = value }
    }
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
  }

  /// Nothing but what this server itself sends, and no script or style inside a page.
  static let contentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    + "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

extension String {
  /// For the value of a query.
  fileprivate var urlEscaped: String { addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "" }
}

extension Request {
  func header(_ name: String) -> String? { HTTPFields.Element.Name(name).flatMap { headers[$0] } }
}

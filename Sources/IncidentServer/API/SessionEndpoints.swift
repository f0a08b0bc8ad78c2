import Foundation
import Hummingbird
import IncidentModel

/// Signing in with a browser: a token is shown once, and a cookie stands for it from then on.
struct SessionEndpoints: Sendable {
  let access: AccessControl
  let audit: AuditLog
  let now: @Sendable () -> Timestamp
  let pages: Pages

  private static let formType = "application/x-www-form-urlencoded"

  var endpoints: [Endpoint] {
    [
      Endpoint(
        .post, "/sign-in", .open, "Sign in with a token.", bodyTypes: [Self.formType], answerType: "",
        status: .seeOther, failures: [.unauthorized, .contentTooLarge, .tooManyRequests]
      ) { request, _ in
        let moment = now()
        guard !access.failures.isReached(at: moment) else { throw Problem.tooManyFailures }
        let form = try await Self.form(of: request)
        guard let token = form["token"], let found = try await access.tokens.caller(token) else {
          access.failures.note(at: moment)
          return pages.signIn(next: form["next"], problem: "This token is not known here, or was taken back.")
        }
        try await audit.append(
          AuditLog.Entry(at: moment, actor: found.caller.name, action: "session.begin", subject: found.id, detail: ""))
        return redirect(
          Pages.safeTarget(form["next"]), cookie: access.sessions.begin(tokenID: found.id, at: moment),
          seconds: PageSessions.lifetimeSeconds)
      },
      Endpoint(
        .post, "/sign-out", .open, "Sign out.", bodyTypes: [Self.formType], answerType: "", status: .seeOther,
        failures: [.contentTooLarge, .forbidden]
      ) { request, context in
        let expected = context.caller?.csrfToken
        if let expected {
          guard let shown = try await Self.form(of: request)["csrf"], Secrets.equal(shown, expected) else {
            throw Problem(.forbidden, "the field csrf has to say what the page was given")
          }
        }
        if let cookie = request.cookies[PageSessions.cookieName]?.value { access.sessions.end(cookie) }
        return redirect("/sign-in", cookie: "", seconds: 0)
      },
    ]
  }

  private func redirect(_ path: String, cookie: String, seconds: Int) -> Response {
    let secure = access.current.address.isLoopback ? "" : "; Secure"
    return Response(
      status: .seeOther,
      headers: [
        .location: path,
        .setCookie:
          "\(PageSessions.cookieName)=\(cookie); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict\(secure)",
      ])
  }

  static func form(of request: Request) async throws -> [String: String] {
    var body: [UInt8] = []
    for try await part in request.body {
      guard body.count + part.readableBytes <= 4_096 else {
        throw Problem(.contentTooLarge, "a form may have 4096 bytes")
      }
      body += part.readableBytesView
    }
    var form: [String: String] = [:]
    for pair in String(decoding: body, as: UTF8.self).split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { continue }
      form[String(parts[0])] = parts[1].replacing("+", with: " ").removingPercentEncoding
    }
    return form
  }
}

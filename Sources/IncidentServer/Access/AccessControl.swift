import Hummingbird
import IncidentModel
import Synchronization

/// Tells who a request is from.
final class AccessControl: Sendable {
  struct Settings: Sendable, Hashable {
    var address = ServerAddress.standard
    /// Names under which the server may be addressed, besides those of this machine.
    var hosts: [String] = []
    /// What webhooks show; nil where they need a token.
    var webhookSecret: String?
  }

  let tokens: AccessTokens
  let sessions = PageSessions()
  let failures = FailureLimit()
  let now: @Sendable () -> Timestamp
  private let settings: Mutex<Settings>

  init(_ settings: Settings, tokens: AccessTokens, now: @escaping @Sendable () -> Timestamp) {
    self.settings = Mutex(settings)
    self.tokens = tokens
    self.now = now
  }

  var current: Settings { settings.withLock { $0 } }
  func replace(_ new: Settings) { settings.withLock { $0 = new } }

  /// Pages of other sites, and names that only point at this machine, are no way in.
  func checkOrigin(_ request: Request) throws {
    let settings = current
    let authority = request.head.authority ?? request.header("Host") ?? ""
    let host = Self.host(of: authority)
    let isKnown = settings.hosts.contains(host)
    if settings.address.isLoopback, !isKnown, !ServerAddress(host: host, port: 0).isLoopback {
      throw Problem(.misdirectedRequest, "this server does not go by that name; add it to server.hosts")
    }
    guard ![.get, .head, .options].contains(request.method), let origin = request.header("Origin") else { return }
    // A form of a page that sends no referrer, as ours are, says "null", and so does a page in a sandbox: what tells
    // them apart is what the browser adds.
    if origin == "null", ["same-origin", "none"].contains(request.header("Sec-Fetch-Site") ?? "") { return }
    let from = origin.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).last.map(String.init) ?? ""
    guard from == authority else { throw Problem(.forbidden, "pages of other sites may not change anything here") }
  }

  static func host(of authority: String) -> String {
    if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
    return String(authority.prefix { $0 != ":" })
  }

  /// - Throws: `Problem` 401 or 403 for whoever may not; 429 after too many failures.
  func caller(_ request: Request, _ context: ServerContext, for needed: Access) async throws -> Caller? {
    let caller = try await identified(request, context)
    switch needed {
    case .open: return caller
    case .intake:
      if let caller {
        guard caller.role >= .responder else { throw Problem(.forbidden, "this needs the role responder") }
        try checkForgery(request, caller)
        return caller
      }
      return try webhook(request, context)
    case .role(let role), .form(let role):
      guard let caller else { throw refused() }
      guard caller.role >= role else { throw Problem(.forbidden, "this needs the role \(role.rawValue)") }
      if case .role = needed { try checkForgery(request, caller) }
      return caller
    }
  }

  private func identified(_ request: Request, _ context: ServerContext) async throws -> Caller? {
    if let shown = request.header("Authorization") {
      guard shown.lowercased().hasPrefix("bearer ") else { throw refused() }
      let text = String(shown.dropFirst(7))
      // A webhook's secret may be shown as a bearer token, which is how Prometheus can send one.
      if let secret = current.webhookSecret, Secrets.equal(text, secret) { return nil }
      // A right token is one also while others try wrong ones: nobody can lock out the monitors. None can be guessed.
      guard let found = try await tokens.caller(text) else {
        guard !failures.isReached(at: now()) else { throw Problem.tooManyFailures }
        throw refused()
      }
      return found.caller
    }
    if let cookie = request.cookies[PageSessions.cookieName]?.value {
      if let session = sessions.session(cookie, at: now()), var caller = try await tokens.caller(id: session.tokenID) {
        caller.csrfToken = session.csrfToken
        return caller
      }
    }
    // On this machine alone, and as long as nobody has made a token, whoever is on the machine is trusted.
    guard current.address.isLoopback, current.webhookSecret == nil || request.method == .get,
      !(try await tokens.areAnyInForce)
    else { return nil }
    return Caller(name: "local", role: .admin)
  }

  private func webhook(_ request: Request, _ context: ServerContext) throws -> Caller {
    guard let secret = current.webhookSecret else { throw refused() }
    let shown = [
      request.header("Authorization").map { String($0.dropFirst(7)) }, request.header("X-Tocsin-Secret"),
      context.parameters.get("secret"),
    ].compactMap { $0 }
    if shown.contains(where: { Secrets.equal($0, secret) }) { return Caller(name: "webhook", role: .responder) }
    // A signature is over the body, which is checked when it has been read; so is a routing key.
    if shown.isEmpty { return Caller(name: IntakeBody.unproven, role: .viewer) }
    guard !failures.isReached(at: now()) else { throw Problem.tooManyFailures }
    throw refused()
  }

  /// Somebody's browser must not be made to change what they did not mean to.
  private func checkForgery(_ request: Request, _ caller: Caller) throws {
    guard let expected = caller.csrfToken, ![.get, .head, .options].contains(request.method) else { return }
    guard let shown = request.header("X-CSRF-Token"), Secrets.equal(shown, expected) else {
      throw Problem(.forbidden, "the header X-CSRF-Token has to say what the page was given")
    }
  }

  func refused() -> Problem {
    failures.note(at: now())
    return Problem(.unauthorized, "a token is needed; `tocsin token create` makes one")
  }
}

extension Problem {
  static var tooManyFailures: Problem {
    Problem(.tooManyRequests, "too many wrong tokens were tried; wait a minute", retryAfterSeconds: 60)
  }
}

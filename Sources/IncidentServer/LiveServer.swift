import BlackboardStore
import Foundation
import HTTPTransport
import Hummingbird
import HummingbirdCore
import IncidentModel
import Logging
import ModelContext
import RunbookExecution
import Runbooks
import ServiceLifecycle
import Supervision

/// The live server: its store, its loop and its routes, put together from a configuration.
package final class LiveServer: Sendable {
  /// What the command knows and the server must not find out by itself.
  package struct Surroundings: Sendable {
    package var dataFolder: String
    package var runbooksFolder: String
    package var resultsFolder: String
    package var version: String
    package var now: @Sendable () -> Timestamp
    /// Who may decide what, and what may be done.
    package var guardrails = Guardrails()
    /// Of this program: only what a step names is handed on, and what a policy names is read.
    package var environment: [String: String] = [:]
    /// Planned work; nil for none.
    package var scheduleFile: String?
    /// Of the system, under which the server runs.
    package var account = ""

    /// Of the review desk.
    var deskFolder: String { dataFolder + "/desk" }

    package init(
      dataFolder: String, runbooksFolder: String, resultsFolder: String, version: String,
      now: @escaping @Sendable () -> Timestamp
    ) {
      self.dataFolder = dataFolder
      self.runbooksFolder = runbooksFolder
      self.resultsFolder = resultsFolder
      self.version = version
      self.now = now
    }
  }

  let queries: ServerQueries
  let store: ServerStore
  let endpoints: [Endpoint]
  let loop: IncidentLoop
  private let sender: NotificationSender
  private let pages: Pages
  private let access: AccessControl
  private let metrics = ServerMetrics()
  private let intake: Intake
  private let signals: ChangeSignals
  private let runner: InvestigationRunner
  private let configuration: LiveValue<ServerConfiguration>
  private let http = HTTPClient()
  private let logger: Logger
  private let audit: AuditLog
  let decisions: DecisionDesk
  private let now: @Sendable () -> Timestamp

  /// - Throws: `ServerFailure` where it must not start, `StoreFailure`, `BlackboardStoreError`.
  package init(
    _ configuration: ServerConfiguration, investigator: Investigator, surroundings: Surroundings, logger: Logger
  ) async throws {
    let now = surroundings.now
    (self.now, self.logger) = (now, logger)
    self.configuration = LiveValue(configuration)
    // First, so that a folder that cannot be used is told of in one sentence.
    let claim = try FolderClaim(surroundings.dataFolder)
    let casesFolder = surroundings.dataFolder + "/incidents"
    try FileManager.default.createDirectory(atPath: casesFolder, withIntermediateDirectories: true)
    let store = try await ServerStore(folder: surroundings.dataFolder)
    store.hold(claim)
    self.store = store
    let tokens = AccessTokens(store)
    let areTokensInForce = try await tokens.areAnyInForce
    guard configuration.address.isLoopback || areTokensInForce else {
      throw ServerFailure(
        "\(configuration.address) can be reached from elsewhere, and there is no token yet that anybody would have to "
          + "show. Make one with `tocsin token create --role admin`, or listen on 127.0.0.1.")
    }
    access = AccessControl(try configuration.accessSettings(), tokens: tokens, now: now)
    let (health, signals, audit) = (StoreHealth(), ChangeSignals(), AuditLog(store))
    let intake = Intake(store: store, health: health, gate: IntakeGate(), now: now)
    (self.signals, self.audit, self.intake) = (signals, audit, intake)
    let archive = InvestigationArchive(storage: store.boards, folders: [])
    runner = InvestigationRunner(
      store: store, casesFolder: casesFolder, investigator: investigator,
      sources: Self.sources(configuration, http), archive: archive,
      experience: { try ReviewDesk.experience(folder: surroundings.deskFolder, at: $0) })
    let settings = try configuration.loopSettings()
    sender = NotificationSender(
      settings.policy.alertmanager, externalURL: configuration.shownURL, store: store, http: http, metrics: metrics,
      health: health, environment: { surroundings.environment[$0] })
    let keptDesk = try await store.keptDesk()
    var kept = try await store.kept(at: now())
    kept.desk = keptDesk
    loop = await IncidentLoop(
      kept, store: store, intake: intake, health: health, signals: signals,
      metrics: metrics, investigations: runner, sender: sender, settings: settings, now: now)
    Self.report(await loop.restoreProblem, to: logger)
    let live = self.configuration
    decisions = DecisionDesk(
      try Self.deskParts(
        surroundings, configuration: { live.value }, store: store, audit: audit, signals: signals,
        alerts: loop.maintenance))
    queries = ServerQueries(
      LiveParts(
        store: store, loop: loop, runner: runner, health: health, intake: intake, configuration: { live.value },
        runbooksFolder: surroundings.runbooksFolder, resultsFolder: surroundings.resultsFolder,
        version: surroundings.version, startedAt: now(), now: now)
    ).asking(decisions)
    pages = try Pages(queries: queries, address: configuration.address, now: now)
    let intakeEndpoints = IntakeEndpoints(
      intake: intake, body: IntakeBody(access: access, maximumBytes: configuration.maximumBodyBytes),
      telemetryBody: IntakeBody(access: access, maximumBytes: 64 << 20), metrics: metrics)
    let operating = OperatingEndpoints(
      queries: queries, metrics: metrics, intake: intake, health: health, signals: signals,
      context: ContextServer(archive, version: surroundings.version, decisions: queries.deskDecisions),
      version: surroundings.version)
    endpoints = Self.documented(
      intakeEndpoints.endpoints + ReadEndpoints(queries: queries, loop: loop, audit: audit, now: now).endpoints
        + StreamEndpoints(
          store: store, signals: signals,
          recommendations: { [decisions] in try await decisions.recommendations(of: $0, after: $1) }
        ).endpoints
        + NotificationEndpoints(store: store, loop: loop, audit: audit, now: now).endpoints
        + DecisionEndpoints(decisions: decisions, pages: pages).endpoints + operating.endpoints
        + SessionEndpoints(access: access, audit: audit, now: now, pages: pages).endpoints,
      version: surroundings.version)
  }

  /// Says it where the alert desk could not go on from what was kept.
  private static func report(_ problem: String?, to logger: Logger) {
    guard let problem else { return }
    logger.error("the alert desk begins anew, what it had told is not known", metadata: ["error": "\(problem)"])
  }

  /// The endpoints with the one that describes all of them.
  private static func documented(_ endpoints: [Endpoint], version: String) -> [Endpoint] {
    let path = "\(ReadEndpoints.base)/openapi.json"
    func endpoint(_ text: String) -> Endpoint {
      Endpoint(.get, path, .open, "Describe this interface.", answer: "Document") { _, _ in .json(text: text) }
    }
    let all = endpoints + [endpoint("")]
    return endpoints + [endpoint(OpenAPIDocument(endpoints: all, version: version).json.text)]
  }

  private static func sources(_ configuration: ServerConfiguration, _ http: HTTPClient) -> [LiveSource] {
    let start = ContinuousClock.now
    return configuration.sources.map { settings in
      LiveSource(settings, http: http) { start.duration(to: .now) / .seconds(1) }
    }
  }

  /// Every route behind the same door.
  package func router() -> Router<ServerContext> {
    let router = Router(context: ServerContext.self)
    let table = Dictionary(
      endpoints.map { (AccessMiddleware.key($0.method, $0.path), $0.access) }, uniquingKeysWith: { first, _ in first })
    router.add(middleware: AccessMiddleware(access: access, metrics: metrics, pages: pages, table: table))
    for endpoint in endpoints {
      router.on(RouterPath(endpoint.path), method: endpoint.method) { request, context in
        try await endpoint.respond(request, context)
      }
    }
    pages.register(on: router)
    return router
  }

  /// Serves until it is told to stop; then answers what is being asked, ends open streams and writes down the rest.
  /// - Parameters:
  ///   - idleSeconds: whoever sends nothing for so long, or half a request, does not hold its connection; a stream that
  ///     is being answered stays.
  ///   - onRunning: called with the address once it can be reached there.
  package func run(
    idleSeconds: Int64 = 120, onRunning: @escaping @Sendable (ServerAddress) -> Void
  ) async throws {
    let address = configuration.value.address
    let application = Application(
      router: router(), server: .http1(configuration: HTTP1Channel.Configuration(idleTimeout: .seconds(idleSeconds))),
      configuration: ApplicationConfiguration(
        address: .hostname(address.host, port: address.port), serverName: "tocsin", backlog: 1024),
      onServerRunning: { channel in
        onRunning(ServerAddress(host: address.host, port: channel.localAddress?.port ?? address.port))
      }, logger: logger)
    let working = Task { await loop.run() }
    let deciding = Task { [logger] in
      await decisions.run { logger.error("the review desk", metadata: ["error": "\($0)"]) }
    }
    do {
      try await application.runService()
    } catch {
      await stop(working, deciding)
      throw error
    }
    await stop(working, deciding)
  }

  /// Lets the loop come to its end, once it has worked through what is in the journal.
  func endWork() {
    signals.finish()
    intake.finish()
  }

  private func stop(_ working: Task<Void, Never>, _ deciding: Task<Void, Never>) async {
    deciding.cancel()
    await deciding.value
    endWork()
    await working.value
    store.close()
  }

  /// Takes a new configuration and a new policy as a whole or not at all. The address and the data folder stay as they
  /// were. What is approved and has not begun is judged by the new policy.
  /// - Throws: why nothing was changed.
  package func reload(
    _ new: ServerConfiguration, investigator: Investigator, guardrails: Guardrails
  ) async throws {
    var new = new
    new.address = configuration.value.address
    let settings = try new.loopSettings()
    let accessSettings = try new.accessSettings()
    access.replace(accessSettings)
    runner.replace(investigator: investigator, sources: Self.sources(new, http))
    await sender.replace(settings.policy.alertmanager, externalURL: new.shownURL)
    await loop.apply(settings)
    await decisions.parts.desk.replace(guardrails)
    configuration.value = new
    try await audit.append(
      AuditLog.Entry(
        at: now(), actor: "local", action: "configuration.reload", subject: "tocsin.yaml, guardrails.yaml", detail: ""))
  }
}

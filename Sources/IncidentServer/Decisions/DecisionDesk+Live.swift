import Foundation
import IncidentModel
import PrometheusAPI
import RunbookExecution
import Runbooks

extension LiveServer {
  /// The review desk in the server's data folder, which a terminal may use at the same time.
  static func deskParts(
    _ surroundings: Surroundings, configuration: @escaping @Sendable () -> ServerConfiguration, store: ServerStore,
    audit: AuditLog, signals: ChangeSignals, alerts: MaintenanceAlerts
  ) throws -> DecisionDesk.Parts {
    var around = ReviewDesk.Surroundings(
      now: surroundings.now, environment: surroundings.environment,
      queries: QuerySource { query in try await Self.source(configuration()).holds(query) })
    around.pollSeconds = 2
    let folder = surroundings.runbooksFolder
    let desk = try ReviewDesk(
      folder: surroundings.deskFolder, guardrails: surroundings.guardrails, around: around,
      runbook: { name in try RunbookLibrary.runbook(name, in: folder) },
      observe: { _ in signals.signal() })
    return DecisionDesk.Parts(
      desk: desk, runbooksFolder: folder, store: store, audit: audit,
      signals: signals,
      schedule: {
        guard let file = surroundings.scheduleFile, FileManager.default.fileExists(atPath: file) else { return nil }
        return try WorkSchedule(file: file)
      }, alerts: alerts, account: surroundings.account, now: surroundings.now)
  }

  /// The first Prometheus of the sources, as they are now.
  private static func source(_ configuration: ServerConfiguration) async throws -> PrometheusClient {
    guard let settings = configuration.sources.first(where: { $0.kind == .prometheus }) else {
      throw DeskError(.unavailable, "no Prometheus is among the sources")
    }
    let token = try await settings.tokenFile.asyncMap { file in
      try await onBlockingThread { try LiveSource.token(file) }
    }
    return PrometheusClient(settings.url, bearerToken: token, deadlineSeconds: settings.deadlineSeconds)
  }
}

extension ServerQueries {
  /// With what the review desk knows.
  func asking(_ decisions: DecisionDesk) -> ServerQueries {
    var queries = self
    queries.recommendations = { try await decisions.recommendations(of: $0) }
    queries.allRecommendations = { try await decisions.recommendations() }
    queries.planned = { try await decisions.planned() }
    queries.deskStop = { try await decisions.stopped() }
    queries.runbooks = { try await decisions.runbooks() }
    return queries
  }
}

import IncidentModel

/// Everything that can be read of the server: what the API and the pages show. Functions rather than a store, so that
/// a page can be tested on values that are made up.
package struct ServerQueries: Sendable {
  package var incidents: @Sendable (IncidentFilter) async throws -> ViewPage<IncidentListItem>
  /// Nil for an incident that there is not.
  package var incident: @Sendable (_ id: String) async throws -> IncidentDetail?
  package var alerts: @Sendable (AlertFilter) async throws -> ViewPage<AlertView>
  /// Nil for a fingerprint that is not known.
  package var explanation: @Sendable (_ fingerprint: String) async throws -> AlertExplanationView?
  package var funnel: @Sendable () async throws -> AlertFunnel
  /// Sorted by name.
  package var services: @Sendable () async throws -> [ServiceView]
  /// Sorted by name.
  package var runbooks: @Sendable () async throws -> [RunbookView]
  /// Newest first.
  package var replays: @Sendable () async throws -> [ReplayView]
  package var health: @Sendable () async -> HealthView

  package init(
    incidents: @escaping @Sendable (IncidentFilter) async throws -> ViewPage<IncidentListItem>,
    incident: @escaping @Sendable (_ id: String) async throws -> IncidentDetail?,
    alerts: @escaping @Sendable (AlertFilter) async throws -> ViewPage<AlertView>,
    explanation: @escaping @Sendable (_ fingerprint: String) async throws -> AlertExplanationView?,
    funnel: @escaping @Sendable () async throws -> AlertFunnel,
    services: @escaping @Sendable () async throws -> [ServiceView],
    runbooks: @escaping @Sendable () async throws -> [RunbookView],
    replays: @escaping @Sendable () async throws -> [ReplayView],
    health: @escaping @Sendable () async -> HealthView
  ) {
    self.incidents = incidents
    self.incident = incident
    self.alerts = alerts
    self.explanation = explanation
    self.funnel = funnel
    self.services = services
    self.runbooks = runbooks
    self.replays = replays
    self.health = health
  }
}

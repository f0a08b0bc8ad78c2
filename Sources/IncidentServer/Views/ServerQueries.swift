import IncidentModel

/// Everything that can be read of the server: what the API and the pages show. Functions rather than a store, so that
/// a page can be tested on values that are made up.
struct ServerQueries: Sendable {
  var incidents: @Sendable (IncidentFilter) async throws -> ViewPage<IncidentListItem>
  /// Nil for an incident that there is not.
  var incident: @Sendable (_ id: String) async throws -> IncidentDetail?
  var alerts: @Sendable (AlertFilter) async throws -> ViewPage<AlertView>
  /// Nil for a fingerprint that is not known.
  var explanation: @Sendable (_ fingerprint: String) async throws -> AlertExplanationView?
  var funnel: @Sendable () async throws -> AlertFunnel
  /// Sorted by name.
  var services: @Sendable () async throws -> [ServiceView]
  /// Sorted by name.
  var runbooks: @Sendable () async throws -> [RunbookView]
  /// Newest first.
  var replays: @Sendable () async throws -> [ReplayView]
  var health: @Sendable () async -> HealthView
  /// What lies on the review desk for an incident, the first first.
  var recommendations: @Sendable (_ incident: String) async throws -> [RecommendationView] = { _ in [] }
  /// Of all incidents and of planned work.
  var allRecommendations: @Sendable () async throws -> [RecommendationView] = { [] }
  /// What is planned, the first first.
  var planned: @Sendable () async throws -> [PlannedView] = { [] }
  /// Nil while runs may begin.
  var deskStop: @Sendable () async throws -> DeskStopView? = { nil }
}

import PrometheusAPI

/// Whom the queries of runbooks are put to.
package struct QuerySource: Sendable {
  /// Whether a query returns something now. It throws where there is no answer: that is neither yes nor no.
  package var holds: @Sendable (String) async throws -> Bool

  package init(holds: @escaping @Sendable (String) async throws -> Bool) { self.holds = holds }

  package init(_ client: PrometheusClient) { holds = { try await client.holds($0) } }
}

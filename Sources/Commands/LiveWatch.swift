import Foundation
import IncidentModel
import KubernetesAPI

/// Follows a cluster and judges it again after each change, without reading it again.
actor LiveWatch {
  /// Changes come in bursts: a rollout is dozens. One judgement serves all that came within this time.
  static let burst = Duration.seconds(1)

  private let cluster: LiveCluster
  private var memory: ObjectMemory
  private var hasStarted = false
  private let changed = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

  init(_ cluster: LiveCluster) {
    self.cluster = cluster
    memory = ObjectMemory(cluster.scopes)
  }

  /// Runs until the task is cancelled.
  /// - Parameter show: called with the first verdict and with each that differs from the one before.
  func run(show: @Sendable (BlackboardSnapshot) throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [self] in
        try await cluster.client.follow(cluster.scopes) { await self.take($0) }
      }
      defer { group.cancelAll() }
      var last: [String]?
      for await _ in changed.stream {
        try await Task.sleep(for: Self.burst)
        let snapshot = try await cluster.judge(
          memory, blindSpots: cluster.client.session.access.blindSpots, at: LiveCluster.now)
        let verdict = Self.summary(snapshot)
        if verdict != last { try show(snapshot) }
        last = verdict
      }
      try Task.checkCancellation()
    }
  }

  private func take(_ change: ScopeChange) {
    memory.apply(change)
    // Before everything has been listed once, what is missing only has not come yet.
    if !hasStarted { hasStarted = memory.unsettled(cluster.scopes).isEmpty }
    if hasStarted { changed.continuation.yield() }
  }

  /// What makes a verdict another one: outcome, causes in their order, and what could not be seen.
  static func summary(_ snapshot: BlackboardSnapshot) -> [String] {
    let verdict = Verdict(snapshot)
    let causes = verdict.hypotheses.filter { !$0.isVetoed }.map {
      "\($0.hypothesis.component) \($0.hypothesis.fault)"
    }
    return ["\(verdict.outcome)"] + causes
  }
}

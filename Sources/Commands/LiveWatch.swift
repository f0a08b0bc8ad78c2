import Foundation
import IncidentModel
import KubernetesAPI

/// Follows a cluster and judges it again after each change, without reading it again.
actor LiveWatch {
  private let burst: Duration
  private let cluster: LiveCluster
  private let note: @Sendable (String) -> Void
  private var mirror: ClusterMirror
  private var hasStarted = false
  private let changed = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

  /// - Parameters:
  ///   - burst: changes come in bursts, a rollout is dozens; one judgement serves all that came in this time.
  ///   - note: told when a resource cannot be followed, and when it can again.
  init(
    _ cluster: LiveCluster, burst: Duration = .seconds(1), note: @Sendable @escaping (String) -> Void = { _ in }
  ) {
    self.cluster = cluster
    self.note = note
    self.burst = burst
    mirror = ClusterMirror(cluster.scopes)
  }

  /// Writes what is known now, for a recording of the end.
  func record() async throws {
    try await cluster.record(mirror, blindSpots: cluster.client.session.access.blindSpots, at: LiveCluster.now)
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
        try await Task.sleep(for: burst)
        let snapshot = try await cluster.judge(mirror, at: LiveCluster.now)
        let verdict = Self.summary(snapshot)
        if verdict != last { try show(snapshot) }
        last = verdict
      }
      try Task.checkCancellation()
    }
  }

  private func take(_ change: ScopeChange) {
    switch change {
    case .lost(let scope, let error): note("\(scope) cannot be followed: \(error)")
    case .resumed(let scope): note("\(scope) can be followed again")
    default: break
    }
    mirror.apply(change)
    // Before everything has been listed once, what is missing only has not come yet.
    if !hasStarted { hasStarted = mirror.memory.unsettled(cluster.scopes).isEmpty }
    if hasStarted { changed.continuation.yield() }
  }

  /// What makes a verdict another one: outcome, and causes in their order.
  static func summary(_ snapshot: BlackboardSnapshot) -> [String] {
    let verdict = Verdict(snapshot)
    let causes = verdict.hypotheses.filter { !$0.isVetoed }.map {
      "\($0.hypothesis.component) \($0.hypothesis.fault) \($0.hypothesis.cause ?? "")"
    }
    return ["\(verdict.outcome)"] + causes
  }
}

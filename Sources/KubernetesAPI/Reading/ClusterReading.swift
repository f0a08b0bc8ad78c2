/// What was read of a cluster in one go, and what could not be.
package struct ClusterReading: Sendable {
  /// In the plan's order.
  package var lists: [ObjectList]
  package var blindSpots: [String]
  package var serverVersion: String
}

extension KubernetesClient {
  /// Reads everything in the scopes, a few at a time. What the API does not give is a blind spot.
  /// - Parameter progress: called after each scope, with how many objects it held.
  /// - Throws: `KubernetesAPIError` where nothing at all can be read, or `CancellationError`.
  package func read(
    _ scopes: [ResourceScope], progress: @Sendable (ResourceScope, Int) -> Void = { _, _ in }
  ) async throws -> ClusterReading {
    let version = try await version()
    let sideBySide = 4
    var results = [Result<ObjectList, KubernetesAPIError>?](repeating: nil, count: scopes.count)
    try await withThrowingTaskGroup(of: (Int, Result<ObjectList, KubernetesAPIError>).self) { group in
      var next = 0
      func addOne() {
        guard next < scopes.count else { return }
        let (index, scope) = (next, scopes[next])
        next += 1
        group.addTask {
          do {
            return (index, .success(try await list(scope)))
          } catch let error as KubernetesAPIError {
            return (index, .failure(error))
          }
        }
      }
      for _ in 0..<sideBySide { addOne() }
      while let (index, result) = try await group.next() {
        results[index] = result
        progress(scopes[index], (try? result.get())?.objects.count ?? 0)
        addOne()
      }
    }
    var reading = ClusterReading(lists: [], blindSpots: session.access.blindSpots, serverVersion: version)
    var firstFailure: KubernetesAPIError?
    for (scope, result) in zip(scopes, results) {
      switch result {
      case .success(let list): reading.lists.append(list)
      case .failure(let error):
        firstFailure = firstFailure ?? error
        reading.blindSpots.append(error.blindSpot(scope))
      case nil: break
      }
    }
    if reading.lists.isEmpty, let firstFailure { throw firstFailure }
    return reading
  }

  /// Keeps the scopes in step with the API until the task is cancelled. The reporter's pace is the reader's: while it
  /// works, the connections wait.
  package func follow(
    _ scopes: [ResourceScope], report: @Sendable @escaping (ScopeChange) async -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for scope in scopes {
        group.addTask { try await Reflector(client: self, scope: scope, report: report).run() }
      }
      try await group.waitForAll()
    }
  }
}

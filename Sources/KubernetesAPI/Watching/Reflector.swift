import HTTPTransport

/// What a reflector tells of its scope.
package enum ScopeChange: Sendable {
  /// All objects there are, in place of those that were known.
  case listed(ObjectList)
  case applied(APIObject)
  case deleted(APIObject)
  /// The scope cannot be followed at the moment, and why; what is known of it grows old.
  case lost(ResourceScope, KubernetesAPIError)
  /// It can be followed again, and nothing was missed.
  case resumed(ResourceScope)
}

/// Keeps a scope in step with the API: lists it once, then watches from there, and lists again only where the API has
/// forgotten what came between.
struct Reflector {
  let client: KubernetesClient
  let scope: ResourceScope
  let report: @Sendable (ScopeChange) async -> Void

  /// A watch that lasted so long was no failure, whatever ended it.
  static let longWatchSeconds = 10.0

  /// Runs until the task is cancelled.
  func run() async throws {
    // Every scope its own jitter, so that they do not all come back at once.
    let ownSeed = scope.description.utf8.reduce(client.timing.seed) { $0 &* 33 &+ UInt64($1) }
    var backoff = Backoff(seed: ownSeed)
    var version: String?
    var isLost = false
    while true {
      do {
        if let from = version {
          let progress = try await follow(from, &version, seconds: watchSeconds(&backoff))
          guard progress else {
            try await client.timing.sleep(.seconds(backoff.next()))
            continue
          }
          backoff.reset()
          if isLost { await report(.resumed(scope)) }
          isLost = false
        } else {
          let list = try await client.list(scope)
          version = list.resourceVersion
          isLost = false
          await report(.listed(list))
        }
      } catch let error as KubernetesAPIError {
        if error.kind == .expired {
          version = nil
          // At once the first time; an API that forgets what it has just said must not be asked without end.
          if backoff.attempts == 0 {
            _ = backoff.next()
            continue
          }
        }
        if !isLost, error.kind != .expired, !error.isTransient || backoff.attempts >= 2 {
          isLost = true
          await report(.lost(scope, error))
        }
        try await client.timing.sleep(.seconds(backoff.next(asked: error.retryAfterSeconds)))
      }
    }
  }

  private func watchSeconds(_ backoff: inout Backoff) -> Int {
    client.limits.watchSeconds + Int(Double(client.limits.watchSeconds) * backoff.nextFraction())
  }

  /// One watch, from a version on; `version` is where the next has to begin.
  /// - Returns: whether it went forward or lasted; one that does neither must not be begun again at once.
  private func follow(_ from: String, _ version: inout String?, seconds: Int) async throws -> Bool {
    let start = client.timing.nowSeconds()
    var stream = try await client.watch(scope, after: from, seconds: seconds)
    do {
      while let event = try await stream.next() {
        switch event {
        case .applied(let object, let newer):
          if !newer.isEmpty { version = newer }
          await report(.applied(object))
        case .deleted(let object, let newer):
          if !newer.isEmpty { version = newer }
          await report(.deleted(object))
        case .bookmark(let newer): if !newer.isEmpty { version = newer }
        case .failed(let error): throw error
        }
      }
    } catch let error as KubernetesAPIError where error.isTransient && version != from {
      // It worked until it broke: go on from there.
      return true
    }
    return version != from || client.timing.nowSeconds() - start >= Self.longWatchSeconds
  }
}

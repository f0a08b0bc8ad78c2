/// Leaves a source that keeps failing alone for a while, so that it neither delays every investigation nor is hit when
/// it is down. Pure; seconds of any clock that does not go back.
struct CircuitBreaker: Sendable, Hashable {
  var failuresToOpen = 3
  var openSeconds = 60.0
  private(set) var failures = 0
  private var openedAt: Double?
  private(set) var lastFailure: String?

  /// Whether the source may be asked. After a while one question may go through to see whether it is back.
  mutating func allows(at seconds: Double) -> Bool {
    guard let opened = openedAt else { return true }
    guard seconds - opened >= openSeconds else { return false }
    openedAt = seconds
    return true
  }

  mutating func succeeded() {
    failures = 0
    openedAt = nil
    lastFailure = nil
  }

  mutating func failed(_ why: String, at seconds: Double) {
    failures += 1
    lastFailure = why
    if failures >= failuresToOpen { openedAt = seconds }
  }

  var isOpen: Bool { openedAt != nil }
}

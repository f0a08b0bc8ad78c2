/// Outcomes by key: each is asked for once, also by many at the same time.
///
/// Who waits and is cancelled leaves; the asking ends when nobody waits any more.
actor SharedAnswers {
  typealias Outcome = Result<ChatReply, LanguageModelError>

  private struct Asking {
    var number: Int
    var task: Task<Void, Never>
    var waiters: [Int: CheckedContinuation<Outcome, any Error>] = [:]
  }

  /// Nil for as many as there are.
  private let capacity: Int?
  private let keepsErrors: Bool
  private var kept: [String: Outcome]
  /// The keys of `kept`, oldest first.
  private var order: [String] = []
  private var asking: [String: Asking] = [:]
  private var lastNumber = 0

  /// - Parameter known: outcomes that need no asking.
  init(capacity: Int?, keepsErrors: Bool, known: [String: Outcome] = [:]) {
    self.capacity = capacity
    self.keepsErrors = keepsErrors
    kept = known
  }

  /// The outcome, and whether this caller was the one who asked.
  /// - Throws: `CancellationError`, or what `ask` throws besides `LanguageModelError`.
  func outcome(
    _ key: String, ask: @escaping @Sendable () async throws -> ChatReply
  ) async throws -> (outcome: Outcome, isOwn: Bool) {
    if let known = kept[key] { return (known, false) }
    lastNumber += 1
    let number = lastNumber
    let isOwn = asking[key] == nil
    if isOwn {
      let task = Task {
        do {
          let reply = try await ask()
          finish(key, number, .success(.success(reply)))
        } catch let error as LanguageModelError {
          finish(key, number, .success(.failure(error)))
        } catch {
          finish(key, number, .failure(error))
        }
      }
      asking[key] = Asking(number: number, task: task)
    }
    let outcome = try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { asking[key]?.waiters[number] = $0 }
    } onCancel: {
      Task { await leave(key, number) }
    }
    return (outcome, isOwn)
  }

  /// Who waits for an answer at this moment.
  var waiterCount: Int { asking.values.reduce(0) { $0 + $1.waiters.count } }

  private func finish(_ key: String, _ number: Int, _ result: Result<Outcome, any Error>) {
    guard let done = asking[key], done.number == number else { return }
    asking[key] = nil
    if case .success(let outcome) = result { keep(key, outcome) }
    for waiter in done.waiters.values { waiter.resume(with: result) }
  }

  private func keep(_ key: String, _ outcome: Outcome) {
    if case .failure = outcome, !keepsErrors { return }
    kept[key] = outcome
    guard let capacity else { return }
    order.append(key)
    if order.count > capacity { kept[order.removeFirst()] = nil }
  }

  private func leave(_ key: String, _ number: Int) {
    guard let waiter = asking[key]?.waiters.removeValue(forKey: number) else { return }
    waiter.resume(throwing: CancellationError())
    guard let left = asking[key], left.waiters.isEmpty else { return }
    left.task.cancel()
    asking[key] = nil
  }
}

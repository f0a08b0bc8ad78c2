import IncidentModel

/// The shared board of one investigation: an append-only log in a storage, and the fold over it in memory.
///
/// A batch is durable in the storage before anybody sees it in a snapshot.
package actor Blackboard {
  package static let maximumSubscriberCount = 256

  package nonisolated let investigation: InvestigationID
  private let storage: any BlackboardStorage
  private var current: BlackboardSnapshot
  private var subscribers: [Int: AsyncStream<BlackboardSnapshot>.Continuation] = [:]
  private var nextSubscriber = 0

  /// Opens the board at what the storage holds: empty for a new investigation, a reload for a known one.
  package init(_ investigation: InvestigationID, in storage: any BlackboardStorage) async throws {
    self.investigation = investigation
    self.storage = storage
    current = BlackboardSnapshot(entries: try await storage.entries(of: investigation))
  }

  package func snapshot() -> BlackboardSnapshot { current }

  /// Posts one batch as a whole and returns the board with it.
  /// - Throws: `BlackboardStoreError`: `staleRevision` when the board is no longer at `revision` (this board then
  ///   has caught up with the storage), `concluded` after the last entry.
  @discardableResult
  package func post(_ batch: [Posting], basedOn revision: Revision) async throws -> BlackboardSnapshot {
    guard current.conclusion == nil else {
      throw BlackboardStoreError(
        code: .concluded,
        message: "The investigation of incident \(investigation.incident) is concluded; nothing can be added to it.")
    }
    do {
      let entries = try await storage.append(batch, to: investigation, basedOn: revision)
      try await take(entries)
    } catch let error as BlackboardStoreError where error.code == .staleRevision {
      try await catchUp()
      throw error
    }
    return current
  }

  /// Snapshots from now on, beginning with the present one. A slow reader misses the older of those that pile up,
  /// which costs nothing: each snapshot holds the whole log. The stream ends with the conclusion.
  package func subscribe(bufferCount: Int = 8) throws -> AsyncStream<BlackboardSnapshot> {
    guard subscribers.count < Self.maximumSubscriberCount else {
      throw BlackboardStoreError(
        code: .tooManySubscribers,
        message: "\(Self.maximumSubscriberCount) readers follow this investigation already; try again later.")
    }
    let (stream, continuation) = AsyncStream.makeStream(
      of: BlackboardSnapshot.self, bufferingPolicy: .bufferingNewest(max(bufferCount, 1)))
    continuation.yield(current)
    guard current.conclusion == nil else {
      continuation.finish()
      return stream
    }
    let number = nextSubscriber
    nextSubscriber += 1
    subscribers[number] = continuation
    continuation.onTermination = { [weak self] _ in
      Task { [weak self] in await self?.unsubscribe(number) }
    }
    return stream
  }

  private func unsubscribe(_ number: Int) { subscribers[number] = nil }

  /// Folds in a batch of our own. While the storage was writing, another poster's batch may have overtaken it; then
  /// the log is read again, so that the order in memory is the order on disk.
  private func take(_ entries: [BlackboardEntry]) async throws {
    guard let first = entries.first else { return }
    guard first.sequence == current.entries.count + 1 else { return try await catchUp() }
    for entry in entries { current.append(entry) }
    announce()
  }

  private func catchUp() async throws {
    let entries = try await storage.entries(of: investigation)
    // Only forward: another catch-up may have finished while this one was reading.
    guard entries.count > current.entries.count else { return }
    current = BlackboardSnapshot(entries: entries)
    announce()
  }

  private func announce() {
    for subscriber in subscribers.values { subscriber.yield(current) }
    if current.conclusion != nil {
      for subscriber in subscribers.values { subscriber.finish() }
      subscribers = [:]
    }
  }
}

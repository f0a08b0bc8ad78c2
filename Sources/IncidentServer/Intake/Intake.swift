import Foundation
import GRDB
import IncidentModel
import Synchronization
import Telemetry
import TextReading

/// A report of alerts that is in the journal.
struct JournaledReport: Sendable {
  var sequence: Int64
  var at: Timestamp
  var report: AlertReport
  /// What it holds of the gate; nil for what did not come through it.
  var bytes: Int?
}

/// Takes in what monitors send: checked, written down, and only then acknowledged.
final class Intake: Sendable {
  private let store: ServerStore
  private let health: StoreHealth
  let now: @Sendable () -> Timestamp
  let gate: IntakeGate
  /// What was written, in the order of the journal. One reader.
  let reports: AsyncStream<JournaledReport>
  private let continuation: AsyncStream<JournaledReport>.Continuation
  private let lastChange = Mutex<Timestamp?>(nil)

  init(store: ServerStore, health: StoreHealth, gate: IntakeGate, now: @escaping @Sendable () -> Timestamp) {
    self.store = store
    self.health = health
    self.gate = gate
    self.now = now
    (reports, continuation) = AsyncStream.makeStream()
  }

  /// When the last change was announced since the start.
  var changedAt: Timestamp? { lastChange.withLock { $0 } }

  func finish() { continuation.finish() }

  /// Returns once the alerts are on the disk, with how many there were.
  /// - Throws: `Problem`.
  @discardableResult
  func accept(_ format: AlertFormat, _ body: [UInt8]) async throws -> Int {
    guard gate.enter(bytes: body.count) else { throw Problem.overloaded }
    let at = now()
    let report: AlertReport
    do {
      report = try format.read(body, at: at)
    } catch {
      gate.leave(bytes: body.count)
      throw Problem(reading: error)
    }
    let count = if case .alerts(let alerts, _) = report { alerts.count } else { 1 }
    guard count > 0, count <= AlertFormat.maximumAlertsPerBody, report != .nothing else {
      gate.leave(bytes: body.count)
      if count > AlertFormat.maximumAlertsPerBody { throw Problem(.contentTooLarge, "too many alerts in one request") }
      return 0
    }
    // The routing key of a PagerDuty event is a secret.
    let kept = format == .pagerDuty ? (try? PagerDutyEvent(body).kept) ?? [] : body
    try await journal(format, kept, JournaledReport(sequence: 0, at: at, report: report, bytes: body.count))
    return count
  }

  func journal(_ format: AlertFormat, _ body: [UInt8], _ report: JournaledReport) async throws {
    let place = Mutex<Int64>(0)
    let bytes = Data(body)
    try await withCheckedThrowingContinuation { (waiting: CheckedContinuation<Void, any Error>) in
      store.commits.submit(
        CommitThread.Job(write: { db in
          try db.cachedStatement(sql: "INSERT INTO journal (at, format, body) VALUES (?, ?, ?)")
            .execute(arguments: [report.at.nanoseconds, format.rawValue, bytes])
          let sequence = db.lastInsertedRowID
          place.withLock { $0 = sequence }
        }) { [self] error in
          health.note(error)
          if let error {
            gate.leave(report)
            waiting.resume(throwing: Problem(storing: error))
          } else {
            var report = report
            report.sequence = place.withLock { $0 }
            continuation.yield(report)
            waiting.resume()
          }
        })
    }
  }

  /// Returns once the changes are on the disk, with how many of them are new.
  /// - Throws: `Problem`.
  func accept(_ read: (Timestamp) throws -> [ReceivedChange]) async throws -> Int {
    let at = now()
    let changes: [ReceivedChange]
    do {
      changes = try read(at)
    } catch {
      throw Problem(reading: error)
    }
    let rows = try changes.map { (key: $0.key, at: $0.time.nanoseconds, document: try StoredDocument.text($0)) }
    let fresh = try await written { db in
      var fresh = 0
      for row in rows {
        try db.execute(
          sql: "INSERT OR IGNORE INTO change (key, at, document) VALUES (?, ?, ?)",
          arguments: [row.key, row.at, row.document])
        fresh += db.changesCount
      }
      return fresh
    }
    if fresh > 0 { lastChange.withLock { $0 = at } }
    return fresh
  }

  /// Returns once the request of OTLP is on the disk.
  /// - Throws: `Problem`.
  func acceptTelemetry(_ body: [UInt8]) async throws {
    guard gate.enter(bytes: body.count) else { throw Problem.overloaded }
    defer { gate.leave(bytes: body.count) }
    let line: Data
    do {
      line = Data(try OTLPRequests.line(body))
    } catch {
      throw Problem(reading: error)
    }
    let at = now()
    _ = try await written { db in
      try db.cachedStatement(sql: "INSERT INTO telemetry (at, body) VALUES (?, ?)")
        .execute(arguments: [at.nanoseconds, line])
      return 0
    }
  }

  private func written(_ body: @escaping @Sendable (Database) throws -> Int) async throws -> Int {
    do {
      let value = try await store.write(body)
      health.note(nil)
      return value
    } catch {
      health.note(error)
      throw Problem(storing: error)
    }
  }
}

/// Whether the store took what was last written to it.
final class StoreHealth: Sendable {
  private let failure = Mutex<StoreFailure?>(nil)

  /// Why the last write failed; nil where it did not.
  var current: StoreFailure? { failure.withLock { $0 } }

  func note(_ error: (any Error)?) {
    failure.withLock { $0 = error.map { StoreFailure($0) } }
  }
}

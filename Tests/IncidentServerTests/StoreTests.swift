import AlertDesk
import Foundation
import GRDB
import IncidentModel
import Testing

@testable import IncidentServer

@Suite(.timeLimit(.minutes(5))) struct StoreTests {
  private static let moment = Timestamp(nanoseconds: 1_795_600_000_000_000_000)

  private func folder() throws -> String {
    let folder = NSTemporaryDirectory() + "tocsin-store-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  private func alert(_ number: Int) -> (Fingerprint, TrackedAlert) {
    let labels: LabelSet = ["alertname": "A", "service": number == 7 ? "seven" : "other", "n": "\(number)"]
    return (
      labels.fingerprint,
      TrackedAlert(
        labels: labels, annotations: LabelSet(), startsAt: Self.moment.nanoseconds - Int64(number),
        endsAt: Self.moment.nanoseconds + 1, updatedAt: Self.moment.nanoseconds, endIsAssumed: false, incident: 1)
    )
  }

  private func keep(_ alerts: [(Fingerprint, TrackedAlert)], folded: Int64 = 0, in store: ServerStore) async throws {
    try await store.keep(alerts: alerts, incidents: [], foldedSequence: folded, lastVersion: 0, lastNumber: 1)
  }

  /// As version 2 had it: alerts under their fingerprint.
  @Test func aStoreOfAnOlderVersionKeepsItsAlerts() async throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let old = try await ServerStore(folder: folder)
    _ = try await old.keptDesk()
    try await keep((1...3).map(alert), in: old)
    try await old.write { db in
      try db.execute(
        sql: """
          CREATE TABLE former (
            fingerprint INTEGER PRIMARY KEY, incident INTEGER, starts INTEGER NOT NULL, ends INTEGER NOT NULL,
            updated INTEGER NOT NULL, ends_assumed INTEGER NOT NULL, labels BLOB NOT NULL,
            annotations BLOB NOT NULL) STRICT;
          INSERT INTO former SELECT fingerprint, incident, starts, ends, updated, ends_assumed, labels, annotations
            FROM alert;
          DROP TABLE alert;
          ALTER TABLE former RENAME TO alert;
          CREATE INDEX alert_by_incident ON alert (incident);
          CREATE INDEX alert_by_start ON alert (starts, fingerprint);
          UPDATE server_state SET value = 2 WHERE name = 'schema';
          """)
    }
    old.close()
    let store = try await ServerStore(folder: folder)
    defer { store.close() }
    // One that is known is changed, not added.
    try await keep([alert(3), alert(4)], in: store)
    let all = try await store.alerts(AlertFilter(), at: Self.moment).items
    #expect(all.map { $0.labels["n"] } == ["1", "2", "3", "4"])
    #expect(try await store.alerts(of: 1, limit: 10, at: Self.moment).count == 4)
  }

  /// What the desk and the ledger both have is cut from the journal in parts, so that no sender waits for all of it.
  @Test func theJournalIsCutInParts() async throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try await ServerStore(folder: folder)
    defer { store.close() }
    _ = try await store.keptDesk()
    try await store.write { db in
      for _ in 1...1_200 {
        try db.execute(sql: "INSERT INTO journal (at, format, body) VALUES (0, 'desk', x'00')")
      }
    }
    func count() async throws -> Int {
      try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM journal") ?? 0 }
    }
    try await keep([], folded: 1_150, in: store)
    #expect(try await count() == 1_200, "the desk's state is not kept yet")
    try await store.keep(KeptDesk(state: Data(), sequence: 1_200))
    var counts: [Int] = []
    for _ in 1...4 {
      try await keep([], folded: 1_150, in: store)
      counts.append(try await count())
    }
    #expect(counts.first.map { $0 > 500 && $0 < 1_200 } == true, "\(counts)")
    #expect(counts.last == 50, "\(counts)")
  }

  /// A filter that little passes ends a page early, and the list goes on without a gap.
  @Test func aPageReadsABoundedNumberOfAlerts() async throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try await ServerStore(folder: folder)
    defer { store.close() }
    _ = try await store.keptDesk()
    try await keep((1...20).map(alert), in: store)
    var filter = AlertFilter()
    filter.labels = ["service": "seven"]
    var found: [String?] = []
    var pageCount = 0
    repeat {
      let page = try await store.alerts(filter, at: Self.moment, readingAtMost: 3)
      found += page.items.map { $0.labels["n"] }
      filter.cursor = page.nextCursor
      pageCount += 1
    } while filter.cursor != nil && pageCount < 20
    #expect(found == ["7"])
    #expect(pageCount == 7)
  }

  /// A clock that is set back holds nothing up.
  @Test func workIsDoneAlsoAfterTheClockWasSetBack() {
    var pace = Pace(seconds: 60)
    let isDone = [0, 59, 60, -3_600, -3_590].map { pace.isDue(at: Self.moment.advanced(bySeconds: $0)) }
    #expect(isDone == [true, false, true, true, false])
  }

  /// However many come without a token.
  @Test func failuresAreNotKeptForEver() {
    let limit = FailureLimit()
    for _ in 1...10_000 { limit.note(at: Self.moment) }
    #expect(limit.noted == FailureLimit.maximumFailures)
    #expect(limit.isReached(at: Self.moment))
    #expect(!limit.isReached(at: Self.moment.advanced(bySeconds: 61)))
    for _ in 1...FailureLimit.maximumFailures { limit.note(at: Self.moment) }
    #expect(!limit.isReached(at: Self.moment.advanced(bySeconds: -3_600)), "the clock was set back")
  }

  /// As the results are shipped, and as `tocsin replay --output` writes them; anything else beside them is passed over.
  @Test func scorecardsAreFoundWhateverTheirFileIsCalled() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let shipped = ServerHarness.project + "/datasets/results"
    let walk = try #require(FileManager.default.enumerator(atPath: shipped))
    let card = try #require(walk.compactMap { $0 as? String }.first { $0.hasSuffix("/simulated.json") })
    for name in ["a", "b"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    }
    for name in ["a/one.json", "b/scorecard.json"] {
      try FileManager.default.copyItem(atPath: "\(shipped)/\(card)", toPath: "\(folder)/\(name)")
    }
    try Data("{}".utf8).write(to: URL(filePath: folder + "/b/other.json"))
    #expect(ReplayView.all(in: folder).map(\.name) == ["b", "a-one"])
  }
}

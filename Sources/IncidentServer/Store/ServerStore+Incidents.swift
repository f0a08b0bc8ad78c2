import AlertDesk
import Foundation
import GRDB
import IncidentModel

/// What a store had kept when the server started.
struct KeptState: Sendable {
  var alerts: [(Fingerprint, TrackedAlert)] = []
  /// Those that are not over.
  var incidents: [IncidentRecord] = []
  var lastNumber = 0
  var lastVersion = 0
  /// The last report of the journal that is folded into alerts and incidents.
  var foldedSequence: Int64 = 0
  /// The alert desk; nil where there was none yet.
  var desk: KeptDesk?
  /// Reports behind either of the two, in order.
  var unfolded: [JournaledReport] = []
}

extension ServerStore {
  /// A part of what is of no use any more, so that senders do not wait while much is deleted; the rest goes with what is
  /// written down next.
  private static let cutJournal = """
    DELETE FROM journal WHERE sequence <= min(?, \(journalOfDesk), (SELECT min(sequence) FROM journal) + 500)
    """

  /// Writes down what changed, all of it or nothing, so that what is read after a crash is what the ledger was at one
  /// moment. The journal is cut there.
  func keep(
    alerts: [(Fingerprint, TrackedAlert)], incidents: [IncidentRecord], foldedSequence: Int64, lastVersion: Int,
    lastNumber: Int
  ) async throws {
    let documents = try incidents.map { (record: $0, text: try StoredDocument.text($0)) }
    try await write { db in
      let statement = try db.cachedStatement(
        sql: """
          INSERT INTO alert (fingerprint, incident, starts, ends, updated, ends_assumed, labels, annotations)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (fingerprint) DO UPDATE SET incident = excluded.incident, starts = excluded.starts,
            ends = excluded.ends, updated = excluded.updated, ends_assumed = excluded.ends_assumed,
            annotations = excluded.annotations
          """)
      for (fingerprint, alert) in alerts {
        try statement.execute(arguments: [
          Int64(bitPattern: fingerprint.value), alert.incident, alert.startsAt, alert.endsAt, alert.updatedAt,
          alert.endIsAssumed, Data(alert.labels.bytes), Data(alert.annotations.bytes),
        ])
      }
      for (record, text) in documents {
        try db.cachedStatement(
          sql: "INSERT OR REPLACE INTO incident (number, version, state, updated, document) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [
          record.number, record.version, record.state.rawValue, record.updatedAt.nanoseconds, text,
        ])
      }
      for (name, value) in [
        ("folded", foldedSequence), ("version", Int64(lastVersion)), ("number", Int64(lastNumber)),
      ] {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO server_state (name, value) VALUES (?, ?)")
          .execute(arguments: [name, value])
      }
      try db.cachedStatement(sql: Self.cutJournal).execute(arguments: [foldedSequence])
    }
  }

  /// What the loop goes on from after a start.
  func kept(at now: Timestamp) async throws -> KeptState {
    try await read { db in
      var kept = KeptState()
      func state(_ name: String) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT value FROM server_state WHERE name = ?", arguments: [name]) ?? 0
      }
      kept.foldedSequence = try state("folded")
      kept.lastVersion = Int(try state("version"))
      kept.lastNumber = Int(try state("number"))
      let documents = try String.fetchAll(db, sql: "SELECT document FROM incident WHERE state <> 'resolved'")
      kept.incidents = try documents.map { try StoredDocument.value(IncidentRecord.self, $0) }
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT * FROM alert WHERE ends > ? OR incident IN (SELECT number FROM incident WHERE state <> 'resolved')
          """, arguments: [now.advanced(bySeconds: -3600).nanoseconds])
      while let row = try rows.next() {
        kept.alerts.append(try TrackedAlert.read(row))
      }
      let journal = try Row.fetchCursor(
        db, sql: "SELECT * FROM journal WHERE sequence > min(?, \(Self.journalOfDesk)) ORDER BY sequence",
        arguments: [kept.foldedSequence])
      while let row = try journal.next() {
        let at = Timestamp(nanoseconds: try row.value("at"))
        guard let format = AlertFormat(rawValue: try row.value("format")) else {
          throw StoreFailure(.damaged, "the journal holds a format that this version does not know")
        }
        let body: Data = try row.value("body")
        kept.unfolded.append(
          JournaledReport(
            sequence: try row.value("sequence"), at: at, report: try format.read(Array(body), at: at), bytes: nil))
      }
      return kept
    }
  }
}

extension TrackedAlert {
  static func read(_ row: Row) throws -> (Fingerprint, TrackedAlert) {
    let labels: Data = try row.value("labels")
    let annotations: Data = try row.value("annotations")
    let fingerprint: Int64 = try row.value("fingerprint")
    let incident: Int? = row["incident"]
    return (
      Fingerprint(value: UInt64(bitPattern: fingerprint)),
      TrackedAlert(
        labels: LabelSet(stored: Array(labels)), annotations: LabelSet(stored: Array(annotations)),
        startsAt: try row.value("starts"), endsAt: try row.value("ends"), updatedAt: try row.value("updated"),
        endIsAssumed: try row.value("ends_assumed"), incident: incident)
    )
  }
}

import AlertDesk
import Foundation
import GRDB
import IncidentModel

/// A message to one integration of a receiver, on its way.
struct OutgoingMessage: Sendable {
  enum State: String, Sendable, Hashable, Codable, CaseIterable {
    case waiting, sent
    /// Not sent and not tried any more.
    case failed
    /// More waited than may.
    case dropped
    /// There was nothing to say to this kind of receiver.
    case needless
  }

  var key: String
  var content: NotificationContent
  var attempts: Int

  /// What must be told in order.
  static func lane(_ content: NotificationContent) -> String {
    "\(content.notification.receiver)/\(content.notification.integration) \(content.notification.groupKey)"
  }
}

/// The desk's state and its messages, which are in the store before any of them is sent.
extension ServerStore {
  /// Beyond this messages are dropped, and that is on record.
  static let maximumWaitingMessages = 10_000

  static let notificationTables = """
    CREATE TABLE IF NOT EXISTS desk (
      id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL, state BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS notification (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, lane TEXT NOT NULL, at INTEGER NOT NULL,
      state TEXT NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL, error TEXT,
      document TEXT NOT NULL) STRICT;
    CREATE INDEX IF NOT EXISTS notification_by_state ON notification (state, lane, sequence);
    """

  /// Journal entries up to here are of no use any more: the desk's kept state has them in it.
  static let journalOfDesk = "coalesce((SELECT sequence FROM desk), 0)"

  /// The desk's state; its tables are made where there are none yet, so that this comes first.
  func keptDesk() async throws -> KeptDesk? {
    try await write { db in
      try db.execute(sql: Self.notificationTables)
      return try Row.fetchOne(db, sql: "SELECT sequence, state FROM desk").map {
        KeptDesk(state: try $0.value("state"), sequence: try $0.value("sequence"))
      }
    }
  }

  func keep(_ desk: KeptDesk) async throws {
    try await write { db in
      try db.execute(
        sql: "INSERT OR REPLACE INTO desk (id, sequence, state) VALUES (1, ?, ?)",
        arguments: [desk.sequence, desk.state])
    }
  }

  /// Writes messages down, each once however often it is made.
  /// - Returns: how many were dropped, since too many wait.
  func enqueue(_ messages: [NotificationContent], at now: Timestamp) async throws -> Int {
    let rows = try messages.map { content in
      (
        key: content.idempotencyKey, lane: OutgoingMessage.lane(content), at: content.notification.at.nanoseconds,
        document: try StoredDocument.text(content)
      )
    }
    return try await write { db in
      var waiting =
        try Int.fetchOne(db, sql: "SELECT count(*) FROM notification WHERE state = 'waiting'") ?? 0
      var dropped = 0
      for row in rows {
        let state = waiting < Self.maximumWaitingMessages ? OutgoingMessage.State.waiting : .dropped
        try db.execute(
          sql: """
            INSERT OR IGNORE INTO notification (key, lane, at, state, attempts, due, document)
            VALUES (?, ?, ?, ?, 0, 0, ?)
            """, arguments: [row.key, row.lane, row.at, state.rawValue, row.document])
        guard db.changesCount > 0 else { continue }
        if state == .dropped { dropped += 1 } else { waiting += 1 }
      }
      if dropped > 0 {
        try AuditLog.append(
          AuditLog.Entry(
            at: now, actor: "desk", action: "notification.drop", subject: "\(dropped) messages",
            detail: "\(Self.maximumWaitingMessages) wait already"), to: db)
      }
      return dropped
    }
  }

  /// Messages whose time has come, of each lane the first that waits.
  func dueMessages(at now: Timestamp, limit: Int) async throws -> [OutgoingMessage] {
    try await read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT key, attempts, document FROM notification AS next WHERE state = 'waiting' AND due <= ? AND NOT EXISTS (
            SELECT 1 FROM notification AS before
            WHERE before.state = 'waiting' AND before.lane = next.lane AND before.sequence < next.sequence)
          ORDER BY sequence LIMIT ?
          """, arguments: [now.nanoseconds, limit]
      ).map { row in
        OutgoingMessage(
          key: try row.value("key"), content: try StoredDocument.value(NotificationContent.self, row.value("document")),
          attempts: try row.value("attempts"))
      }
    }
  }

  /// What came of one attempt, and the entry of the audit log that says so, in one transaction.
  func note(
    _ message: OutgoingMessage, _ state: OutgoingMessage.State, due: Timestamp, error: String?, entry: AuditLog.Entry?
  ) async throws {
    try await write { db in
      try db.execute(
        sql: "UPDATE notification SET state = ?, attempts = ?, due = ?, error = ? WHERE key = ?",
        arguments: [state.rawValue, message.attempts + 1, due.nanoseconds, error, message.key])
      if let entry { try AuditLog.append(entry, to: db) }
    }
  }

  /// The last messages, newest first.
  func messages(limit: Int) async throws -> [NotificationView] {
    try await read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM notification ORDER BY sequence DESC LIMIT ?", arguments: [limit]
      ).map { try NotificationView($0) }
    }
  }

  /// By state, how many there are.
  func messageCounts() async throws -> [String: Int] {
    try await read { db in
      var counts: [String: Int] = [:]
      for row in try Row.fetchAll(db, sql: "SELECT state, count(*) AS count FROM notification GROUP BY state") {
        counts[try row.value("state")] = try row.value("count")
      }
      return counts
    }
  }

  /// Forgets messages that are done with; those since a moment stay, so that none is made again.
  func forgetMessages(before moment: Timestamp) async throws {
    try await write { db in
      try db.execute(
        sql: "DELETE FROM notification WHERE state <> 'waiting' AND at < ?", arguments: [moment.nanoseconds])
    }
  }
}

/// A message as the interface shows it: whom it was for and what came of it, nothing of its content.
struct NotificationView: Sendable, Hashable, Codable {
  var key: String
  var at: Timestamp
  var receiver: String
  /// For example `pagerduty_configs`.
  var kind: String
  var groupKey: String
  var reason: String
  var isPage: Bool
  var alertCount: Int
  var state: OutgoingMessage.State
  var attempts: Int
  /// Why the last attempt failed.
  var error: String?
}

extension NotificationView {
  init(_ row: Row) throws {
    let content = try StoredDocument.value(NotificationContent.self, row.value("document"))
    let state: String = try row.value("state")
    let notification = content.notification
    self.init(
      key: try row.value("key"), at: notification.at, receiver: notification.receiver, kind: notification.kind ?? "",
      groupKey: notification.groupKey, reason: notification.reason.rawValue, isPage: notification.isPage,
      alertCount: content.alerts.count, state: OutgoingMessage.State(rawValue: state) ?? .failed,
      attempts: try row.value("attempts"), error: row["error"])
  }
}

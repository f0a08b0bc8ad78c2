import Foundation
import GRDB
import IncidentModel

/// What is deleted because it is too old or too much.
extension ServerStore {
  /// Alerts that are over, beyond which the oldest go.
  private static let maximumAlertCount = 1_000_000
  /// In one transaction, so that senders do not wait for it.
  private static let alertsPerCommit = 2_000
  private static let requestsPerCommit = 50
  /// An incident that is over for less is still in the ledger.
  private static let shortestSeconds = 2 * 3_600.0

  /// Deletes pushed telemetry that is older or more than is to be kept.
  func cleanTelemetry(_ retention: LoopSettings.Retention, at now: Timestamp) async throws {
    let oldest = now.advanced(bySeconds: -Double(retention.telemetryMinutes) * 60).nanoseconds
    let bytes = retention.telemetryBytes
    let last = try await read { db in
      try Int64.fetchOne(
        db,
        sql: """
          SELECT coalesce(max(sequence), 0) FROM (
            SELECT sequence, at, sum(length(body)) OVER (ORDER BY sequence DESC) AS total FROM telemetry)
          WHERE at < ? OR total > ?
          """, arguments: [oldest, bytes]) ?? 0
    }
    var deleted = 1
    while deleted > 0 {
      deleted = try await write { db in
        try db.execute(
          sql: """
            DELETE FROM telemetry
            WHERE sequence <= min(?, (SELECT min(sequence) FROM telemetry) + \(Self.requestsPerCommit) - 1)
            """, arguments: [last])
        return db.changesCount
      }
    }
  }

  /// Deletes incidents that are over, with their alerts, their boards and their recorded cases: those that are too old,
  /// and the oldest while all of them together are too much. Changes and alerts of no incident go by their age.
  /// - Returns: how many incidents.
  @discardableResult
  func cleanIncidents(
    _ retention: LoopSettings.Retention, casesFolder: String, at now: Timestamp
  ) async throws -> Int {
    let oldest = now.advanced(bySeconds: -Double(retention.days) * 86_400).nanoseconds
    let youngest = now.advanced(bySeconds: -Self.shortestSeconds).nanoseconds
    let over = try await read { db in
      try Row.fetchAll(
        db, sql: "SELECT number, updated FROM incident WHERE state = 'resolved' AND updated < ? ORDER BY number",
        arguments: [youngest]
      ).map { (number: try $0.value("number") as Int, updated: try $0.value("updated") as Int64) }
    }
    let sizes = try await bytesByIncident(casesFolder: casesFolder)
    var total = sizes.values.reduce(0, +)
    var count = 0
    for incident in over where incident.updated < oldest || total > retention.incidentBytes {
      try await delete(incident.number, casesFolder: casesFolder)
      total -= sizes[IncidentRecord.id(incident.number)] ?? 0
      count += 1
    }
    try await write { try $0.execute(sql: "DELETE FROM change WHERE at < ?", arguments: [oldest]) }
    try await deleteAlerts("incident IS NULL AND updated < \(oldest)")
    let alertCount = try await read { try Int.fetchOne($0, sql: "SELECT count(*) FROM alert") ?? 0 }
    if alertCount > Self.maximumAlertCount {
      try await deleteAlerts("ends < \(youngest)", atMost: alertCount - Self.maximumAlertCount)
    }
    return count
  }

  /// What lies outside of the tables first: what is left of it after a crash is found again through them.
  private func delete(_ number: Int, casesFolder: String) async throws {
    let id = IncidentRecord.id(number)
    try await onBlockingThread {
      let folder = "\(casesFolder)/\(id)"
      if FileManager.default.fileExists(atPath: folder) { try FileManager.default.removeItem(atPath: folder) }
    }
    try await boards.forget(incident: id)
    try await deleteAlerts("incident = \(number)")
    try await write { try $0.execute(sql: "DELETE FROM incident WHERE number = ?", arguments: [number]) }
  }

  private func deleteAlerts(_ condition: String, atMost most: Int = .max) async throws {
    var left = most
    while left > 0 {
      let part = min(left, Self.alertsPerCommit)
      let deleted = try await write { db in
        try db.execute(
          sql: """
            DELETE FROM alert WHERE id IN (
              SELECT id FROM alert WHERE \(condition) ORDER BY starts LIMIT \(part))
            """)
        return db.changesCount
      }
      left -= deleted
      if deleted < part { return }
    }
  }

  /// Of recorded cases and of boards.
  private func bytesByIncident(casesFolder: String) async throws -> [String: Int] {
    var sizes = try await read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT incident, sum(length(payload)) AS size FROM entry
          JOIN investigation ON investigation.key = entry.investigation GROUP BY incident
          """)
      return try Dictionary(
        rows.map { (try $0.value("incident") as String, try $0.value("size") as Int) }, uniquingKeysWith: +)
    }
    let folders = try await onBlockingThread { () -> [(String, Int)] in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: casesFolder)) ?? []
      return names.map { ($0, Self.bytes(below: "\(casesFolder)/\($0)")) }
    }
    for (incident, size) in folders { sizes[incident, default: 0] += size }
    return sizes
  }

  private static func bytes(below folder: String) -> Int {
    guard let walk = FileManager.default.enumerator(atPath: folder) else { return 0 }
    var total = 0
    while walk.nextObject() != nil { total += (walk.fileAttributes?[.size] as? Int) ?? 0 }
    return total
  }
}

import AlertDesk
import BlackboardStore
import GRDB
import IncidentModel

/// What the interface and the streams read.
extension ServerStore {
  /// For one page of a list: a filter that nothing passes would read all that there is. The list goes on from there.
  private static let mostRowsRead = 20_000

  func incident(_ number: Int) async throws -> IncidentRecord? {
    try await read { db in
      try String.fetchOne(db, sql: "SELECT document FROM incident WHERE number = ?", arguments: [number])
        .map { try StoredDocument.value(IncidentRecord.self, $0) }
    }
  }

  /// Those that changed since a version, the first to change first.
  func incidents(after version: Int) async throws -> [IncidentListItem] {
    try await read { db in
      try String.fetchAll(
        db, sql: "SELECT document FROM incident WHERE version > ? ORDER BY version LIMIT 1000", arguments: [version]
      ).map { try StoredDocument.value(IncidentRecord.self, $0).item }
    }
  }

  func incidents(_ filter: IncidentFilter) async throws -> ViewPage<IncidentListItem> {
    try await read { db in
      let states = filter.states.map(\.rawValue).sorted()
      let marks = states.map { _ in "?" }.joined(separator: ", ")
      var arguments = StatementArguments(states)
      arguments += [filter.before ?? Int.max]
      let documents = try String.fetchCursor(
        db, sql: "SELECT document FROM incident WHERE state IN (\(marks)) AND number < ? ORDER BY number DESC",
        arguments: arguments)
      var page = ViewPage<IncidentListItem>(items: [])
      while let document = try documents.next() {
        let record = try StoredDocument.value(IncidentRecord.self, document)
        if let service = filter.service, !record.services.contains(service) { continue }
        if page.items.count == filter.limit {
          page.nextCursor = page.items.last.flatMap { IncidentRecord.number($0.id) }.map(String.init)
          break
        }
        page.items.append(record.item)
      }
      return page
    }
  }

  func entries(_ incident: String, _ digest: String) async throws -> [BlackboardEntry] {
    try await boards.entries(of: InvestigationID(incident: incident, digest: digest))
  }

  /// - Throws: `Problem` for a cursor that was not given out here.
  func alerts(
    _ filter: AlertFilter, at now: Timestamp, readingAtMost mostRows: Int = mostRowsRead
  ) async throws -> ViewPage<AlertView> {
    let cursor = try filter.cursor.map { try AlertCursor($0) }
    let incident = filter.incident.map { IncidentRecord.number($0) ?? -1 }
    return try await read { db in
      var conditions = ["(starts, fingerprint) < (?, ?)"]
      var arguments: StatementArguments = [cursor?.starts ?? Int64.max, cursor?.fingerprint ?? Int64.max]
      if let incident {
        conditions.append("incident = ?")
        arguments += [incident]
      }
      if let state = filter.state {
        conditions.append(state == .firing ? "ends > ?" : "ends <= ?")
        arguments += [now.nanoseconds]
      }
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT * FROM alert WHERE \(conditions.joined(separator: " AND ")) ORDER BY starts DESC, fingerprint DESC
          """, arguments: arguments)
      var page = ViewPage<AlertView>(items: [])
      var last: AlertCursor?
      var reached: AlertCursor?
      var readCount = 0
      while let row = try rows.next() {
        let (fingerprint, alert) = try TrackedAlert.read(row)
        readCount += 1
        guard readCount <= mostRows else {
          page.nextCursor = reached?.text
          break
        }
        reached = AlertCursor(starts: alert.startsAt, fingerprint: Int64(bitPattern: fingerprint.value))
        guard filter.labels.allSatisfy({ alert.labels[$0.key] == $0.value }) else { continue }
        if page.items.count == filter.limit {
          page.nextCursor = last?.text
          break
        }
        page.items.append(alert.view(fingerprint, at: now))
        last = reached
      }
      return page
    }
  }

  /// At most so many alerts of an incident, the first to begin first.
  func alerts(of number: Int, limit: Int, at now: Timestamp) async throws -> [AlertView] {
    try await read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM alert WHERE incident = ? ORDER BY starts, fingerprint LIMIT ?",
        arguments: [number, limit]
      ).map { row in
        let (fingerprint, alert) = try TrackedAlert.read(row)
        return alert.view(fingerprint, at: now)
      }
    }
  }
}

/// Where a list of alerts goes on.
private struct AlertCursor: Sendable {
  var starts: Int64
  var fingerprint: Int64

  var text: String { "\(starts).\(fingerprint)" }

  init(starts: Int64, fingerprint: Int64) {
    self.starts = starts
    self.fingerprint = fingerprint
  }

  init(_ text: String) throws {
    let parts = text.split(separator: ".").map { Int64($0) }
    guard parts.count == 2, let starts = parts[0], let fingerprint = parts[1] else {
      throw Problem(.badRequest, "cursor was not given out here")
    }
    self.init(starts: starts, fingerprint: fingerprint)
  }
}

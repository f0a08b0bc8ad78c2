import Foundation
import GRDB
import IncidentModel
import Testing

@testable import BlackboardStore

/// What only a file can get wrong.
@Suite struct SQLiteStorageTests {
  /// Posts to a storage that is gone, and its file closed, when this returns.
  private func post(_ batch: [Posting], in file: String) async throws -> [BlackboardEntry] {
    try await SQLiteStorage(file: file).append(batch, to: incidentA, basedOn: .initial)
  }

  @Test func aLogOutlivesTheProcessThatWroteIt() async throws {
    try await withTemporaryFolder { folder in
      let file = folder + "/board.sqlite"
      let posted = try await post(everyKind, in: file)
      let second = try await SQLiteStorage(file: file)
      #expect(try await second.entries(of: incidentA) == posted)
      _ = try await second.append([note("goes on")], to: incidentA, basedOn: Revision(1))
      #expect(try await second.entries(of: incidentA).count == everyKind.count + 1)
    }
  }

  @Test func twoProcessesShareAFile() async throws {
    try await withTemporaryFolder { folder in
      let one = try await SQLiteStorage(file: folder + "/board.sqlite")
      let other = try await SQLiteStorage(file: folder + "/board.sqlite")
      _ = try await one.append([note("one")], to: incidentA, basedOn: .initial)
      #expect(
        await errorCode { _ = try await other.append([note("x")], to: incidentA, basedOn: .initial) }
          == .staleRevision)
      _ = try await other.append([note("other")], to: incidentA, basedOn: Revision(1))
      #expect(try await one.entries(of: incidentA).count == 2)
    }
  }

  @Test func everyCommitReachesTheDisk() async throws {
    try await withTemporaryFolder { folder in
      let database = try SQLiteSchema.open(folder + "/board.sqlite", lockTimeoutSeconds: 1)
      let (mode, synchronous) = try await database.read { db in
        (try String.fetchOne(db, sql: "PRAGMA journal_mode"), try Int.fetchOne(db, sql: "PRAGMA synchronous"))
      }
      #expect(mode == "wal")
      #expect(synchronous == 2, "2 is FULL")
    }
  }

  @Test(arguments: ["UPDATE entry SET payload = '{}'", "DELETE FROM entry"])
  func theFileItselfRefusesToForget(sql: String) async throws {
    try await withTemporaryFolder { folder in
      let file = folder + "/board.sqlite"
      let storage = try await SQLiteStorage(file: file)
      _ = try await storage.append([note("a")], to: incidentA, basedOn: .initial)
      let intruder = try DatabaseQueue(path: file)
      await #expect(throws: DatabaseError.self) { try await intruder.write { try $0.execute(sql: sql) } }
    }
  }

  @Test func aTextFileIsNoStoreAndStaysAsItIs() async throws {
    try await withTemporaryFolder { folder in
      let file = folder + "/notes.txt"
      let text = String(repeating: "These are notes, not a database.\n", count: 100)
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      #expect(await errorCode { _ = try await SQLiteStorage(file: file) } == .notADatabase)
      #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    }
  }

  @Test func anotherProgramsDatabaseIsRefusedAndStaysAsItIs() async throws {
    try await withTemporaryFolder { folder in
      let file = folder + "/other.sqlite"
      let other = try DatabaseQueue(path: file)
      try await other.write { try $0.execute(sql: "CREATE TABLE theirs (a)") }
      try other.close()
      let before = try Data(contentsOf: URL(fileURLWithPath: file))
      #expect(await errorCode { _ = try await SQLiteStorage(file: file) } == .foreignDatabase)
      #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)
    }
  }

  @Test func aStoreOfANewerVersionIsRefused() async throws {
    try await withTemporaryFolder { folder in
      let file = folder + "/board.sqlite"
      _ = try await post([note("a")], in: file)
      let newer = try DatabaseQueue(path: file)
      try await newer.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9: from the future')") }
      try newer.close()
      #expect(await errorCode { _ = try await SQLiteStorage(file: file) } == .newerSchema)
    }
  }

  @Test func aLockedStoreSaysSo() async throws {
    try await withTemporaryFolder { folder in
      let file = folder + "/board.sqlite"
      let storage = try await SQLiteStorage(file: file, lockTimeoutSeconds: 0.01)
      var configuration = Configuration()
      configuration.allowsUnsafeTransactions = true
      let writer = try DatabaseQueue(path: file, configuration: configuration)
      try await writer.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
      let code = await errorCode { _ = try await storage.append([note("a")], to: incidentA, basedOn: .initial) }
      #expect(code == .locked)
      try await writer.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
      _ = try await storage.append([note("a")], to: incidentA, basedOn: .initial)
    }
  }

  @Test(arguments: [false, true])
  func aFileThatWasOverwrittenGivesAnErrorAndNoCrash(withHeader keepsHeader: Bool) async throws {
    try await withTemporaryFolder { folder in
      let file = folder + "/board.sqlite"
      _ = try await post((0..<2000).map { note("\($0)") }, in: file)
      var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
      let start = keepsHeader ? 8192 : 0
      for position in start..<bytes.count { bytes[position] = UInt8(truncatingIfNeeded: position &* 31) }
      try bytes.write(to: URL(fileURLWithPath: file))
      let code = await errorCode {
        let damaged = try await SQLiteStorage(file: file)
        _ = try await damaged.entries(of: incidentA)
      }
      #expect(code == (keepsHeader ? .corrupted : .notADatabase))
    }
  }

  /// Wherever bytes are wrong, a log is read as it was or refused with a reason.
  @Test(arguments: 0..<20)
  func randomDamageNeverStopsTheProgram(seed: Int) async throws {
    try await withTemporaryFolder { folder in
      let file = folder + "/board.sqlite"
      let posted = try await post(everyKind + (0..<50).map { note("\($0)") }, in: file)
      var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
      var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
      for _ in 0..<(1 << (seed % 10)) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[100 + Int(state >> 33) % (bytes.count - 100)] = UInt8(truncatingIfNeeded: state >> 24)
      }
      try Data(bytes).write(to: URL(fileURLWithPath: file))
      do {
        let storage = try await SQLiteStorage(file: file)
        let entries = try await storage.entries(of: incidentA)
        #expect(entries.isEmpty || entries.map(\.sequence) == Array(1...entries.count))
        #expect(entries.count <= posted.count)
        _ = try await storage.investigations()
        _ = try await storage.append([note("more")], to: incidentA, basedOn: Revision(1))
      } catch {
        #expect(error is BlackboardStoreError, "\(error)")
      }
    }
  }

  @Test(arguments: [
    "INSERT INTO entry VALUES (1, \(Int.max), 2, 'a', 'diagnostic', '{}')",
    "INSERT INTO entry VALUES (1, \(Int.min), -1, 'a', 'diagnostic', '{}')",
    "INSERT INTO entry VALUES (1, 5, 2, 'a', 'diagnostic', '{}')",
    "INSERT INTO entry VALUES (1, 2, 7, 'a', 'diagnostic', '{}')",
    "INSERT INTO entry VALUES (1, 2, 2, 'a', 'rumour', '{}')",
    "INSERT INTO entry VALUES (1, 2, 2, 'a', 'diagnostic', '{\"kind\":')",
    "INSERT INTO entry VALUES (1, 2, 2, 'a', 'diagnostic', '')",
  ])
  func entriesThatFormNoLogAreRefused(sql: String) async throws {
    try await withTemporaryFolder { folder in
      let file = folder + "/board.sqlite"
      let storage = try await SQLiteStorage(file: file)
      _ = try await storage.append([note("a")], to: incidentA, basedOn: .initial)
      try await DatabaseQueue(path: file).write { try $0.execute(sql: sql) }
      #expect(await errorCode { _ = try await storage.entries(of: incidentA) } == .corrupted)
    }
  }

  @Test func aMissingFolderAndAFolderCannotBeOpened() async throws {
    try await withTemporaryFolder { folder in
      #expect(await errorCode { _ = try await SQLiteStorage(file: folder + "/none/board.sqlite") } == .cannotOpen)
      #expect(await errorCode { _ = try await SQLiteStorage(file: folder) } == .cannotOpen)
    }
  }

  @Test func errorsOfTheDiskAreToldApart() {
    let codes: [(ResultCode, BlackboardStoreError.Code)] = [
      (.SQLITE_FULL, .diskFull), (.SQLITE_READONLY, .notWritable), (.SQLITE_CORRUPT, .corrupted),
      (.SQLITE_IOERR, .failed),
    ]
    for (result, code) in codes {
      let error = BlackboardStoreError(DatabaseError(resultCode: result), file: "/disk/board.sqlite")
      #expect(error.code == code)
      #expect(error.message.contains("/disk/board.sqlite"))
    }
  }
}

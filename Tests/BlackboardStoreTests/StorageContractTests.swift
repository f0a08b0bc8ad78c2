import BlackboardStore
import IncidentModel
import Testing

/// What every storage must do; the same tests run on each.
@Suite struct StorageContractTests {
  @Test(arguments: StorageKind.allCases)
  func entriesAreNumberedThroughAndShareTheRevisionOfTheirBatch(kind: StorageKind) async throws {
    try await withTemporaryFolder { folder in
      let storage = try await kind.make(in: folder)
      _ = try await storage.append([note("a"), note("b")], to: incidentA, basedOn: .initial)
      let second = try await storage.append([note("c")], to: incidentA, basedOn: Revision(1))
      let entries = try await storage.entries(of: incidentA)
      #expect(entries.map(\.sequence) == [1, 2, 3])
      #expect(entries.map(\.revision.number) == [1, 1, 2])
      #expect(entries.map(\.contribution) == [note("a"), note("b"), note("c")].map(\.contribution))
      #expect(Array(entries.suffix(1)) == second)
    }
  }

  @Test(arguments: StorageKind.allCases)
  func aBatchFromAStaleRevisionIsRefusedAndLeavesNothing(kind: StorageKind) async throws {
    try await withTemporaryFolder { folder in
      let storage = try await kind.make(in: folder)
      _ = try await storage.append([note("a")], to: incidentA, basedOn: .initial)
      for stale in [0, 2, -1] {
        let code = await errorCode {
          _ = try await storage.append([note("x"), note("y")], to: incidentA, basedOn: Revision(stale))
        }
        #expect(code == .staleRevision)
      }
      #expect(try await storage.entries(of: incidentA).count == 1)
    }
  }

  @Test(arguments: StorageKind.allCases)
  func everyKindOfContributionComesBackAsItWas(kind: StorageKind) async throws {
    try await withTemporaryFolder { folder in
      let storage = try await kind.make(in: folder)
      let posted = try await storage.append(everyKind, to: incidentA, basedOn: .initial)
      let loaded = try await storage.entries(of: incidentA)
      #expect(loaded == posted)
      #expect(loaded.map(\.contribution) == everyKind.map(\.contribution))
    }
  }

  @Test(arguments: StorageKind.allCases)
  func incidentsDoNotMixAndAreListedOldestFirst(kind: StorageKind) async throws {
    try await withTemporaryFolder { folder in
      let storage = try await kind.make(in: folder)
      let other = InvestigationID(incident: "0 sorts first", digest: "sha256:1")
      let again = InvestigationID(incident: "A", digest: "sha256:2")
      _ = try await storage.append(everyKind, to: incidentA, basedOn: .initial)
      _ = try await storage.append([note("o")], to: other, basedOn: .initial)
      _ = try await storage.append([note("o2")], to: other, basedOn: Revision(1))
      _ = try await storage.append([note("again")], to: again, basedOn: .initial)
      #expect(try await storage.entries(of: again).map(\.sequence) == [1])
      #expect(try await storage.entries(of: InvestigationID(incident: "none", digest: "")).isEmpty)
      let stored = try await storage.investigations()
      #expect(stored.map(\.id) == [incidentA, other, again])
      #expect(stored.map(\.revision.number) == [1, 2, 1])
      #expect(stored.map(\.isConcluded) == [true, false, false])
    }
  }

  @Test(arguments: StorageKind.allCases)
  func anEmptyBatchChangesNothingButIsCheckedAllTheSame(kind: StorageKind) async throws {
    try await withTemporaryFolder { folder in
      let storage = try await kind.make(in: folder)
      #expect(try await storage.append([], to: incidentA, basedOn: .initial).isEmpty)
      #expect(try await storage.investigations().isEmpty)
      let code = await errorCode { _ = try await storage.append([], to: incidentA, basedOn: Revision(1)) }
      #expect(code == .staleRevision)
    }
  }

  @Test(arguments: StorageKind.allCases)
  func ofManyPostersFromOneRevisionExactlyOneSucceeds(kind: StorageKind) async throws {
    try await withTemporaryFolder { folder in
      let storage = try await kind.make(in: folder)
      for round in 0..<5 {
        let winners = await withTaskGroup(of: Int.self) { group in
          for poster in 0..<8 {
            group.addTask {
              let batch = (0..<3).map { note("\(round) \(poster) \($0)") }
              let code = await errorCode {
                _ = try await storage.append(batch, to: incidentA, basedOn: Revision(round))
              }
              return code == nil ? 1 : 0
            }
          }
          return await group.reduce(0, +)
        }
        #expect(winners == 1)
      }
      let entries = try await storage.entries(of: incidentA)
      #expect(entries.map(\.sequence) == Array(1...15))
      // A batch stays together.
      for start in stride(from: 0, to: 15, by: 3) {
        #expect(Set(entries[start..<(start + 3)].map(\.revision)).count == 1)
      }
    }
  }

  @Test(arguments: StorageKind.allCases)
  func aLargePayloadAndALongBatchSurvive(kind: StorageKind) async throws {
    try await withTemporaryFolder { folder in
      let storage = try await kind.make(in: folder)
      let long = String(repeating: "Störung 🔥 ", count: 400_000)
      let batch = [note(long)] + (0..<3000).map { note("\($0)") }
      let posted = try await storage.append(batch, to: incidentA, basedOn: .initial)
      #expect(try await storage.entries(of: incidentA) == posted)
    }
  }

  @Test(arguments: StorageKind.allCases)
  func reloadingEqualsTheFoldInMemory(kind: StorageKind) async throws {
    try await withTemporaryFolder { folder in
      let storage = try await kind.make(in: folder)
      let board = try await Blackboard(incidentA, in: storage)
      _ = try await board.post(Array(everyKind.prefix(3)), basedOn: .initial)
      let live = try await board.post(Array(everyKind.dropFirst(3)), basedOn: Revision(1))
      let reloaded = try await Blackboard(incidentA, in: storage).snapshot()
      #expect(reloaded.entries == live.entries)
      #expect(reloaded.revision == Revision(2))
      #expect(reloaded.hypotheses == live.hypotheses)
      #expect(reloaded.lastRevision == live.lastRevision)
      #expect(Verdict(reloaded).hypotheses == Verdict(live).hypotheses)
    }
  }
}

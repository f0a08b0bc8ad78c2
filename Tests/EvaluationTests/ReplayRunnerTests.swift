import Evaluation
import Foundation
import IncidentModel
import Telemetry
import Testing
import TextReading

@Suite struct ReplayRunnerTests {
  @Test func scoresEveryCaseAndCountsFailures() async throws {
    var adapter = FixtureAdapter(caseCount: 12)
    adapter.unreadable = [5]
    let scorecard = try await run(adapter)
    // Positions 3, 7, 11 are healthy and 5 fails; of the rest 0, 6, 9 are c0, 1, 4, 10 are c1, 2, 8 are c2.
    #expect(scorecard.cases == 9)
    #expect(scorecard.failed == 1)
    #expect(scorecard.failures.map(\.case) == ["group-1/case-5"])
    #expect(scorecard.failures.map(\.error) == ["metrics.csv:3: broken"])
    #expect(scorecard.accuracy.top1 == 0.375)
    #expect(scorecard.accuracy.top3 == 0.75)
    #expect(scorecard.accuracy.mrr == 0.5625)
    #expect(scorecard.wrongAndConfident == 5)
    #expect(scorecard.faultAccuracy == 1)
    #expect(scorecard.healthy.cases == 3)
    #expect(scorecard.healthy.falseAlarms == 3)
    #expect(scorecard.byGroup["group-0"]?.cases == 6)
    #expect(scorecard.byGroup["fault cpu"]?.cases == 8)
    #expect(scorecard.results.map(\.rank) == [1, 2, nil, 2, 1, nil, 1, 2])
  }

  @Test func jobsChangeNothingButTheTime() async throws {
    var adapter = FixtureAdapter(caseCount: 40)
    adapter.unreadable = [2, 17]
    adapter.healthyWindowCount = 12
    let one = try await run(adapter, jobs: 1)
    let four = try await run(adapter, jobs: 4)
    #expect(one.timeless == four.timeless)
    #expect(one.results.map(\.case) == four.results.map(\.case))
  }

  @Test(.timeLimit(.minutes(1))) func readsThatBlockHaveThreadsOfTheirOwn() async throws {
    // Each read waits for all the others: this ends only if all are under way at the same time.
    let barrier = Barrier(count: 8)
    var adapter = FixtureAdapter(caseCount: 8)
    adapter.beforeRead = { _ in barrier.wait() }
    #expect(try await run(adapter, jobs: 8).results.count == 6)
  }

  @Test func healthyWindowsMakeUpForTheFaults() async throws {
    var adapter = FixtureAdapter(caseCount: 8)
    adapter.healthyWindowCount = 3
    // Six faults, two healthy cases of the dataset's own; four more are wanted and three exist.
    #expect(try await run(adapter, healthy: .asManyAsFaults).healthy.cases == 5)
    #expect(try await run(adapter, healthy: .exactly(3)).healthy.cases == 3)
    #expect(try await run(adapter, healthy: .none).healthy.cases == 2)
    #expect(try await run(adapter, healthy: .asManyAsFaults).healthy.falseAlarms == 2)
  }

  @Test func filterIsAPatternOverIdentifiers() async throws {
    let scorecard = try await run(FixtureAdapter(caseCount: 12), filter: "group-0/*")
    #expect(scorecard.results.map(\.case) == (0..<6).map { "group-0/case-\($0 * 2)" })
    #expect(try await run(FixtureAdapter(caseCount: 12), filter: "*-1").results.map(\.case) == ["group-1/case-1"])
  }

  @Test func unknownComponentInTheTruthFailsTheCase() async throws {
    var dataset = FixtureAdapter(caseCount: 2).dataset
    dataset.truth = GroundTruthReader { reference in
      GroundTruth(components: [.init(reference.position == 0 ? "c0" : "ghost", line: 4)], file: "truth.yaml")
    }
    let scorecard = try await ReplayRunner(dataset: dataset, investigate: FixtureAdapter.answer).run()
    #expect(scorecard.failed == 1)
    #expect(scorecard.failures[0].error.hasPrefix("truth.yaml:4: the component “ghost” is neither"))
    #expect(scorecard.accuracy.top1 == 1)
  }

  @Test func cancellationIsNotAFailedCase() async throws {
    let tally = Tally()
    let runner = ReplayRunner(dataset: FixtureAdapter(caseCount: 100).dataset) { window in
      tally.note(window.incident.id)
      withUnsafeCurrentTask { $0?.cancel() }
      return FixtureAdapter.answer(window)
    }
    await #expect(throws: CancellationError.self) { try await runner.run() }
    #expect(tally.ids.count == 1)
  }

  private func run(
    _ adapter: FixtureAdapter, jobs: Int = 2, filter: String? = nil, healthy: HealthyCount = .asManyAsFaults
  ) async throws -> Scorecard {
    let options = ReplayOptions(jobs: jobs, filter: filter, healthy: healthy)
    return try await ReplayRunner(dataset: adapter.dataset, options: options, investigate: FixtureAdapter.answer).run()
  }
}

@Suite struct ResumeTests {
  @Test func goesOnAfterACrashInTheMiddleOfALine() async throws {
    try await withTemporaryFolder { folder in
      let whole = try await replay(folder + "/whole")
      _ = try await replay(folder + "/cut", filter: "*-[0-3]")
      let results = folder + "/cut/results.jsonl"
      var bytes = try Data(contentsOf: URL(fileURLWithPath: results))
      #expect(bytes.count(where: { $0 == UInt8(ascii: "\n") }) == 4)
      bytes.removeLast(25)
      try bytes.write(to: URL(fileURLWithPath: results))
      let tally = Tally()
      let resumed = try await replay(folder + "/cut", isResuming: true, tally: tally)
      #expect(resumed.timeless == whole.timeless)
      // Three lines were whole; the fourth case and the rest are done again.
      #expect(tally.ids.count == 7)
      let lines = try String(contentsOfFile: results, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 10)
      #expect(Set(lines).count == 10)
    }
  }

  @Test func finishedRunIsNotRepeated() async throws {
    try await withTemporaryFolder { folder in
      let first = try await replay(folder)
      let tally = Tally()
      let second = try await replay(folder, isResuming: true, tally: tally)
      #expect(tally.ids.isEmpty)
      #expect(first.timeless == second.timeless)
    }
  }

  @Test func resultsOfDifferentRunsAreNotMixed() async throws {
    try await withTemporaryFolder { folder in
      _ = try await replay(folder)
      await #expect(throws: DatasetError.self) { try await replay(folder) }
      await #expect(throws: DatasetError.self) { try await replay(folder, isResuming: true, configuration: "other") }
    }
  }

  @Test func aDamagedLineInTheMiddleIsReported() async throws {
    try await withTemporaryFolder { folder in
      _ = try await replay(folder)
      let results = URL(fileURLWithPath: folder + "/results.jsonl")
      var lines = try String(contentsOf: results, encoding: .utf8).split(separator: "\n").map(String.init)
      lines[1] = "{}"
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: results)
      let error = await #expect(throws: DatasetError.self) { try await replay(folder, isResuming: true) }
      #expect(error?.line == 2)
    }
  }

  @Test func reportsAreTheSameForAnyNumberOfJobs() async throws {
    try await withTemporaryFolder { folder in
      _ = try await replay(folder + "/one", jobs: 1)
      _ = try await replay(folder + "/three", jobs: 3)
      for number in 0..<10 {
        let path = "reports/group-\(number % 2)/case-\(number).json"
        let one = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/one/\(path)"))
        let three = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/three/\(path)"))
        #expect(one == three)
        #expect(String(decoding: one, as: UTF8.self) == "report of group-\(number % 2)/case-\(number)")
      }
    }
  }

  private func replay(
    _ folder: String, filter: String? = nil, isResuming: Bool = false, jobs: Int = 2, configuration: String = "",
    tally: Tally = Tally()
  ) async throws -> Scorecard {
    var adapter = FixtureAdapter(caseCount: 10)
    adapter.beforeRead = { tally.note("\($0)") }
    let options = ReplayOptions(
      jobs: jobs, filter: filter, output: folder, isResuming: isResuming, configurationDigest: configuration)
    return try await ReplayRunner(
      dataset: adapter.dataset, options: options, investigate: FixtureAdapter.answer,
      renderReport: { Data("report of \($0.opening?.incident.id ?? "")".utf8) }
    ).run()
  }
}

import ArgumentParser
import BlackboardStore
import Evaluation
import Foundation
import IncidentModel
import Reporting
import Telemetry

struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Investigate every incident of a dataset and score the answers against the known causes.",
    discussion: """
      The scorecard shows trivial baselines beside every figure, confidence intervals, calibration, and false alarms on \
      fault-free windows. With --output the results and reports are kept as they come, and an interrupted replay goes on \
      with --resume.

      tocsin replay datasets/simulated --output replays/today
      tocsin replay datasets/simulated --fail-under top1=0.85
      tocsin replay datasets/simulated --without critic
      """)

  @Argument(help: ArgumentHelp("The folder of the dataset.", valueName: "dataset"))
  var folder: String

  @Option(help: .adapter)
  var adapter: String?

  @Flag(help: "Withhold the time of the alert and the symptom.")
  var blind = false

  @Option(help: ArgumentHelp("How many cases at the same time.", valueName: "count"))
  var jobs = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: ArgumentHelp("Only cases whose identifier matches, for example 'low_traffic/*'.", valueName: "glob"))
  var filter: String?

  @Option(help: ArgumentHelp("Fault-free windows: auto, off or how many.", valueName: "count"))
  var healthy = "auto"

  @Option(
    name: .customLong("without"),
    help: ArgumentHelp(
      "Leave out one part of the analysis, to see what it is worth; may be repeated.", valueName: "part"))
  var left: [Ingredient] = []

  @Option(help: "How to show the scorecard: terminal or json.")
  var format: Format = .terminal

  @Option(help: ArgumentHelp("Keep results and reports in this folder.", valueName: "dir"))
  var output: String?

  @Option(help: ArgumentHelp("Go on with the replay that this folder holds.", valueName: "dir"))
  var resume: String?

  @Option(help: ArgumentHelp("Exit with 1 when a measure is lower, for example top1=0.7,top3=0.9.", valueName: "bars"))
  var failUnder: String?

  @Flag(
    help: "Also measure what the best, the worst and a random language model could change, by trying every nomination.")
  var adviceBounds = false

  @OptionGroup var models: ModelOptions
  @OptionGroup var global: GlobalOptions

  enum Format: String, ExpressibleByArgument, CaseIterable { case terminal, json }

  func validate() throws {
    guard jobs >= 1, jobs <= 1024 else { throw ValidationError("--jobs takes a number from 1 to 1024") }
    guard output == nil || resume == nil else { throw ValidationError("--resume names the folder; leave out --output") }
  }

  func run() async throws {
    let console = global.console
    guard let healthyCount = HealthyCount(healthy) else {
      throw CommandFailure(.usage, "--healthy \(healthy) is not known", hint: "use auto, off or a number")
    }
    let bars = try parsedBars()
    let project = try global.projectFolder()
    let advisor = try models.advisor(project)
    let engine = try Engine(project, without: Set(left), readsAllRunbooks: advisor != nil, advisor: advisor)
    let dataset = try ReplayDataset(folder: folder, adapter: try AdapterCatalog.adapter(named: adapter, for: folder))
    let options = ReplayOptions(
      read: ReadOptions(isBlind: blind), jobs: jobs, filter: filter, healthy: healthyCount, output: resume ?? output,
      isResuming: resume != nil, configurationDigest: engine.investigator.configurationDigest,
      measuresNominees: adviceBounds)
    let runner = ReplayRunner(dataset: dataset, options: options) { telemetry in
      try await engine.investigate(telemetry, storage: MemoryStorage())
    } renderReport: {
      Data(try IncidentReport($0).json().utf8)
    }
    let scorecard = try await run(runner, checking: engine, console: console)
    try show(scorecard, console: console)
    if scorecard.isWithoutCases {
      throw CommandFailure(.badInput, "no case could be scored", hint: "the scorecard says of each why it failed")
    }
    let shortfalls = scorecard.shortfalls(of: bars)
    if !shortfalls.isEmpty { throw CommandFailure(.barNotMet, shortfalls.joined(separator: "\n")) }
  }

  private func parsedBars() throws -> [AccuracyBar] {
    guard let failUnder else { return [] }
    do {
      return try AccuracyBar.parse(failUnder)
    } catch {
      throw CommandFailure(.usage, "--fail-under: \(error)")
    }
  }

  /// Runbooks are read beside the first cases. A mistake in any of them ends the replay, since cases would go without
  /// advice.
  private func run(_ runner: ReplayRunner, checking engine: Engine, console: Console) async throws -> Scorecard {
    async let scorecard = run(runner, console: console)
    try engine.checkRunbooks()
    return try await scorecard
  }

  private func run(_ runner: ReplayRunner, console: Console) async throws -> Scorecard {
    let progress = ProgressLine("replay", console: console)
    defer { progress.finish() }
    do {
      return try await runner.run { event in
        switch event {
        case .planned(let total, let done): progress.show(done: done, total: total)
        case .finished(_, let done, let total): progress.show(done: done, total: total)
        }
      }
    } catch is CancellationError {
      progress.finish()
      let hint = (resume ?? output).map { "what was finished is kept; go on with --resume \($0)" }
      throw CommandFailure(.interrupted, "interrupted", hint: hint ?? "with --output DIR a replay can be resumed")
    }
  }

  private func show(_ scorecard: Scorecard, console: Console) throws {
    let json = String(decoding: try scorecard.json(), as: UTF8.self)
    if let folder = resume ?? output { try console.write(json, to: folder + "/scorecard.json") }
    console.result(format == .json ? json : scorecard.terminalText())
  }
}

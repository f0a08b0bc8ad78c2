import Foundation
import IncidentModel
import Telemetry
import TextReading

/// Investigates every case of a dataset and scores the answers against the known causes.
///
/// Cases are independent of each other and of the number of jobs. A case that fails is counted and the rest goes on.
/// A cancelled run throws `CancellationError`; what was finished is in the output folder.
package struct ReplayRunner: Sendable {
  /// One investigation, from telemetry that holds no answer to the blackboard as it stood at the end.
  package typealias Investigation = @Sendable (TelemetryWindow) async throws -> BlackboardSnapshot
  /// The bytes of a case's report, kept as `reports/<case>.json` in the output folder.
  package typealias ReportRendering = @Sendable (BlackboardSnapshot) throws -> Data

  package var dataset: ReplayDataset
  package var options: ReplayOptions
  package var investigate: Investigation
  package var renderReport: ReportRendering?

  package init(
    dataset: ReplayDataset, options: ReplayOptions = ReplayOptions(), investigate: @escaping Investigation,
    renderReport: ReportRendering? = nil
  ) {
    self.dataset = dataset
    self.options = options
    self.investigate = investigate
    self.renderReport = renderReport
  }

  /// `onEvent` is called from several threads, one call at a time.
  package func run(onEvent: @escaping @Sendable (ReplayEvent) -> Void = { _ in }) async throws -> Scorecard {
    let start = ContinuousClock.now
    let threads = WorkerThreads(count: max(options.jobs, 1))
    defer { threads.stop() }
    return try await withTaskExecutorPreference(threads) {
      let references = try matchingCases()
      let batch = ReplayBatch(log: try openLog(), onEvent: onEvent)
      let records = try await run(references.map(ReplayItem.recorded), in: batch)
      let windows = (0..<missingHealthyCount(beside: records)).map(ReplayItem.faultFree)
      let healthy = windows.isEmpty ? [] : try await run(windows, in: batch)
      return Scorecard(
        dataset: dataset.name, adapter: type(of: dataset.adapter).name, records: records + healthy,
        totalSeconds: start.duration(to: .now).inSeconds)
    }
  }

  private func openLog() throws -> ResultLog? {
    guard let folder = options.output else { return nil }
    return try ResultLog(
      folder: folder,
      run: ResultLog.Run(
        dataset: dataset.name, adapter: type(of: dataset.adapter).name, isBlind: options.read.isBlind,
        configurationDigest: options.configurationDigest),
      isResuming: options.isResuming)
  }

  private func matchingCases() throws -> [CaseReference] {
    let all = try dataset.adapter.cases()
    guard let filter = options.filter else { return all }
    let matching = all.filter { fnmatch(filter, $0.id, 0) == 0 }
    guard !matching.isEmpty else {
      let example = all.first.map { ", for example “\($0.id)”" } ?? ""
      throw DatasetError(
        file: dataset.name, message: "none of the \(all.count) cases matches the filter “\(filter)”\(example)")
    }
    return matching
  }

  /// How many fault-free slices are still wanted beside the healthy cases of the dataset itself.
  private func missingHealthyCount(beside records: [CaseRecord]) -> Int {
    let own = records.count { if case .healthy = $0 { true } else { false } }
    switch options.healthy {
    case .none: return 0
    case .exactly(let count): return max(count - own, 0)
    case .asManyAsFaults: return max(records.count - own - own, 0)
    }
  }

  /// Records in the order of the items, whatever the order in which they were done.
  private func run(_ items: [ReplayItem], in batch: ReplayBatch) async throws -> [CaseRecord] {
    var records = items.map { batch.earlier[$0.id] }
    let open = records.indices.filter { records[$0] == nil }
    batch.plan(total: items.count, done: items.count - open.count)
    let workers = min(max(options.jobs, 1), open.count)
    let turns = Turns(count: open.count, workers: workers)
    try await withThrowingTaskGroup(of: [(Int, CaseRecord)].self) { group in
      for worker in 0..<workers {
        group.addTask {
          var done: [(Int, CaseRecord)] = []
          while let turn = turns.next(for: worker) {
            try Task.checkCancellation()
            guard let record = try await self.record(of: items[open[turn]]) else {
              batch.drop()
              continue
            }
            try batch.finish(record)
            done.append((open[turn], record))
          }
          return done
        }
      }
      for try await done in group {
        for (position, record) in done { records[position] = record }
      }
    }
    return records.compactMap { $0 }
  }

  /// Nil when the data have no such fault-free window.
  private func record(of item: ReplayItem) async throws -> CaseRecord? {
    do {
      return try await investigateAndScore(item)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      return .failed(failure: CaseFailure(caseID: item.id, group: item.group, error: String(describing: error)))
    }
  }

  private func investigateAndScore(_ item: ReplayItem) async throws -> CaseRecord? {
    let start = ContinuousClock.now
    let window: TelemetryWindow
    switch item {
    case .recorded(let reference): window = try dataset.adapter.read(reference, options: options.read)
    case .faultFree(let position):
      guard let slice = try dataset.adapter.readHealthy(position, options: options.read) else { return nil }
      window = slice
    }
    let snapshot = try await investigate(window)
    let seconds = start.duration(to: .now).inSeconds.roundedToSignificantDigits(4)
    // The answer stands; only now is the truth looked at.
    let record: CaseRecord
    switch item {
    case .recorded(let reference):
      let truth = try dataset.truth.truth(of: reference)
      record = try CaseRecord(
        reference, truth: truth, window: window, snapshot: snapshot, seconds: seconds,
        measuresNominees: options.measuresNominees)
    case .faultFree:
      record = .healthy(
        result: HealthyResult(
          caseID: item.id, group: item.group, verdict: Verdict(snapshot), snapshot: snapshot, seconds: seconds))
    }
    if let folder = options.output, let renderReport {
      try ReplayReports.write(try renderReport(snapshot), caseID: item.id, folder: folder)
    }
    return record
  }
}

/// Something to investigate: a case of the dataset, or a slice of its fault-free telemetry.
enum ReplayItem: Sendable {
  case recorded(CaseReference)
  case faultFree(Int)

  var id: String {
    switch self {
    case .recorded(let reference): reference.id
    case .faultFree(let position): "fault-free window \(position + 1)"
    }
  }

  var group: String {
    switch self {
    case .recorded(let reference): reference.group
    case .faultFree: "fault-free"
    }
  }
}

extension Duration {
  fileprivate var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}

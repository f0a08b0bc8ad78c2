import Agents
import Foundation
import IncidentModel
import Telemetry
import TextReading

/// A finished replay to calibrate on, as `tocsin replay --output` left it.
package struct CalibrationReplay: Sendable {
  package var run: ResultLog.Run
  package var dataset: CalibrationStudy.Dataset
  /// `sha256:<hex>` over the digests of the cases' input, in the order of the cases' names.
  package var inputDigest: String

  /// The replay is called as its folder is.
  /// - Throws: a `DatasetError` when the folder holds no replay, or one that has not ended.
  package init(folder: String) throws {
    let manager = FileManager.default
    guard manager.fileExists(atPath: folder + "/run.json") else {
      throw DatasetError(
        file: folder, message: "this is no replay; make one: tocsin replay DATASET --output \(folder)")
    }
    guard manager.fileExists(atPath: folder + "/scorecard.json") else {
      throw DatasetError(
        file: folder, message: "this replay has not ended; go on with it: tocsin replay DATASET --resume \(folder)")
    }
    run = try TruthFile.decode(ResultLog.Run.self, from: "run.json", in: folder)
    let records = try ResultLog.records(in: folder).sorted { $0.caseID < $1.caseID }
    let graded = records.compactMap(\.graded)
    dataset = CalibrationStudy.Dataset(
      name: URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent, investigations: graded,
      caseCount: graded.count)
    var digest = ContentDigest()
    for investigation in graded { digest.update(investigation.inputDigest) }
    inputDigest = digest.finalize()
  }
}

extension CaseRecord {
  /// Nil where the case failed.
  var graded: GradedInvestigation? {
    switch self {
    case .faulty(let result): result.graded
    case .healthy(let result): result.graded
    case .failed: nil
    }
  }
}

extension ConfidenceFile {
  /// - Parameter replays: those that were fitted on, in the order of the study's rows.
  package init(_ study: CalibrationStudy, replays: [CalibrationReplay], origin: Origin) {
    let fitted = study.rows.filter { !$0.isHeldOut }
    var origin = origin
    origin.datasets = zip(replays, fitted).map { replay, row in
      Dataset(
        name: replay.dataset.name, adapter: replay.run.adapter, isBlind: replay.run.isBlind, answers: row.answers,
        right: row.right, input: replay.inputDigest)
    }
    self.init(
      model: study.model, origin: origin,
      measured: Measured(
        inSample: study.inSampleError, leaveOneDatasetOut: study.leaveOneDatasetOutError, heldOut: study.heldOutError,
        wrongAndConfident: study.confident.wrongShare))
  }
}

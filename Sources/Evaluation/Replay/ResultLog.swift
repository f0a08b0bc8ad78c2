import Foundation
import Synchronization
import Telemetry
import TextReading

/// The results of a replay on disk: `run.json` says which run it is, `results.jsonl` has one line a finished case.
///
/// A line is on the disk before the case counts as finished. A line that was cut off by a crash is taken back when
/// the run is resumed, and its case is done again.
package final class ResultLog: Sendable {
  private let path: String
  private let file: Mutex<FileHandle>
  /// What an earlier run had finished.
  package let finished: [CaseRecord]

  /// What has to be the same for results to belong together.
  package struct Run: Hashable, Sendable, Codable {
    package var dataset: String
    package var adapter: String
    package var isBlind: Bool
    package var configurationDigest: String

    package init(dataset: String, adapter: String, isBlind: Bool, configurationDigest: String) {
      self.dataset = dataset
      self.adapter = adapter
      self.isBlind = isBlind
      self.configurationDigest = configurationDigest
    }
  }

  /// Throws a `DatasetError` when the folder holds results and `isResuming` is false, or holds none or those of another
  /// run and it is true.
  package init(folder: String, run: Run, isResuming: Bool) throws {
    path = folder + "/results.jsonl"
    let runPath = folder + "/run.json"
    let isBegun = FileManager.default.fileExists(atPath: runPath)
    // Of a mistyped name no replay is made that begins with the first case.
    guard isBegun || !isResuming else {
      throw DatasetError(file: folder, message: "there is no replay here to go on with; --output begins one")
    }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    if isBegun {
      guard isResuming else {
        throw DatasetError(
          file: folder, message: "the folder holds the results of an earlier run; resume it or choose another folder")
      }
      let earlier = try TruthFile.decode(Run.self, from: "run.json", in: folder)
      guard earlier == run else {
        throw DatasetError(
          file: runPath,
          message: "this run was made from other data or another configuration (\(Self.difference(earlier, run))), "
            + "so its results cannot be joined with new ones; choose another folder")
      }
    } else {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      try DurableFile.replace(runPath, with: try encoder.encode(run) + Data("\n".utf8))
    }
    if !FileManager.default.fileExists(atPath: path) { try DurableFile.replace(path, with: Data()) }
    let (records, keptBytes) = try Self.readFinished(path)
    finished = records
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try handle.truncate(atOffset: UInt64(keptBytes))
    try handle.seekToEnd()
    file = Mutex(handle)
  }

  /// Returns when the line is on the disk.
  package func append(_ record: CaseRecord) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = try encoder.encode(record) + Data("\n".utf8)
    try file.withLock { handle in
      try handle.write(contentsOf: line)
      try handle.synchronize()
    }
  }

  /// The finished cases that a folder holds, in the order in which they were finished.
  static func records(in folder: String) throws -> [CaseRecord] { try readFinished(folder + "/results.jsonl").records }

  private static func difference(_ earlier: Run, _ now: Run) -> String {
    if earlier.dataset != now.dataset { return "dataset “\(earlier.dataset)”, not “\(now.dataset)”" }
    if earlier.adapter != now.adapter { return "adapter “\(earlier.adapter)”, not “\(now.adapter)”" }
    if earlier.isBlind != now.isBlind { return earlier.isBlind ? "it was blind" : "it was not blind" }
    return "configuration \(earlier.configurationDigest), not \(now.configurationDigest)"
  }

  /// The whole lines, and where the last of them ends. A bad line with good ones after it is an error.
  private static func readFinished(_ path: String) throws -> (records: [CaseRecord], keptBytes: Int) {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let decoder = JSONDecoder()
    var records: [CaseRecord] = []
    var start = data.startIndex
    while let end = data[start...].firstIndex(of: UInt8(ascii: "\n")) {
      do {
        records.append(try decoder.decode(CaseRecord.self, from: data[start..<end]))
      } catch {
        // A crash of the whole machine can leave a last line of the right length with the wrong bytes.
        guard data[(end + 1)...].isEmpty else {
          throw DatasetError(
            file: path, line: records.count + 1,
            message: "not a result of a replay; remove the line to do its case again")
        }
        break
      }
      start = end + 1
    }
    return (records, start - data.startIndex)
  }
}

/// Writes that survive a crash: to a neighbour first, then renamed over the old file.
enum DurableFile {
  static func replace(_ path: String, with data: Data) throws {
    let draft = path + ".new"
    try data.write(to: URL(fileURLWithPath: draft))
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: draft))
    try handle.synchronize()
    try handle.close()
    guard rename(draft, path) == 0 else {
      throw DatasetError(file: path, message: "the file cannot be written: \(String(cString: strerror(errno)))")
    }
  }
}

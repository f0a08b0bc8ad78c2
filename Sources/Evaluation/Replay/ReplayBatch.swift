import Foundation
import Synchronization

/// What the workers of one replay share: the log, the count and the listener.
final class ReplayBatch: Sendable {
  private let log: ResultLog?
  private let progress = Mutex((total: 0, done: 0))
  private let onEvent: @Sendable (ReplayEvent) -> Void
  /// Finished in an earlier run, by case.
  let earlier: [String: CaseRecord]

  init(log: ResultLog?, onEvent: @escaping @Sendable (ReplayEvent) -> Void) {
    self.log = log
    self.onEvent = onEvent
    earlier = Dictionary((log?.finished ?? []).map { ($0.caseID, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func plan(total: Int, done: Int) {
    progress.withLock { progress in
      progress.total += total
      progress.done += done
      onEvent(.planned(total: progress.total, done: progress.done))
    }
  }

  /// One that was planned does not exist.
  func drop() { progress.withLock { $0.total -= 1 } }

  func finish(_ record: CaseRecord) throws {
    try log?.append(record)
    progress.withLock { progress in
      progress.done += 1
      onEvent(.finished(record, done: progress.done, total: progress.total))
    }
  }
}

/// Hands out 0, 1, 2, … once each. Every worker has a stretch of its own, since neighbours often share files, and takes
/// from the longest that is left when its own is done.
final class Turns: Sendable {
  private let stretches: Mutex<[Range<Int>]>

  init(count: Int, workers: Int) {
    stretches = Mutex((0..<workers).map { count * $0 / workers..<count * ($0 + 1) / workers })
  }

  /// - Parameter worker: from 0.
  func next(for worker: Int) -> Int? {
    stretches.withLock { stretches in
      let longest = stretches.indices.max { stretches[$0].count < stretches[$1].count } ?? worker
      let chosen = stretches[worker].isEmpty ? longest : worker
      guard let turn = stretches[chosen].first else { return nil }
      stretches[chosen] = turn + 1..<stretches[chosen].upperBound
      return turn
    }
  }
}

/// The reports of a replay, one file a case.
enum ReplayReports {
  static func write(_ report: Data, caseID: String, folder: String) throws {
    let path = folder + "/reports/" + fileName(caseID) + ".json"
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    try DurableFile.replace(path, with: report)
  }

  /// Slashes stay folders; what could leave the folder or upset a shell is written as `%XX`.
  static func fileName(_ caseID: String) -> String {
    caseID.split(separator: "/").map { part in
      if part == "." || part == ".." { return String(part).replacing(".", with: "%2E") }
      return part.utf8.map { byte in
        let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        if isPlain || byte == 45 || byte == 46 || byte == 95 { return String(UnicodeScalar(byte)) }
        return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }.joined()
    }.joined(separator: "/")
  }
}

import Dispatch
import Foundation

/// The texts of runbooks, each read strictly the first time that it is asked for.
final class UnreadRunbooks: @unchecked Sendable {
  struct File {
    var path: String
    var text: String
  }

  private let files: [File]
  /// Of files that could not be had.
  private let problems: [RunbookProblem]
  private let lock = NSLock()
  /// By position; guarded by `lock`.
  private var known: [Int: (runbook: Runbook?, problems: [RunbookProblem])] = [:]

  init(_ files: [File], problems: [RunbookProblem]) {
    self.files = files
    self.problems = problems
  }

  /// Those whose text passes, by name.
  /// - Throws: everything that is wrong in them.
  func read(where isWanted: (String) -> Bool) throws(RunbookError) -> [Runbook] {
    var runbooks: [Runbook] = []
    var problems = problems
    for result in results(files.indices.filter { isWanted(files[$0].text) }) {
      problems += result.problems
      if let runbook = result.runbook { runbooks.append(runbook) }
    }
    guard problems.isEmpty else { throw RunbookError(problems: problems) }
    return runbooks.sorted { $0.name < $1.name }
  }

  /// In the order of the positions. Each text by itself, so all processors take part.
  private func results(_ positions: [Int]) -> [(runbook: Runbook?, problems: [RunbookProblem])] {
    let missing = lock.withLock { positions.filter { known[$0] == nil } }
    DispatchQueue.concurrentPerform(iterations: missing.count) { place in
      let file = files[missing[place]]
      let result = RunbookReader.read(file.text, file: file.path)
      lock.withLock { known[missing[place]] = result }
    }
    return lock.withLock { positions.compactMap { known[$0] } }
  }
}

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
  private var results: [Int: (runbook: Runbook?, problems: [RunbookProblem])] = [:]

  init(_ files: [File], problems: [RunbookProblem]) {
    self.files = files
    self.problems = problems
  }

  /// Those whose text passes, by name.
  /// - Throws: everything that is wrong in them.
  func read(where isWanted: (String) -> Bool) throws(RunbookError) -> [Runbook] {
    var runbooks: [Runbook] = []
    var problems = problems
    for position in files.indices where isWanted(files[position].text) {
      let result = result(position)
      problems += result.problems
      if let runbook = result.runbook { runbooks.append(runbook) }
    }
    guard problems.isEmpty else { throw RunbookError(problems: problems) }
    return runbooks.sorted { $0.name < $1.name }
  }

  private func result(_ position: Int) -> (runbook: Runbook?, problems: [RunbookProblem]) {
    lock.withLock {
      if let known = results[position] { return known }
      let result = RunbookReader.read(files[position].text, file: files[position].path)
      results[position] = result
      return result
    }
  }
}

extension String {
  /// Whether the bytes of a word stand somewhere in the text.
  func holds(_ word: String) -> Bool {
    var (text, word) = (self, word)
    return text.withUTF8 { text in
      word.withUTF8 { word in
        guard let first = word.first, text.count >= word.count else { return word.isEmpty }
        for start in 0...(text.count - word.count) where text[start] == first {
          if text[start..<(start + word.count)].elementsEqual(word) { return true }
        }
        return false
      }
    }
  }
}

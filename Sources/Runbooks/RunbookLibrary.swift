import ConfigurationReading
import Foundation
import IncidentModel

/// The runbooks of a project folder, checked strictly when read.
package struct RunbookLibrary: Sendable {
  /// SHA-256 over the files' names and bytes, for provenance.
  package var digest: String
  /// By name; those that have been read.
  package var runbooks: [Runbook]
  /// What came of them before; nil ranks by what they say alone.
  package private(set) var experience: Experience?
  /// Those that are read when they may be needed; nil where all have been.
  private var unread: UnreadRunbooks?

  /// Advice beyond the second-best explanation would be noise.
  package static let maximumHypothesisCount = 2
  package static let maximumRemediationsPerHypothesis = 3
  /// Below this probability a runner-up gets no advice.
  package static let runnerUpMinimumConfidence = 0.1

  /// Reads every `*.yaml` in the folder.
  /// - Throws: `RunbookError` with file, line and column of everything that is wrong in any of them.
  package init(folder: String) throws {
    self = try RunbookLibrary(unreadIn: folder).readingAll()
  }

  /// One runbook, by its name; nil where the folder has none of that name. What is wrong in others does not matter.
  /// - Throws: `RunbookError` with everything that is wrong in it.
  package static func runbook(_ name: String, in folder: String) throws -> Runbook? {
    let path = "\(folder)/\(name).yaml"
    guard RunbookReader.isSlug(name), !name.isEmpty, FileManager.default.fileExists(atPath: path) else { return nil }
    let text: String
    do {
      text = try TextFile<RunbookProblem>.read(path, maximumBytes: RunbookLimits.fileBytes)
    } catch {
      throw RunbookError(problems: [error])
    }
    let result = RunbookReader.read(text, file: path)
    guard let runbook = result.runbook else { throw RunbookError(problems: result.problems) }
    return runbook
  }

  /// Takes the texts of every `*.yaml` in the folder, of which an investigation reads those that may be for its
  /// findings. What is wrong in the others is for `RunbookLibrary(folder:)` to say.
  /// - Throws: `RunbookError` where a file cannot be had.
  package init(unreadIn folder: String) throws {
    var digest = ContentDigest()
    var files: [UnreadRunbooks.File] = []
    var problems: [RunbookProblem] = []
    for name in try Self.names(in: folder) {
      let path = "\(folder)/\(name).yaml"
      do {
        let text = try TextFile<RunbookProblem>.read(path, maximumBytes: RunbookLimits.fileBytes)
        digest.update("\(name).yaml")
        digest.update(Int64(text.utf8.count))
        Array(text.utf8).withUnsafeBytes { digest.update($0) }
        files.append(UnreadRunbooks.File(path: path, text: text))
      } catch {
        problems.append(error)
      }
    }
    let unread = UnreadRunbooks(files, problems: problems)
    self.digest = digest.finalize()
    runbooks = []
    self.unread = unread
  }

  /// Ranks by what came of the runbooks before, too; it is a part of what the answer is worked out from.
  package mutating func remember(_ experience: Experience?) {
    guard let experience else { return }
    self.experience = experience
    digest = ContentDigest.of("\(digest) \(experience.digest)")
  }

  private func readingAll() throws(RunbookError) -> RunbookLibrary {
    var library = self
    library.runbooks = try unread?.read { _ in true } ?? runbooks
    library.unread = nil
    return library
  }

  /// Reads those that nobody has asked for yet.
  /// - Throws: everything that is wrong in any of them.
  package func readRest() throws(RunbookError) { _ = try unread?.read { _ in true } }

  /// The library with the runbooks that may fit these hypotheses: each of them names its causes or its kinds of fault in
  /// its text, so that a file without these words need not be read.
  /// - Throws: `RunbookError` for what is wrong in them.
  package func reading(for judged: [JudgedHypothesis]) throws(RunbookError) -> RunbookLibrary {
    guard let unread else { return self }
    let leading = judged.filter { !$0.isVetoed }.prefix(Self.maximumHypothesisCount).map(\.hypothesis)
    // Only commands for its object are offered where a cluster's object is named, and these are for its cause.
    let words = Set(leading.map { $0.object == nil ? $0.fault.rawValue : $0.cause ?? $0.fault.rawValue })
    var library = self
    library.runbooks = try unread.read { text in words.contains { text.holds($0) } }
    library.unread = nil
    return library
  }

  private static func names(in folder: String) throws(RunbookError) -> [String] {
    do {
      return try TextFile<RunbookProblem>.names(in: folder, ending: ".yaml")
    } catch {
      throw RunbookError(problems: [error])
    }
  }

  /// Runbooks that fit the leading hypotheses, bound to their components, best first; where none fits, or
  /// those that fit would take back a change that is not on record, one without a runbook that holds diagnostic steps. Numbered `R1`, `R2`, …
  /// - Parameter judged: best first, as in `Verdict`; vetoed ones get no advice.
  package func remediations(for judged: [JudgedHypothesis], serviceMap: ServiceMap) -> [Remediation] {
    let leading = judged.filter { !$0.isVetoed }.prefix(Self.maximumHypothesisCount)
    var remediations: [Remediation] = []
    for (position, candidate) in leading.enumerated() {
      guard position == 0 || candidate.confidence >= Self.runnerUpMinimumConfidence else { continue }
      let matches = RunbookMatch.ranked(runbooks, for: candidate, serviceMap, experience: experience)
      var advice = matches.prefix(Self.maximumRemediationsPerHypothesis).enumerated().map { place, match in
        match.remediation(place: place + 1, of: matches.count, for: candidate, serviceMap)
      }
      // Before a change is taken back that nobody recorded, somebody has to find it.
      if matches.first.map({ $0.undoing == .unrecordedChange }) ?? true {
        let looks = DiagnosticAdvice(for: candidate, runbooks: runbooks, matches: matches, serviceMap: serviceMap)
        advice.insert(looks.remediation, at: 0)
        advice = Array(advice.prefix(Self.maximumRemediationsPerHypothesis))
      }
      remediations += advice.filter { new in !remediations.contains { Self.isSameAdvice($0, new) } }
    }
    return remediations.enumerated().map { position, remediation in
      var numbered = remediation
      numbered.id = RemediationID("R\(position + 1)")
      return numbered
    }
  }

  private static func isSameAdvice(_ left: Remediation, _ right: Remediation) -> Bool {
    left.runbook == right.runbook && left.steps == right.steps
  }
}

extension RunbookMatch {
  fileprivate func remediation(
    place: Int, of count: Int, for judged: JudgedHypothesis, _ serviceMap: ServiceMap
  ) -> Remediation {
    Remediation(
      id: "", hypothesis: judged.hypothesis.id, runbook: runbook.name, title: binding.words(runbook.title),
      preconditions: runbook.preconditions.map(binding.sentence), steps: runbook.steps.map(binding.step),
      risk: runbook.risk,
      blastRadius: runbook.blastRadius.components(around: judged.hypothesis.component, in: serviceMap),
      isReversible: runbook.isReversible, requiresApproval: runbook.approvals != .none,
      expectedEffect: binding.words(runbook.expectedEffect), verification: binding.sentence(runbook.verification),
      reason: reason(place: place, of: count, for: judged))
  }
}

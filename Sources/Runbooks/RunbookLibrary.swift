import ConfigurationReading
import IncidentModel

/// The runbooks of a project folder, checked strictly when read.
package struct RunbookLibrary: Sendable {
  /// SHA-256 over the files' names and bytes, for provenance.
  package var digest: String
  /// By name.
  package var runbooks: [Runbook]

  /// Advice beyond the second-best explanation would be noise.
  package static let maximumHypothesisCount = 2
  package static let maximumRemediationsPerHypothesis = 3
  /// Below this probability a runner-up gets no advice.
  package static let runnerUpMinimumConfidence = 0.1

  /// Reads every `*.yaml` in the folder.
  /// - Throws: `RunbookError` with file, line and column of everything that is wrong in any of them.
  package init(folder: String) throws {
    let names = try Self.names(in: folder)
    var digest = ContentDigest()
    var runbooks: [Runbook] = []
    var problems: [RunbookProblem] = []
    for name in names {
      let path = "\(folder)/\(name).yaml"
      do {
        let text = try TextFile<RunbookProblem>.read(path, maximumBytes: RunbookLimits.fileBytes)
        digest.update("\(name).yaml")
        digest.update(Int64(text.utf8.count))
        Array(text.utf8).withUnsafeBytes { digest.update($0) }
        let result = RunbookReader.read(text, file: path)
        problems += result.problems
        if let runbook = result.runbook { runbooks.append(runbook) }
      } catch {
        problems.append(error)
      }
    }
    guard problems.isEmpty else { throw RunbookError(problems: problems) }
    self.digest = digest.finalize()
    self.runbooks = runbooks.sorted { $0.name < $1.name }
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
      let matches = RunbookMatch.ranked(runbooks, for: candidate, serviceMap)
      var advice = matches.prefix(Self.maximumRemediationsPerHypothesis).enumerated().map { place, match in
        match.remediation(place: place + 1, of: matches.count, for: candidate, serviceMap)
      }
      // Before a change is taken back that nobody recorded, somebody has to find it.
      if matches.first.map({ $0.undoing == .unrecordedChange }) ?? true {
        advice.insert(DiagnosticAdvice(for: candidate, runbooks: runbooks, matches: matches).remediation, at: 0)
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

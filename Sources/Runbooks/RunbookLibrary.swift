import IncidentModel

/// The runbooks of a project folder, checked strictly when read.
package struct RunbookLibrary: Sendable {
  /// SHA-256 over the files, for provenance.
  package var digest: String

  /// Reads every `*.yaml` in the folder.
  /// - Throws: `RunbookError` with file, line and column.
  package init(folder: String) throws { digest = "" }

  /// Runbooks that fit the hypotheses, bound to their components, best first; where none fits, one remediation
  /// without a runbook that holds diagnostic steps. Numbered `R1`, `R2`, …
  package func remediations(for judged: [JudgedHypothesis], serviceMap: ServiceMap) -> [Remediation] { [] }
}

import IncidentModel

/// The report for a terminal: one screen for the verdict, more on demand.
package struct TerminalReport: Sendable {
  package struct Options: Hashable, Sendable {
    package var usesColor = false
    /// All evidence, the critics' tests and the timeline after the verdict.
    package var explain = false
    /// In columns, at least 40.
    package var width = 80
    package var zone = ReportZone.utc

    package init() {}
  }

  /// Ends with a newline; no line is wider than the options say.
  package var text: String

  package init(_ snapshot: BlackboardSnapshot, options: Options = Options()) {
    text = ""
  }
}

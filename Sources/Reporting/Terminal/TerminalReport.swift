import IncidentModel

/// The report for a terminal: one screen of 80×24 for the verdict, more on demand.
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
    let assembled = AssembledReport(snapshot, zone: options.zone)
    var page = TerminalPage(width: options.width)
    // The fullest form that leaves a row for the prompt.
    for detail in TerminalScreen.Detail.descending {
      page = TerminalPage(width: options.width)
      TerminalScreen(assembled, zone: options.zone, detail: detail).write(to: &page)
      if page.lines.count < TerminalScreen.rowCount { break }
    }
    if options.explain { TerminalExplanation(assembled, zone: options.zone).write(to: &page) }
    text = page.text(usesColor: options.usesColor)
  }
}

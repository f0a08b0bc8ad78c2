import IncidentModel

/// The report as CommonMark with tables, for a ticket or a post-mortem.
package struct MarkdownReport: Sendable {
  package var text: String

  package init(_ snapshot: BlackboardSnapshot, zone: ReportZone = .utc) {
    text = ""
  }
}

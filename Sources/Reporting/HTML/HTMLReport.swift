import IncidentModel

/// The report as one HTML file that loads nothing and runs nothing: it can be mailed, archived and opened offline.
package struct HTMLReport: Sendable {
  package var html: String

  package init(_ snapshot: BlackboardSnapshot, zone: ReportZone = .utc) {
    let assembled = AssembledReport(snapshot, zone: zone)
    var page = HTMLPage(assembled, zone: zone)
    html = (.doctype + page.document()).text
  }
}

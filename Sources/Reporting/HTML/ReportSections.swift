import IncidentModel

/// The report's parts as markup, for a page that has a head and navigation of its own. They need `ReportStyle.rules`.
package struct ReportSections: Sendable {
  /// A part that leads to itself: `#evidence`.
  package struct Part: Hashable, Sendable {
    package var id: String
    package var title: String
    package var markup: String
  }

  /// In the order in which they are read; the answer first. Empty ones are left out.
  package var parts: [Part]
  /// `▮▮▮▯ sev2`, the span of time, the environment.
  package var facts: String

  /// - Parameter alertCount: of the incident; nil where only the board is known.
  package init(_ snapshot: BlackboardSnapshot, alertCount: Int? = nil, zone: ReportZone = .utc) {
    var assembled = AssembledReport(snapshot, zone: zone)
    assembled.alertCount = alertCount
    var page = HTMLPage(assembled, zone: zone)
    facts = page.facts
    let titles = [
      ("verdict", "Verdict"), ("next", "What next"), ("evidence", "Evidence"), ("map", "Map"),
      ("timeline", "Timeline"), ("alternatives", "Alternatives"), ("model", "Model"), ("around", "Around it"),
      ("unseen", "Unseen"), ("provenance", "Provenance"),
    ]
    parts = zip(titles, page.sections()).compactMap { title, markup in
      markup.isEmpty ? nil : Part(id: title.0, title: title.1, markup: markup.text)
    }
  }
}

/// The style rules that the report's markup needs, light and dark.
package enum ReportStyle {
  package static var rules: String { StyleSheet.rules }
}

import IncidentModel
import Reporting

/// The list of incidents, newest first.
struct IncidentListPage {
  var count: String
  var states: [LinkText]
  /// What the form keeps besides its own fields.
  var state: String?
  var service: String
  var rows: [Row]
  /// True where a filter hides everything.
  var isFiltered: Bool
  var isEmpty: Bool
  var next: String?
  /// Where this server listens, for the first steps.
  var address: String

  struct Row {
    var rowID: String
    var href: String
    var title: String
    var under: String
    var state: StateMark
    var severity: String
    var levels: String
    var component: String?
    var what: String
    var confidence: ConfidenceText?
    var started: MomentText
    var services: String?
  }

  /// What is asked for by the address.
  struct Choice {
    var state: IncidentState?
    var service: String?
    var before: String?

    var filter: IncidentFilter {
      IncidentFilter(
        states: state.map { [$0] } ?? Set(IncidentState.allCases), service: service, before: before.flatMap { Int($0) },
        limit: 100)
    }

    func path(state: IncidentState?, before: String? = nil) -> String {
      PagePath.query("/incidents", [("state", state?.rawValue), ("service", service), ("before", before)])
    }
  }

  init(_ page: ViewPage<IncidentListItem>, choice: Choice, now: Timestamp, address: String) {
    rows = page.items.map { Row($0, now: now) }
    let more = page.nextCursor == nil ? "" : " on this page"
    let firing = page.items.count { $0.state == .open }
    count = "\(Wording.count(rows.count, "incident"))\(more), \(firing) open"
    states = [LinkText(href: choice.path(state: nil), title: "All", isCurrent: choice.state == nil)]
    states += IncidentState.allCases.map { state in
      LinkText(
        href: choice.path(state: state), title: state.rawValue.capitalizedFirst, isCurrent: choice.state == state)
    }
    state = choice.state?.rawValue
    service = choice.service ?? ""
    isFiltered = rows.isEmpty && (choice.state != nil || choice.service != nil || choice.before != nil)
    isEmpty = rows.isEmpty && !isFiltered
    next = page.nextCursor.map { choice.path(state: choice.state, before: $0) }
    self.address = address
  }
}

extension IncidentListPage.Row {
  init(_ item: IncidentListItem, now: Timestamp) {
    rowID = "row-\(item.id)"
    href = PagePath.incident(item.id)
    title = item.title
    under = "\(item.id) · \(Wording.count(item.alertCount, "alert")), \(item.firingCount) firing"
    state = StateMark(item)
    severity = item.severity.rawValue
    levels = item.severity.levels
    switch item.verdict?.outcome {
    case .causeFound:
      component = item.verdict?.component
      what = item.verdict?.fault.map(Self.words) ?? ""
      confidence = item.verdict?.confidence.map(ConfidenceText.init)
    case .abstained: what = "not enough to say"
    case .healthy: what = "nothing wrong"
    case nil: what = item.isInvestigating ? "being investigated" : "not investigated yet"
    }
    started = MomentText(item.openedAt, now: now)
    services = item.services.isEmpty ? nil : shortList(item.services)
  }

  private static func words(_ fault: String) -> String {
    FaultKind(rawValue: fault).map(Wording.fault) ?? Wording.slug(fault)
  }
}

extension String {
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

import IncidentModel
import Reporting

/// One incident: the report's parts, and beside them the investigation as it goes.
struct IncidentPage {
  var id: String
  var title: String
  var state: StateMark
  var facts: String
  /// What a screen reader hears when something changed.
  var news: String
  var parts: [ReportSections.Part]
  /// Markup of the report: the verdict and what to do next, then everything else.
  var lead: String
  var rest: String
  /// Instead of a verdict, before the first entry of the board.
  var waiting: String?
  /// What waits for a person; nil where nothing was recommended.
  var decisions: DecisionPage?
  var agents: [Agent]
  var boardCount: String
  var entries: [BoardEntryText]
  /// Where the older entries are.
  var olderEntries: LinkText?
  var alerts: [Alert]

  private static let shownEntryCount = 100

  struct Agent {
    var state: StateMark
    var name: String
    var done: String
  }

  struct Alert {
    var state: StateMark
    var href: String
    var name: String
    var labels: String
  }

  init(_ detail: IncidentDetail, decisions: DecisionPage? = nil, now: Timestamp) {
    let item = detail.item
    let snapshot = BlackboardSnapshot(entries: detail.entries)
    let sections = snapshot.opening == nil ? nil : ReportSections(snapshot, alertCount: item.alertCount)
    id = item.id
    title = item.title
    state = StateMark(item)
    let age = "opened \(MomentText(item.openedAt, now: now).text) ago"
    facts = "\(sections?.facts ?? "\(item.severity.levels) \(item.severity.rawValue)") · \(age)"
    // Before the first suspect there is nothing to say yet, which is not the same as not enough to say.
    let isEarly = item.isInvestigating && snapshot.hypotheses.isEmpty && snapshot.conclusion == nil
    parts = sections?.parts.filter { !isEarly || $0.id != "verdict" } ?? []
    let leading = parts.prefix { $0.id == "verdict" || $0.id == "next" }
    lead = leading.map(\.markup).joined()
    waiting = lead.isEmpty ? Self.waiting(item) : nil
    rest = parts.dropFirst(leading.count).map(\.markup).joined()
    self.decisions = decisions
    agents = Agent.all(snapshot, isInvestigating: item.isInvestigating)
    let count = detail.entries.count
    boardCount = count == 1 ? "1 entry" : "\(count) entries"
    entries = detail.entries.suffix(Self.shownEntryCount).reversed().map(BoardEntryText.init)
    if count > Self.shownEntryCount {
      olderEntries = LinkText(
        href: "/api/v1" + PagePath.incident(item.id) + "/entries", title: "All \(count) entries as JSON")
    }
    alerts = detail.alerts.prefix(20).map(Alert.init)
    news = "\(state.text). \(Self.answer(item)) \(boardCount) on the board."
  }

  private static func answer(_ item: IncidentListItem) -> String { item.verdict?.statement ?? "No verdict yet." }

  private static func waiting(_ item: IncidentListItem) -> String {
    if item.isInvestigating { return "Telemetry is being read; the first suspects follow within seconds." }
    return item.state == .resolved
      ? "It was over before anything could be investigated."
      : "The investigation has not begun. It waits for its turn, and for alerts that belong to the same incident."
  }
}

extension IncidentPage.Agent {
  /// In the order of their first contribution.
  static func all(_ snapshot: BlackboardSnapshot, isInvestigating: Bool) -> [Self] {
    var counts: [AgentName: Int] = [:]
    var names: [AgentName] = []
    for entry in snapshot.entries {
      if counts[entry.author] == nil { names.append(entry.author) }
      counts[entry.author, default: 0] += 1
    }
    let accounts = snapshot.conclusion?.agents ?? []
    return names.map { name in
      let account = accounts.first { $0.name == name }
      let restarts = account.map(\.restarts) ?? 0
      let again = restarts > 0 ? ", \(Wording.count(restarts, "restart"))" : ""
      let isDone = snapshot.conclusion != nil || !isInvestigating
      return Self(
        state: isDone ? StateMark("good", "✓", "done") : StateMark("busy", "◐", "at work"), name: name.rawValue,
        done: Wording.count(counts[name] ?? 0, "contribution") + again)
    }
  }
}

extension IncidentPage.Alert {
  init(_ alert: AlertView) {
    state = StateMark(alert.state)
    href = PagePath.alert(alert.fingerprint)
    name = alert.name
    labels = AlertListPage.labelText(alert.labels, limit: 3)
  }
}

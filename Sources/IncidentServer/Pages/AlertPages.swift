import IncidentModel
import Reporting

/// The alerts that the desk knows, below the way from received to paged.
struct AlertListPage {
  var count: String
  /// Whether anybody is told.
  var intro: String
  var stages: [Stage]
  var states: [LinkText]
  var rows: [Row]
  var next: String?

  struct Stage {
    var title: String
    var count: Int
    /// `42%` of the largest.
    var percent: String
    var note: String
  }

  struct Row {
    var rowID: String
    var href: String
    var name: String
    var labels: String
    var state: StateMark
    var since: MomentText
    var summary: String?
    var incident: LinkText?
  }

  init(_ page: ViewPage<AlertView>, funnel: AlertFunnel, state: AlertView.State?, now: Timestamp) {
    rows = page.items.map { Row($0, now: now) }
    let firing = page.items.count { $0.state == .firing }
    count = "\(Wording.count(rows.count, "alert"))\(page.nextCursor == nil ? "" : " on this page"), \(firing) firing"
    intro =
      funnel.sends
      ? "What the policy decided since this server was first started, and sent to its receivers."
      : "What the policy decides. It has no receiver that can be told, so that no message is sent."
    stages = Self.stages(funnel)
    states = [LinkText(href: "/alerts", title: "All", isCurrent: state == nil)]
    states += AlertView.State.allCases.map {
      LinkText(
        href: PagePath.query("/alerts", [("state", $0.rawValue)]), title: $0.rawValue.capitalizedFirst,
        isCurrent: state == $0)
    }
    next = page.nextCursor.map { PagePath.query("/alerts", [("state", state?.rawValue), ("cursor", $0)]) }
  }

  /// What is left after each step of the desk, and what the step took out.
  private static func stages(_ funnel: AlertFunnel) -> [Stage] {
    var left = funnel.received
    var stages = [stage("Received", left, of: left, note: "")]
    let steps = [
      ("Accepted", funnel.rejected, "rejected: no alert that could be read"),
      ("Distinct", funnel.deduplicated, "repeated what was known"), ("Not silenced", funnel.silenced, "silenced"),
      ("Not inhibited", funnel.inhibited, "inhibited by another alert"),
      ("Worth a page", funnel.grouped, "joined a group that was told already, or wait for it"),
    ]
    for (title, taken, note) in steps {
      left = max(left - taken, 0)
      stages.append(stage(title, left, of: funnel.received, note: taken > 0 ? "\(taken) \(note)" : ""))
    }
    let incidents = Wording.count(funnel.incidents, "incident")
    stages.append(
      stage(funnel.sends ? "Paged" : "Would page", funnel.paged, of: funnel.received, note: "in \(incidents)"))
    return stages
  }

  private static func stage(_ title: String, _ count: Int, of whole: Int, note: String) -> Stage {
    Stage(
      title: title, count: count, percent: "\(whole > 0 ? min(max(count * 100 / whole, count.signum()), 100) : 0)%",
      note: note)
  }

  /// `service=cart, severity=page` without the alert's name; sorted, and how many more there are.
  static func labelText(_ labels: [String: String], limit: Int) -> String {
    shortList(
      labels.filter { $0.key != "alertname" }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }, limit: limit)
  }
}

extension AlertListPage.Row {
  init(_ alert: AlertView, now: Timestamp) {
    rowID = "row-\(alert.fingerprint)"
    href = PagePath.alert(alert.fingerprint)
    name = alert.name
    labels = AlertListPage.labelText(alert.labels, limit: 4)
    state = StateMark(alert.state)
    since = MomentText(alert.startsAt, now: now)
    summary = alert.annotations["summary"] ?? alert.annotations["description"]
    incident = alert.incident.map { LinkText(href: PagePath.incident($0), title: $0) }
  }
}

/// One alert, and why it paged or did not.
struct AlertPage {
  var fingerprint: String
  var name: String
  var state: StateMark
  var facts: String
  var isPaged: Bool
  var outcome: String
  var counterfactuals: [String]
  var incident: LinkText?
  var steps: [Step]
  var labels: [Label]

  struct Step {
    /// A class of the style sheet.
    var kind: String
    var state: StateMark
    var stage: String
    var statement: String
    var rule: String?
  }

  struct Label {
    var name: String
    var value: String
    /// Where the value is a web address that may be followed.
    var address: String?

    init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
      address = PagePath.isSafeLink(value) ? value : nil
    }
  }

  init(_ explanation: AlertExplanationView, now: Timestamp) {
    let alert = explanation.alert
    fingerprint = alert.fingerprint
    name = alert.name
    state = StateMark(alert.state)
    facts =
      "since \(MomentText(alert.startsAt, now: now).full), heard of \(MomentText(alert.updatedAt, now: now).text) ago"
    let stop = explanation.steps.first(where: \.isStopping)
    isPaged = stop == nil
    outcome = stop.map { "Does not page: \(Self.reason($0.stage))" } ?? (explanation.sends ? "Pages" : "Would page")
    counterfactuals = explanation.counterfactuals.map { ReportZone.utc.localizing($0, near: now) }
    incident = alert.incident.map { LinkText(href: PagePath.incident($0), title: $0) }
    steps = explanation.steps.map { step in
      Step(
        kind: step.isStopping ? "stops" : "",
        state: step.isStopping ? StateMark("watch", "■", "stops here") : StateMark("good", "✓", "passes"),
        stage: Self.stage(step.stage), statement: ReportZone.utc.localizing(step.statement, near: now),
        rule: step.rule)
    }
    labels = (alert.labels.sorted { $0.key < $1.key } + alert.annotations.sorted { $0.key < $1.key }).map {
      Label($0.key, $0.value)
    }
  }

  private static func stage(_ name: String) -> String {
    switch name {
    case "dedup": "state and repetition"
    case "maintenance": "silences and quiet times"
    default: name
    }
  }

  private static func reason(_ stage: String) -> String {
    switch stage {
    case "group": "its group waits, or was told already"
    case "route": "nobody is to be told"
    case "budget": "its receiver had as many pages as it may get"
    default: Self.stage(stage)
    }
  }
}

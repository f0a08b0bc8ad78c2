import IncidentModel
import Reporting

/// Services as alerts and investigations know them.
struct ServiceListPage {
  var count: String
  var rows: [Row]

  struct Row {
    var rowID: String
    var name: String
    var state: StateMark
    var role: String
    var calls: String
    var callers: String
    var incidents: [LinkText]
  }

  init(_ services: [ServiceView]) {
    // What needs attention first; the order by name stays within.
    rows = (services.filter(Self.isTroubled) + services.filter { !Self.isTroubled($0) }).map(Row.init)
    let troubled = services.count(where: Self.isTroubled)
    count = "\(Wording.count(services.count, "service")), \(troubled) with something open"
  }

  private static func isTroubled(_ service: ServiceView) -> Bool {
    service.firingAlertCount > 0 || !service.openIncidents.isEmpty
  }
}

extension ServiceListPage.Row {
  init(_ service: ServiceView) {
    rowID = "row-\(service.id)"
    name = service.id
    if service.firingAlertCount > 0 {
      state = StateMark("bad", "●", "\(Wording.count(service.firingAlertCount, "alert")) firing")
    } else if !service.openIncidents.isEmpty {
      state = StateMark("watch", "○", "in an incident")
    } else {
      state = StateMark("good", "✓", "quiet")
    }
    role = service.role == .unknown ? service.kind.rawValue : service.role.rawValue
    calls = service.callees.isEmpty ? "nothing" : shortList(service.callees)
    callers = service.callers.isEmpty ? "nobody" : shortList(service.callers)
    incidents = service.openIncidents.prefix(3).map { LinkText(href: PagePath.incident($0), title: $0) }
  }
}

/// The library of runbooks.
struct RunbookListPage {
  var count: String
  var rows: [Row]

  struct Row {
    var href: String
    var title: String
    var name: String
    var risk: StateMark
    var reversibility: String
    var steps: Int
    var owner: String
  }

  init(_ runbooks: [RunbookView]) {
    count = Wording.count(runbooks.count, "runbook")
    rows = runbooks.map { runbook in
      Row(
        href: PagePath.runbook(runbook.name), title: RunbookPage.shown(runbook.title), name: runbook.name,
        risk: StateMark(risk: runbook.risk), reversibility: Wording.reversibility(runbook.isReversible),
        steps: runbook.steps.count, owner: runbook.owner)
    }
  }
}

/// One runbook, as somebody reads it before approving it.
struct RunbookPage {
  var name: String
  var title: String
  var purpose: String
  var owner: String
  var risk: StateMark
  /// No name of a step's own field: what is nil in a step is looked up here.
  var reversibility: String
  var preconditions: [String]
  var steps: [RunbookView.Step]
  var effect: String
  var verification: String
  var tracks: [TrackText]
  var terms: RunbookTermsText?

  init(_ runbook: RunbookView) {
    tracks = runbook.tracks.map(TrackText.init)
    terms = runbook.terms.map(RunbookTermsText.init)
    name = runbook.name
    title = Self.shown(runbook.title)
    purpose = runbook.purpose
    owner = runbook.owner
    risk = StateMark(risk: runbook.risk)
    reversibility = Wording.reversibility(runbook.isReversible)
    preconditions = runbook.preconditions.map(Self.shown)
    steps = runbook.steps.map { step in
      RunbookView.Step(
        title: Self.shown(step.title), kind: step.kind, command: Self.shown(step.command),
        undo: step.undo.map(Self.shown))
    }
    effect = Self.shown(runbook.expectedEffect)
    verification = Self.shown(runbook.verification)
  }

  /// `Restart <service>` of `Restart {{service}}`, as an input that is still open reads in a recommendation.
  static func shown(_ template: String) -> String {
    template.replacing(/\{\{ *(\w+) *\}\}/) { "<\($0.output.1)>" }
  }
}

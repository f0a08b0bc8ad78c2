import Reporting

/// Everything that waits for a person, of all incidents and of planned work.
struct DecisionListPage {
  var sentence: String
  var planned: [Planned]
  var decisions: DecisionPage?
  var stopForm: DecisionPage.Form?

  struct Planned {
    var local: String
    var zone: String
    var name: String
    var href: String
    var runbook: String
    var status: String
  }

  init(_ views: [RecommendationView], planned: [PlannedView], stop: DeskStopView?, caller: Caller?) {
    decisions = DecisionPage(views, stop: stop, caller: caller, back: "/decisions")
    sentence = decisions?.sentence ?? "Nothing waits for a decision."
    self.planned = planned.map { work in
      Planned(
        local: work.local, zone: work.zone, name: work.name, href: PagePath.runbook(work.runbook),
        runbook: work.runbook,
        status: [work.recommendation, work.state].compactMap(\.self).joined(separator: ", ").ifEmpty("not yet"))
    }
    if stop == nil, (caller?.role ?? .viewer) >= .responder {
      stopForm = DecisionPage.Form(action: "/desk", csrf: caller?.csrfToken ?? "", id: "stop", shown: "")
    }
  }
}

extension String {
  fileprivate func ifEmpty(_ other: String) -> String { isEmpty ? other : self }
}

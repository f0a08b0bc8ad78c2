import IncidentModel
import Reporting
import Runbooks

/// What waits for a person on an incident's page, and what was done: with a form for each thing that may be decided.
struct DecisionPage {
  var sentence: String
  var stop: Stop?
  var items: [Item]

  struct Stop {
    var text: String
    var release: Form?
  }

  /// What every form sends besides its own fields.
  struct Form {
    var action: String
    var csrf: String
    /// Part of the identifiers of its fields.
    var id: String
    var shown: String
  }

  struct Item {
    var id: String
    var title: String
    var state: StateMark
    var risk: StateMark
    var facts: String
    /// Why it is in its state; nil where that needs no words.
    var detail: String?
    var hindrance: String?
    var lines: [Line]
    var runbook: LinkText
    /// Its incident, on a page of several; nil elsewhere.
    var place: LinkText?
    var isOpen: Bool
    var preconditions: [Check]
    var steps: [Step]
    var verification: Check
    var evidence: TrackText
    var left: [String]
    var forms: Forms?
  }

  struct Line {
    var label: String
    var text: String
  }

  struct Check {
    var says: String
    var query: String
  }

  struct Step {
    // No name of a field of the item around it: what is nil here would be looked up there.
    var title: String
    var progress: StateMark?
    var commands: [ExactText]
    var output: ExactText?
    var takenBack: Undo?

    struct Undo {
      var title: String
      var undoProgress: StateMark?
      var commands: [ExactText]
    }
  }

  /// What may be decided now; nil for what may not.
  struct Forms {
    var approve: Form?
    var run: Form?
    var reject: Reject?
    var amend: Amend?
    var answer: Answer?
    var undo: Form?
    var halt: Form?
    var renew: Form?

    struct Reject {
      var form: Form
      /// False for what only leaves a change as it is.
      var asksKind: Bool
      var label: String
    }

    struct Amend {
      var form: Form
      var inputs: [Input]
      /// There are inputs that only a person can give.
      var isNeeded: Bool
    }

    struct Input {
      var fieldID: String
      var name: String
      var value: String
      var isChoice: Bool
      var choices: [Choice]
    }

    struct Choice {
      var value: String
      var isSelected: Bool
    }

    struct Answer {
      var form: Form
      var question: String
      var isInterrupted: Bool
    }
  }
}

/// Text to the letter, as markup of ours: blanks and lines stay as they are, and nothing is cut, since this is what
/// somebody agrees to.
struct ExactText {
  var markup: String

  init(_ text: String) {
    markup = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      Runbook.Action.exact(String(line)).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        .replacing(">", with: "&gt;").replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }.joined(separator: "\n")
  }
}

/// A track record in words, and its interval as a bar.
struct TrackText {
  var sentence: String
  var fault: String
  var counts: String
  /// Nil where nothing was tried.
  var interval: Interval?

  /// Of a bar that is 120 wide.
  struct Interval {
    var text: String
    var start: Int
    var width: Int
  }

  init(_ track: TrackView) {
    sentence = track.sentence
    fault = track.fault
    counts = "helped \(track.helped) of \(track.tried)"
    guard track.tried > 0 else { return }
    let (low, high) = (Int((track.low * 120).rounded()), Int((track.high * 120).rounded()))
    interval = Interval(
      text: "\(Wording.percent(track.low)) to \(Wording.percent(track.high))", start: low, width: max(2, high - low))
  }
}

extension DecisionPage {
  /// Nil where nothing was ever recommended.
  init?(_ views: [RecommendationView], stop: DeskStopView?, caller: Caller?, back: String? = nil) {
    guard !views.isEmpty || back != nil && stop != nil else { return nil }
    let mayDecide = (caller?.role ?? .viewer) >= .responder
    let csrf = caller?.csrfToken ?? ""
    self.stop = stop.map { stop in
      Stop(
        text: "Everything is stopped by \(stop.by): \(stop.reason)",
        release: (caller?.role ?? .viewer) >= .approver
          ? Form(action: "/desk", csrf: csrf, id: "desk", shown: back ?? PagePath.incident(views[0].incident)) : nil)
    }
    let waiting = views.count { ["proposed", "approved"].contains($0.state) }
    sentence =
      waiting == 0
      ? "Nothing waits for a decision."
      : "\(Wording.count(waiting, "recommendation")) wait\(waiting == 1 ? "s" : "") for a person with the role approver. "
        + "Nothing acts by itself."
    // What waits or runs comes first; what is over follows, the last first.
    let isOver = { (view: RecommendationView) in ["rejected", "expired", "verified", "failed"].contains(view.state) }
    items = (views.filter { !isOver($0) } + views.filter(isOver).reversed().prefix(10)).map { view in
      Item(
        view, place: back == nil ? nil : LinkText(decisionsOf: view.incident),
        forms: mayDecide ? Forms(view, role: caller?.role ?? .viewer, csrf: csrf) : nil)
    }
  }
}

extension DecisionPage.Item {
  init(_ view: RecommendationView, place: LinkText?, forms: DecisionPage.Forms?) {
    self.place = place
    id = view.id
    title = view.title
    state = StateMark(recommendation: view)
    risk = StateMark(risk: view.risk)
    facts = "\(Wording.reversibility(view.isReversible)) · may disturb \(shortList(view.components, limit: 5))"
    detail = view.stateDetail.isEmpty ? nil : view.stateDetail
    hindrance = view.hindrance
    lines = [
      DecisionPage.Line(label: "Why this", text: view.reason),
      DecisionPage.Line(label: "Approvals", text: Self.approvals(view)),
    ]
    if !view.alternatives.isEmpty {
      lines.append(
        DecisionPage.Line(label: "Or else", text: view.alternatives.prefix(4).joined(separator: "; ")))
    }
    runbook = LinkText(href: PagePath.runbook(view.runbook), title: view.runbook)
    isOpen = ["proposed", "approved", "applying", "applied"].contains(view.state)
    preconditions = view.preconditions.map { DecisionPage.Check(says: $0.says, query: $0.query) }
    steps = view.steps.map(DecisionPage.Step.init)
    let within = view.verification.withinSeconds.map { " Within \(DurationText.length(Double($0)))." } ?? ""
    verification = DecisionPage.Check(says: view.verification.says + within, query: view.verification.query)
    evidence = TrackText(view.track)
    left = view.notTakenBack
    self.forms = forms
  }

  private static func approvals(_ view: RecommendationView) -> String {
    let given = view.approvals.map { $0.person == "policy" ? "by policy" : $0.person }.joined(separator: ", ")
    let role = view.approverRole.map { ", one of them with the role \($0)" } ?? ""
    let missing =
      ["proposed", "approved"].contains(view.state) && view.missingApprovals > 0
      ? "\(view.missingApprovals) more needed\(role)" : nil
    return [given.isEmpty ? "none yet" : given, missing].compactMap(\.self).joined(separator: "; ")
  }
}

extension DecisionPage.Step {
  init(_ pair: RecommendationView.StepPair) {
    title = pair.step.title
    progress = StateMark(step: pair.step)
    commands = pair.step.command.map(ExactText.init)
    output = pair.step.output.isEmpty ? nil : ExactText(pair.step.output)
    takenBack = pair.undo.map {
      Undo(title: $0.title, undoProgress: StateMark(step: $0), commands: $0.command.map(ExactText.init))
    }
  }
}

extension DecisionPage.Forms {
  init?(_ view: RecommendationView, role: Role, csrf: String) {
    let kinds = Set(view.decisions.compactMap(Decision.Kind.init(rawValue:)).filter { role >= $0.role })
    guard !kinds.isEmpty else { return nil }
    let form = DecisionPage.Form(
      action: "/recommendations/\(view.id)", csrf: csrf, id: view.id, shown: view.shown)
    approve = kinds.contains(.approve) ? form : nil
    run = kinds.contains(.run) ? form : nil
    undo = kinds.contains(.undo) ? form : nil
    halt = kinds.contains(.halt) ? form : nil
    renew = kinds.contains(.renew) ? form : nil
    if kinds.contains(.reject) {
      let isProposal = ["proposed", "approved"].contains(view.state)
      reject = Reject(form: form, asksKind: isProposal, label: isProposal ? "Reject" : "Leave it as it is")
    }
    if kinds.contains(.amend), !view.inputs.isEmpty {
      amend = Amend(
        form: form,
        inputs: view.inputs.map { input in
          Input(
            fieldID: "\(view.id)-\(input.name)", name: input.name, value: input.value ?? "",
            isChoice: !input.choices.isEmpty,
            choices: input.choices.map { Choice(value: $0, isSelected: $0 == input.value) })
        }, isNeeded: view.inputs.contains { $0.value == nil })
    }
    if kinds.contains(.answer), let question = view.question {
      answer = Answer(
        form: form,
        question: question.isInterrupted
          ? "This step was interrupted and may or may not have been done: \(question.step)"
          : "This step is yours: \(question.step)",
        isInterrupted: question.isInterrupted)
    }
  }
}

extension LinkText {
  /// The page with the recommendations of an incident; of planned work, that of all.
  init?(decisionsOf incident: String) {
    guard IncidentRecord.number(incident) != nil else { return nil }
    self.init(href: PagePath.incident(incident), title: incident)
  }
}

extension StateMark {
  init(recommendation view: RecommendationView) {
    switch view.state {
    case "proposed": self.init("watch", "○", "waits for approval")
    case "approved": self.init("watch", "◐", "approved")
    case "applying": self.init("busy", "◐", view.question == nil ? "running" : "asks you")
    case "applied": self.init("busy", "◐", "done, being verified")
    case "verified": self.init("good", "✓", "verified: it helped")
    case "failed":
      let text = ["worse": "made it worse", "noChange": "no change", "unknown": "not verified"][view.outcome ?? ""]
      self.init("bad", "●", text ?? "failed")
    default: self.init("", "–", view.state)
    }
  }

  /// Nil for what has not begun.
  init?(step: RecommendationView.Step) {
    switch step.state {
    case "waiting": return nil
    case "begun": self.init("busy", "◐", "running")
    case "succeeded": self.init("good", "✓", "done" + (step.detail.isEmpty ? "" : ", \(step.detail)"))
    case "attested": self.init("good", "✓", "done, says \(step.detail)")
    default:
      let words = ["timedOut": "not in time", "tooMuchOutput": "too much output", "notStarted": "not started"]
      self.init(
        "bad", "●", [words[step.state] ?? step.state, step.detail].filter { !$0.isEmpty }.joined(separator: ", "))
    }
  }
}

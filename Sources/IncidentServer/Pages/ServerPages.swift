import IncidentModel
import Reporting

/// What is set, and how the parts are; read-only.
struct SettingsPage {
  var state: StateMark
  var summary: String
  var checks: [Check]
  var settings: [HealthView.Setting]

  struct Check {
    var name: String
    var state: StateMark
    var statement: String
  }

  init(_ health: HealthView, now: Timestamp) {
    state = health.isReady ? StateMark("good", "✓", "ready") : StateMark("bad", "●", "not ready")
    summary = "tocsin \(health.version), up \(MomentText(health.startedAt, now: now).text)"
    checks = health.parts.map { part in
      Check(
        name: part.name, state: part.isWell ? StateMark("good", "✓", "well") : StateMark("bad", "●", "failing"),
        statement: part.statement)
    }
    settings = health.settings
  }
}

struct SignInPage {
  var next: String
  /// Why the last try failed.
  var problem: String?
}

/// What went wrong, and what to do next.
struct ErrorPage {
  var status: Int
  var title: String
  var detail: String
  var actions: [Action]

  struct Action {
    var text: String
    var href: String?
  }

  init(status: Int, detail: String? = nil) {
    self.status = status
    let home = Action(text: "See all incidents", href: "/incidents")
    let health = Action(text: "See the settings and the health of this server", href: "/settings")
    switch status {
    case 401, 403:
      title = "Not allowed"
      self.detail = detail ?? "Your token's role does not reach this."
      actions = [
        Action(text: "Sign in with another token", href: "/sign-in"),
        Action(text: "Ask an administrator for a token with a higher role"), home,
      ]
    case 404:
      title = "There is nothing here"
      self.detail = detail ?? "It may have been removed by retention, or the address has a mistake."
      actions = [home, Action(text: "See the alerts", href: "/alerts")]
    case 429:
      title = "Too many requests"
      self.detail = detail ?? "This server takes a limited number of requests from one sender."
      actions = [Action(text: "Wait a few seconds, then load the page again"), home]
    case 503:
      title = "Not available just now"
      self.detail = detail ?? "The server runs, but cannot read its store. It tries again by itself."
      actions = [Action(text: "Load the page again in a few seconds"), health]
    case 400..<500:
      title = "That request cannot be answered"
      self.detail = detail ?? "Something about it is not as it should be."
      actions = [home]
    default:
      title = "Something went wrong"
      self.detail = detail ?? "The fault is ours. Intake and investigations go on."
      actions = [Action(text: "Load the page again"), health]
    }
  }
}

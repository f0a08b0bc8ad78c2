import HTTPTransport
import IncidentModel
import Reporting

/// A state as a shape and a word; the colour only repeats it.
struct StateMark {
  /// A class of the style sheet: `bad`, `watch`, `good`, `busy`; empty for what needs no attention.
  var kind: String
  var shape: String
  var text: String

  init(_ kind: String, _ shape: String, _ text: String) {
    self.kind = kind
    self.shape = shape
    self.text = text
  }

  init(_ item: IncidentListItem) {
    switch (item.state, item.isInvestigating) {
    case (.resolved, _): self.init("good", "✓", "resolved")
    case (let state, true): self.init("busy", "◐", state == .open ? "investigating" : "mitigated")
    case (.open, false): self.init("bad", "●", "open")
    case (.mitigated, false): self.init("watch", "○", "mitigated")
    }
  }

  init(_ state: AlertView.State) {
    switch state {
    case .firing: self.init("bad", "●", "firing")
    case .resolved: self.init("", "✓", "resolved")
    }
  }

  /// Risk as a filled share: `◔ low risk`.
  init(risk: String) {
    switch risk {
    case "low": self.init("", "◔", "low risk")
    case "medium": self.init("watch", "◑", "medium risk")
    default: self.init("bad", "●", "\(risk) risk")
    }
  }
}

/// How long ago something was, with the moment itself behind it.
struct MomentText {
  var iso: String
  var text: String
  var full: String

  init(_ moment: Timestamp, now: Timestamp) {
    iso = moment.description
    let seconds = moment.seconds(until: now)
    text = seconds < 60 ? "\(Int(max(seconds, 0))) s" : DurationText.length(seconds)
    full = "\(ReportZone.utc.date(moment)) \(ReportZone.utc.time(moment)) UTC"
  }
}

/// A probability in words, and as a bar.
struct ConfidenceText {
  var percent: String
  var certainty: String
  var bar: ShareBar

  init(_ confidence: Double) {
    percent = Wording.percent(confidence)
    certainty = Wording.certainty(confidence)
    bar = ShareBar(confidence, isWeak: confidence < 0.5)
  }
}

/// A share of a bar that is 48 wide.
struct ShareBar {
  var kind: String
  var width: Int

  init(_ share: Double, isWeak: Bool = false) {
    kind = isWeak ? "weak" : ""
    width = share.isFinite ? Int((share.clamped(to: 0...1) * 48).rounded()) : 0
  }
}

struct LinkText {
  var href: String
  var title: String
  var isCurrent = false
}

/// Addresses of pages; identifiers from outside are escaped in them.
enum PagePath {
  static func incident(_ id: String) -> String { "/incidents/" + URLText.escaped(id) }
  static func alert(_ fingerprint: String) -> String { "/alerts/" + URLText.escaped(fingerprint) }
  static func runbook(_ name: String) -> String { "/runbooks/" + URLText.escaped(name) }
  static func replay(_ name: String) -> String { "/replays/" + URLText.escaped(name) }

  /// With the parameters that have a value.
  static func query(_ path: String, _ parameters: [(String, String?)]) -> String {
    let pairs = parameters.compactMap { name, value in value.map { "\(name)=\(URLText.escaped($0))" } }
    return pairs.isEmpty ? path : path + "?" + pairs.joined(separator: "&")
  }

  /// A web address that may become a link: `http` or `https` with a host, no credentials, nothing invisible.
  static func isSafeLink(_ text: String) -> Bool {
    guard text.utf8.count <= 2000, let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }) else {
      return false
    }
    let rest = text.utf8.dropFirst(scheme.utf8.count)
    let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    return !authority.isEmpty && !authority.contains(UInt8(ascii: "@"))
      && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
  }
}

extension Severity {
  /// As a shape: `▮▮▮▯` for sev2.
  var levels: String {
    let rank = Severity.allCases.firstIndex(of: self) ?? 3
    return String(repeating: "▮", count: 4 - rank) + String(repeating: "▯", count: rank)
  }
}

/// At most so many names, and how many more there are.
func shortList(_ names: [String], limit: Int = 3) -> String {
  guard names.count > limit else { return names.joined(separator: ", ") }
  return names.prefix(limit).joined(separator: ", ") + " and \(names.count - limit) more"
}

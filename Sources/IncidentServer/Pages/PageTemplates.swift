import Mustache
import Reporting

/// The templates of the pages, compiled in: nothing is looked for at run time.
///
/// Every value of every template passes through `EscapedText`, so that text from telemetry is cleaned, bounded and
/// escaped wherever it stands. What is written in three braces is markup of ours and is listed in the tests.
struct PageTemplates: Sendable {
  private let library: MustacheLibrary

  /// - Throws: when a template does not parse, which the tests would have seen.
  init() throws {
    MustacheContentTypes.register(EscapedText(), named: EscapedText.name)
    var library = MustacheLibrary()
    for (name, bytes) in Self.sources {
      let text = String(decoding: bytes, as: UTF8.self)
      try library.register("{{% CONTENT_TYPE:\(EscapedText.name)}}" + text, named: name)
    }
    self.library = library
  }

  /// The template's text with `values` in it; empty for a template that there is not.
  func render(_ name: String, _ values: Any) -> String { library.render(values, withTemplate: name) ?? "" }

  static let sources: [String: [UInt8]] = [
    "layout": PackageResources.layout_mustache, "mark": PackageResources.mark_mustache,
    "moment": PackageResources.moment_mustache, "bar": PackageResources.bar_mustache,
    "incidents": PackageResources.incidents_mustache, "incident": PackageResources.incident_mustache,
    "decision": PackageResources.decision_mustache, "decide": PackageResources.decide_mustache,
    "track": PackageResources.track_mustache, "decisions": PackageResources.decisions_mustache,
    "alerts": PackageResources.alerts_mustache,
    "alert": PackageResources.alert_mustache, "services": PackageResources.services_mustache,
    "runbooks": PackageResources.runbooks_mustache, "runbook": PackageResources.runbook_mustache,
    "replays": PackageResources.replays_mustache, "replay": PackageResources.replay_mustache,
    "settings": PackageResources.settings_mustache, "signin": PackageResources.signin_mustache,
    "error": PackageResources.error_mustache,
  ]
}

private struct EscapedText: MustacheContentType {
  static let name = "ESCAPED"

  func escapeText(_ text: String) -> String { HTML(text).text }
}

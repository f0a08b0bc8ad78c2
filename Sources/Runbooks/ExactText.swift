import IncidentModel

extension Runbook.Action {
  /// The exact vector, request or query, as a shell would need it: to read and copy. Empty for a step for people.
  package var exactLines: [String] {
    switch self {
    case .run(let vector): ["$ " + Self.exact(Remediation.Step.commandText(vector))]
    case .http(let request):
      ["\(request.method) \(Self.exact(request.url))"] + (request.body.map { ["  body \(Self.exact($0))"] } ?? [])
    case .waitUntil(let query, let seconds): ["until \(Self.exact(query)), within \(seconds) s"]
    case .manual: []
    }
  }

  /// To the letter: what could not be seen, or would move the cursor, is written as an escape.
  package static func exact(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
        shown += scalar == "\n" ? "\\n" : "\\u{\(String(scalar.value, radix: 16))}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }
}

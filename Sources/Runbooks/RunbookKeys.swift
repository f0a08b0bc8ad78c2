/// The keys of each mapping of the format; `docs/runbook.schema.json` lists the same.
struct KeyTable: Hashable, Sendable {
  /// What the mapping is, for error messages.
  var name: String
  var required: [String]
  var optional: [String] = []
  /// What to say where one of them is missing, instead of the plain sentence.
  var reasons: [String: String] = [:]

  var all: [String] { required + optional }

  static let runbook = KeyTable(
    name: "a runbook",
    required: [
      "name", "title", "purpose", "owner", "appliesTo", "steps", "expectedEffect", "verification", "blastRadius",
      "risk", "reversible", "approvals",
    ],
    optional: ["inputs", "preconditions"],
    reasons: ["owner": "no owner: name the team that answers for it under `owner`."])
  static let appliesTo = KeyTable(name: "`appliesTo`", required: ["faults", "roles", "kinds", "minimumConfidence"])
  static let input = KeyTable(name: "an input", required: ["name", "type", "from"], optional: ["default"])
  static let precondition = KeyTable(name: "a precondition", required: ["says", "query"])
  static let step = KeyTable(
    name: "a step", required: ["title", "kind"],
    optional: ["run", "http", "query", "withinSeconds", "readOnly", "undo"])
  static let http = KeyTable(name: "`http`", required: ["method", "url"])
  static let undo = KeyTable(name: "`undo`", required: ["title"], optional: ["run", "http"])
  static let verification = KeyTable(
    name: "`verification`", required: ["says", "query", "withinSeconds"],
    reasons: ["withinSeconds": "unbounded verification: say under `withinSeconds` when it must have helped."])
}

/// Bounds on what a runbook file may hold.
enum RunbookLimits {
  static let fileBytes = 65_536
  static let nestingDepth = 32
  static let listEntries = 40
  static let textBytes = 4_096
  /// A day: what takes longer is not a step but a project.
  static let waitSeconds = 86_400
  static let files = 1_000
}

import ConfigurationReading

/// The keys of each mapping of the format; `docs/runbook.schema.json` lists the same.
extension KeyTable {
  static let runbook = KeyTable(
    required: [
      "name", "title", "purpose", "owner", "appliesTo", "steps", "expectedEffect", "verification", "blastRadius",
      "risk", "reversible", "approvals",
    ],
    optional: ["undoes", "inputs", "preconditions"],
    reasons: ["owner": "no owner: name the team that answers for it under “owner”"])
  static let appliesTo = KeyTable(
    required: ["minimumConfidence"], optional: ["causes", "faults", "roles", "kinds"])
  static let input = KeyTable(required: ["name", "type", "from"], optional: ["default"])
  static let precondition = KeyTable(required: ["says", "query"])
  static let step = KeyTable(
    required: ["title", "kind"], optional: ["run", "http", "query", "withinSeconds", "readOnly", "undo"])
  static let http = KeyTable(required: ["method", "url"])
  static let undo = KeyTable(required: ["title"], optional: ["run", "http"])
  static let verification = KeyTable(
    required: ["says", "query", "withinSeconds"],
    reasons: ["withinSeconds": "unbounded verification: say under “withinSeconds” when it must have helped"])
}

/// Bounds on what a runbook file may hold.
enum RunbookLimits {
  static let fileBytes = 65_536
  static let listEntries = 40
  static let textBytes = 4_096
  /// A day: what takes longer is not a step but a project.
  static let waitSeconds = 86_400
}

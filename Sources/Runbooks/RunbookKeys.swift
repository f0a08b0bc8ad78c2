import ConfigurationReading

/// The keys of each mapping of the format; `docs/runbook.schema.json` lists the same.
extension KeyTable {
  static let runbook = KeyTable(
    required: [
      "name", "title", "purpose", "owner", "appliesTo", "steps", "expectedEffect", "verification", "blastRadius",
      "risk", "reversible", "approvals",
    ],
    optional: [
      "undoes", "inputs", "preconditions", "approverRole", "concurrency", "cooldownSeconds", "changeWindows",
    ],
    reasons: ["owner": "no owner: name the team that answers for it under “owner”"])
  static let appliesTo = KeyTable(
    required: ["minimumConfidence"], optional: ["causes", "faults", "roles", "kinds", "metrics"])
  static let input = KeyTable(
    required: ["name", "type", "from"], optional: ["default", "choices", "minimum", "maximum"])
  static let precondition = KeyTable(required: ["says", "query"])
  static let step = KeyTable(
    required: ["title", "kind"],
    optional: [
      "run", "http", "query", "withinSeconds", "readOnly", "undo", "environment", "secrets", "folder", "user", "limits",
    ])
  static let http = KeyTable(required: ["method", "url"], optional: ["body", "bearer"])
  static let limits = KeyTable(
    optional: ["outputKilobytes", "cpuSeconds", "memoryMegabytes", "openFiles", "processes"])
  static let secret = KeyTable(required: ["variable", "secret"])
  static let window = KeyTable(required: ["from", "to"], optional: ["days"])
  static let undo = KeyTable(required: ["title"], optional: ["run", "http"])
  static let verification = KeyTable(
    required: ["says", "query", "withinSeconds"], optional: ["worse"],
    reasons: ["withinSeconds": "unbounded verification: say under “withinSeconds” when it must have helped"])
}

/// Bounds on what a runbook file may hold.
enum RunbookLimits {
  static let fileBytes = 65_536
  static let listEntries = 40
  static let textBytes = 4_096
  /// A day: what takes longer is not a step but a project.
  static let waitSeconds = 86_400
  /// How long a component is left alone after a run, where the file does not say.
  static let usualCooldownSeconds = 300
}

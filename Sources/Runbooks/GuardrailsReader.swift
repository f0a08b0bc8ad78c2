import ConfigurationReading
import IncidentModel

extension Guardrails {
  /// Reads a policy file.
  /// - Throws: `RunbookError` with everything that is wrong in it.
  package init(file: String) throws(RunbookError) {
    do {
      self = try GuardrailsReader.read(TextFile<RunbookProblem>.read(file), file: file)
    } catch {
      throw RunbookError(problems: [error])
    }
  }
}

/// `guardrails.yaml`, read strictly: it stops at the first mistake, since half a policy is none.
enum GuardrailsReader {
  typealias Value = StrictValue<RunbookProblem>
  typealias Fields = StrictMapping<RunbookProblem>

  private static let table = KeyTable(optional: [
    "approvalSeconds", "people", "rules", "forbidden", "budgets", "preapproved", "secrets", "searchPath",
    "sharedAccounts", "environment",
  ])

  static func read(_ text: String, file: String) throws(RunbookProblem) -> Guardrails {
    let root = try Value(yaml: text, file: file).mapping(table)
    var guardrails = Guardrails()
    if let seconds = try root["approvalSeconds"]?.integer(in: 1...RunbookLimits.waitSeconds) {
      guardrails.approvalSeconds = seconds
    }
    guardrails.people = try each(root, "people", person)
    guardrails.environment = try texts(root, "environment")
    guardrails.sharedAccounts = try texts(root, "sharedAccounts")
    guardrails.rules = try each(root, "rules", rule)
    guardrails.forbidden = try each(root, "forbidden", prohibition)
    if root["budgets"] != nil { guardrails.budgets = try each(root, "budgets", budget) }
    guardrails.preapproved = try each(root, "preapproved", preapproval)
    guardrails.secrets = try each(root, "secrets", secret)
    if root["searchPath"] != nil { guardrails.searchPath = try texts(root, "searchPath") }
    if guardrails.people.isEmpty != guardrails.rules.isEmpty {
      throw root.problem(
        at: "rules", "“people” and “rules” go together: rules say what the roles of people may approve")
    }
    let names = guardrails.people.flatMap { [$0.name] + $0.aliases }.map { $0.lowercased() }
    if Set(names).count < names.count {
      throw root.problem(at: "people", "a name or alias stands for two people, or twice for one")
    }
    return guardrails
  }

  private static func each<Part>(
    _ fields: Fields, _ key: String, _ read: (Value) throws(RunbookProblem) -> Part
  ) throws(RunbookProblem) -> [Part] {
    var parts: [Part] = []
    for entry in try fields[key]?.list() ?? [] { parts.append(try read(entry)) }
    return parts
  }

  private static func texts(_ fields: Fields, _ key: String) throws(RunbookProblem) -> [String] {
    try each(fields, key) { (value) throws(RunbookProblem) in try value.text() }
  }

  private static func wildcards(_ fields: Fields, _ key: String) throws(RunbookProblem) -> [Guardrails.Wildcard] {
    try texts(fields, key).map(Guardrails.Wildcard.init)
  }

  private static func person(_ value: Value) throws(RunbookProblem) -> Guardrails.Person {
    let fields = try value.mapping(KeyTable(required: ["name"], optional: ["aliases", "roles"]))
    return Guardrails.Person(
      name: try fields.value("name").words(), aliases: try texts(fields, "aliases"), roles: try texts(fields, "roles"))
  }

  private static func rule(_ value: Value) throws(RunbookProblem) -> Guardrails.ApprovalRule {
    let fields = try value.mapping(
      KeyTable(required: ["roles", "risk"], optional: ["runbooks", "components", "during"]))
    return Guardrails.ApprovalRule(
      roles: try texts(fields, "roles"), runbooks: try wildcards(fields, "runbooks"),
      components: try wildcards(fields, "components"), risk: try fields.value("risk").choice(),
      during: try windows(fields))
  }

  private static func prohibition(_ value: Value) throws(RunbookProblem) -> Guardrails.Prohibition {
    let fields = try value.mapping(KeyTable(required: ["says"], optional: ["runbooks", "components", "during"]))
    return Guardrails.Prohibition(
      says: try fields.value("says").words(), runbooks: try wildcards(fields, "runbooks"),
      components: try wildcards(fields, "components"), during: try windows(fields))
  }

  private static func budget(_ value: Value) throws(RunbookProblem) -> Guardrails.ActionBudget {
    let fields = try value.mapping(KeyTable(required: ["actions", "seconds"], optional: ["per"]))
    return Guardrails.ActionBudget(
      actions: try fields.value("actions").integer(in: 0...10_000),
      seconds: try fields.value("seconds").integer(in: 1...31_536_000), per: try fields["per"]?.choice() ?? .all)
  }

  private static func preapproval(_ value: Value) throws(RunbookProblem) -> Guardrails.Preapproval {
    let fields = try value.mapping(KeyTable(required: ["runbooks", "tried", "helped"]))
    return Guardrails.Preapproval(
      runbooks: try wildcards(fields, "runbooks"), tried: try fields.value("tried").number(in: 1...1000),
      helped: try fields.value("helped").number(in: 0.5...1))
  }

  private static func secret(_ value: Value) throws(RunbookProblem) -> Guardrails.SecretReference {
    let fields = try value.mapping(KeyTable(required: ["name"], optional: ["file", "variable"]))
    let name = try fields.value("name").words()
    switch (try fields["file"]?.words(), try fields["variable"]?.words()) {
    case (let file?, nil): return Guardrails.SecretReference(name: name, place: .file(file))
    case (nil, let variable?): return Guardrails.SecretReference(name: name, place: .variable(variable))
    default: throw value.problem("a secret has either “file” or “variable”; its value stands in no policy")
    }
  }

  private static func windows(_ fields: Fields) throws(RunbookProblem) -> [WeeklyWindow] {
    try each(fields, "during") { (value) throws(RunbookProblem) in
      let fields = try value.mapping(.window)
      let days = try each(fields, "days") { (day) throws(RunbookProblem) in try day.choice(of: WeeklyWindow.Day.self) }
      return WeeklyWindow(days: days, fromMinute: try minute(fields, "from"), toMinute: try minute(fields, "to"))
    }
  }

  private static func minute(_ fields: Fields, _ key: String) throws(RunbookProblem) -> Int {
    let value = try fields.value(key)
    guard let minute = WeeklyWindow.minute(try value.text()) else {
      throw value.problem("“\(key)” is a time of day in UTC as in \"22:30\", in quotes")
    }
    return minute
  }
}

import ConfigurationReading
import IncidentModel

/// Reads the keys that a policy has beside Alertmanager's. Every key must be known, every name must lead somewhere.
struct DeskRulesReader {
  let alertmanager: AlertmanagerConfiguration
  let syntax: MatcherSyntax
  let file: String

  static let keys = [
    "severity", "slos", "deduplication", "flapping", "correlation", "storm", "escalation", "budgets", "owners",
    "files", "environment", "noise",
  ]

  func rules(_ mapping: PolicyMapping) throws(PolicyProblem) -> DeskRules {
    var rules = DeskRules()
    rules.file = file
    if let value = mapping["severity"] { rules.severity = try severity(value) }
    for value in try mapping["slos"]?.list() ?? [] {
      let level = try serviceLevel(value, rules.severity)
      guard !rules.serviceLevels.contains(where: { $0.service == level.service }) else {
        throw value.problem("“\(level.service)” has a service level already")
      }
      rules.serviceLevels.append(level)
    }
    rules.deduplication = try list(mapping["deduplication"], deduplication)
    rules.flapping = try list(mapping["flapping"], flapping)
    if let value = mapping["correlation"] { rules.correlation = try correlation(value) }
    if let value = mapping["storm"] { rules.storm = try storm(value) }
    rules.escalation = try list(mapping["escalation"], escalation)
    rules.budgets = try list(mapping["budgets"], budget)
    rules.owners = try list(mapping["owners"], owner)
    rules.files = try list(mapping["files"], messageFile)
    rules.environment = try list(mapping["environment"], secretVariable)
    if let value = mapping["noise"] {
      let noise = try value.mapping(KeyTable(optional: ["by"]))
      rules.noiseLabel = try noise["by"].map(label) ?? "alertname"
    }
    if !rules.owners.isEmpty, rules.correlation == nil {
      throw mapping.problem(at: "owners", "owners of a suspected cause need “correlation”, which suspects one")
    }
    return rules
  }

  private func list<Rule>(
    _ value: PolicyValue?, _ read: (PolicyValue) throws(PolicyProblem) -> Rule
  ) throws(PolicyProblem) -> [Rule] {
    var rules: [Rule] = []
    for entry in try value?.list() ?? [] { rules.append(try read(entry)) }
    return rules
  }

  // MARK: - Rules

  private func severity(_ value: PolicyValue) throws(PolicyProblem) -> DeskRules.SeverityOrder {
    let mapping = try value.mapping(KeyTable(optional: ["label", "order"]))
    var severity = DeskRules.SeverityOrder()
    if let value = mapping["label"] { severity.label = try label(value) }
    if let value = mapping["order"] { severity.order = try names(value) }
    return severity
  }

  private func deduplication(_ value: PolicyValue) throws(PolicyProblem) -> DeskRules.Deduplication {
    let mapping = try value.mapping(KeyTable(required: ["by"], optional: ["matchers"]))
    let by = try mapping.value("by")
    for name in try by.list() { _ = try label(name) }
    return DeskRules.Deduplication(
      matchers: try matchers(mapping["matchers"]),
      by: try names(by).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }, place: RulePlace(value))
  }

  private func flapping(_ value: PolicyValue) throws(PolicyProblem) -> DeskRules.Flapping {
    let mapping = try value.mapping(KeyTable(required: ["starts", "within", "hold"], optional: ["matchers"]))
    return DeskRules.Flapping(
      matchers: try matchers(mapping["matchers"]), starts: try mapping.value("starts").integer(in: 2...100),
      within: try duration(mapping.value("within")), hold: try duration(mapping.value("hold")),
      place: RulePlace(value))
  }

  private func correlation(_ value: PolicyValue) throws(PolicyProblem) -> DeskRules.Correlation {
    let mapping = try value.mapping(KeyTable(optional: ["topology", "labels", "within", "hops"]))
    return DeskRules.Correlation(
      topology: try mapping["topology"]?.text().path(beside: file),
      labels: try mapping["labels"].map(names) ?? DeskRules.Correlation.standardLabels,
      within: try mapping["within"].map(duration) ?? 300_000_000_000,
      hops: try mapping["hops"]?.integer(in: 0...10) ?? 2, place: RulePlace(value))
  }

  private func storm(_ value: PolicyValue) throws(PolicyProblem) -> DeskRules.Storm {
    let mapping = try value.mapping(KeyTable(required: ["alerts", "within", "calm"]))
    return DeskRules.Storm(
      alerts: try mapping.value("alerts").integer(in: 2...100_000), within: try duration(mapping.value("within")),
      calm: try duration(mapping.value("calm")), place: RulePlace(value))
  }

  private func escalation(_ value: PolicyValue) throws(PolicyProblem) -> DeskRules.Escalation {
    let mapping = try value.mapping(
      KeyTable(required: ["after", "receiver"], optional: ["matchers", "during"]))
    let during = mapping["during"]
    for entry in try during?.list() ?? [] {
      let name = try entry.text()
      guard alertmanager.intervals.contains(where: { $0.name == name }) else {
        throw entry.problem("there is no time interval “\(name.prefix(80))”")
      }
    }
    return DeskRules.Escalation(
      matchers: try matchers(mapping["matchers"]), after: try duration(mapping.value("after")),
      receiver: try receiver(mapping.value("receiver")), during: try during?.textList() ?? [], place: RulePlace(value))
  }

  private func budget(_ value: PolicyValue) throws(PolicyProblem) -> DeskRules.PageBudget {
    let mapping = try value.mapping(KeyTable(required: ["receiver", "pages", "within"], optional: ["except"]))
    return DeskRules.PageBudget(
      receiver: try receiver(mapping.value("receiver")), pages: try mapping.value("pages").integer(in: 1...100_000),
      within: try duration(mapping.value("within")), except: try matchers(mapping["except"]), place: RulePlace(value))
  }

  private func owner(_ value: PolicyValue) throws(PolicyProblem) -> DeskRules.Owner {
    let mapping = try value.mapping(KeyTable(required: ["components", "receiver"]))
    return DeskRules.Owner(
      components: try names(mapping.value("components")).map { ComponentID($0) },
      receiver: try receiver(mapping.value("receiver")), place: RulePlace(value))
  }

  private func messageFile(_ value: PolicyValue) throws(PolicyProblem) -> DeskRules.MessageFile {
    let mapping = try value.mapping(KeyTable(required: ["receiver", "path"]))
    return DeskRules.MessageFile(
      receiver: try receiver(mapping.value("receiver")),
      path: try mapping.value("path").text().path(beside: file))
  }

  private func secretVariable(_ value: PolicyValue) throws(PolicyProblem) -> DeskRules.SecretVariable {
    let mapping = try value.mapping(KeyTable(required: ["receiver", "setting", "variable"]))
    return DeskRules.SecretVariable(
      receiver: try receiver(mapping.value("receiver")), setting: try mapping.value("setting").text(),
      variable: try mapping.value("variable").text())
  }

  // MARK: - Values

  private func matchers(_ value: PolicyValue?) throws(PolicyProblem) -> [Matcher] {
    try MatcherReader(syntax: syntax).matchers(list: value, equal: nil, expressions: nil)
  }

  private func receiver(_ value: PolicyValue) throws(PolicyProblem) -> String {
    let name = try value.text()
    guard alertmanager.receiver(name) != nil else { throw value.problem("there is no receiver “\(name.prefix(80))”") }
    return name
  }

  private func label(_ value: PolicyValue) throws(PolicyProblem) -> String {
    let name = try value.text(canBeEmpty: true)
    guard syntax.isLabelName(name) else { throw value.problem("“\(name.prefix(80))” cannot be a label's name") }
    return name
  }

  /// At least one, none of them twice.
  private func names(_ value: PolicyValue) throws(PolicyProblem) -> [String] {
    var names: [String] = []
    for entry in try value.list() {
      let name = try entry.text()
      guard !names.contains(name) else { throw entry.problem("“\(name.prefix(80))” is given twice") }
      names.append(name)
    }
    guard !names.isEmpty else { throw value.problem("at least one is needed here") }
    return names
  }

  func duration(_ value: PolicyValue) throws(PolicyProblem) -> Int64 {
    let duration = try value.duration()
    guard duration > 0 else { throw value.problem("this duration cannot be zero") }
    return duration
  }
}

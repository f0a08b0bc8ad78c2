import ConfigurationReading

/// An `alertmanager.yml`, read whole. It is accepted and refused as Alertmanager does it.
package struct AlertmanagerConfiguration: Hashable, Sendable {
  package var file: String
  package var tree: RoutingTree
  package var receivers: [Receiver]
  package var inhibitRules: [InhibitRule]
  package var intervals: [NamedIntervals]
  /// Files with templates, as named; they are not read.
  package var templates: [String]
  /// In nanoseconds: an alert without an end that nobody repeats is over after this.
  package var resolveTimeout: Int64
  package var syntax: MatcherSyntax
  /// Single values below `global:` by their keys; secrets are among them, so that this is never printed.
  package var globalSettings: [String: String]

  package static let maximumBytes = 16 << 20

  /// - Throws: `PolicyProblem` with the place of what Alertmanager would not accept.
  package init(file: String, syntax: MatcherSyntax = .fallback) throws(PolicyProblem) {
    let text = try TextFile<PolicyProblem>.read(file, maximumBytes: Self.maximumBytes)
    try self.init(yaml: text, file: file, syntax: syntax)
  }

  package init(yaml: String, file: String, syntax: MatcherSyntax = .fallback) throws(PolicyProblem) {
    try self.init(try PolicyValue(yaml: Self.firstDocument(yaml), file: file), file: file, syntax: syntax)
  }

  static let keys = [
    "global", "route", "inhibit_rules", "receivers", "templates", "mute_time_intervals", "time_intervals", "tracing",
  ]

  /// - Parameter beyond: keys that are allowed too, and read by others.
  init(
    _ whole: PolicyValue, file: String, syntax: MatcherSyntax, beyond: [String] = []
  ) throws(PolicyProblem) {
    self.file = file
    self.syntax = syntax
    let mapping = try whole.mapping().merged()
    try mapping.requireKnown(Self.keys + beyond)
    let global = try mapping["global"].map { value throws(PolicyProblem) in try GlobalSchema.table.read(value) }
    globalSettings = global?.texts ?? [:]
    resolveTimeout = try mapping["global"]?.mapping().merged()["resolve_timeout"]?.duration() ?? 300_000_000_000
    templates = try mapping["templates"]?.textList() ?? []
    receivers = try ReceiverReader(globalKeys: global?.keys ?? []).receivers(mapping["receivers"])
    intervals = try IntervalReader.intervals(mapping)
    inhibitRules = try InhibitRuleReader(syntax: syntax).rules(mapping["inhibit_rules"])
    guard let route = mapping["route"] else { throw whole.problem("“route” is missing") }
    var reader = RouteReader(
      syntax: syntax, receivers: Set(receivers.map(\.name)), intervals: Set(intervals.map(\.name)))
    tree = try reader.tree(route)
  }

  package func receiver(_ name: String) -> Receiver? { receivers.first { $0.name == name } }

  /// Alertmanager reads the first YAML document of a file and no further.
  static func firstDocument(_ yaml: String) -> String {
    var lines = yaml.split(separator: "\n", omittingEmptySubsequences: false)
    var hasContent = false
    for (index, line) in lines.enumerated() {
      let isMark = line == "---" || line.hasPrefix("--- ") || line == "..." || line.hasPrefix("... ")
      if isMark, hasContent {
        lines.removeSubrange(index...)
        return lines.joined(separator: "\n") + "\n"
      }
      hasContent = hasContent || !(line.trimmed.isEmpty || line.trimmed.hasPrefix("#") || isMark)
    }
    return yaml
  }
}

/// Reads `receivers:`.
struct ReceiverReader {
  /// The keys that `global:` gives a value.
  var globalKeys: Set<String>

  func receivers(_ value: PolicyValue?) throws(PolicyProblem) -> [Receiver] {
    guard let value else { return [] }
    var receivers: [Receiver] = []
    var names: Set<String> = []
    for entry in try value.list() {
      let receiver = try receiver(entry)
      guard names.insert(receiver.name).inserted else {
        throw entry.problem("there is already a receiver “\(receiver.name.prefix(80))”")
      }
      receivers.append(receiver)
    }
    return receivers
  }

  private func receiver(_ value: PolicyValue) throws(PolicyProblem) -> Receiver {
    let mapping = try value.mapping().merged()
    try mapping.requireKnown(["name"] + IntegrationSchema.all.keys.sorted())
    let name = try mapping["name"]?.text(canBeEmpty: true) ?? ""
    guard !name.isEmpty else { throw mapping.problem(at: "name", "a receiver needs a name") }
    var integrations: [Receiver.Integration] = []
    for kind in mapping.keys {
      guard let list = mapping[kind], let schema = IntegrationSchema.all[kind] else { continue }
      for entry in try list.list() {
        let content = try schema.table.read(entry)
        try checkGlobalFallbacks(schema, content, entry)
        integrations.append(
          Receiver.Integration(
            kind: kind, sendsResolved: content.flags["send_resolved"] ?? schema.sendsResolved,
            settings: content.texts))
      }
    }
    return Receiver(name: name, integrations: integrations, place: RulePlace(value))
  }

  private func checkGlobalFallbacks(
    _ schema: IntegrationSchema, _ content: FieldTable.Content, _ value: PolicyValue
  ) throws(PolicyProblem) {
    for (own, global) in schema.globalFallbacks {
      let isGiven = own.contains { content.keys.contains($0) && content.texts[$0] != "" }
      guard !isGiven, !global.contains(where: globalKeys.contains) else { continue }
      throw value.problem(
        "\(own.joined(separator: " or ")) is missing, and so is \(global.joined(separator: " or ")) below “global”")
    }
  }
}

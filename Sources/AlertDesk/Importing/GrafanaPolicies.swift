import ConfigurationReading
import IncidentModel
import TextReading

/// Reads what Grafana exports of its alerting, as YAML or JSON, and writes the policy that decides the same.
///
/// Read are `policies` (the tree), `contactPoints` and `muteTimes`, of one organization. What has no counterpart is told of and
/// left out, never guessed.
package struct GrafanaPolicies: Sendable {
  /// The policy file's text.
  package private(set) var policy = ""
  /// What was left out, in full sentences.
  package private(set) var leftOut: [String] = []

  private var receivers: [(name: String, kind: String?, lines: [(key: String, value: String)])] = []
  private var names: Set<String> = []

  package init(file: String) throws(PolicyProblem) {
    try self.init(
      yaml: try TextFile<PolicyProblem>.read(file, maximumBytes: AlertmanagerConfiguration.maximumBytes), file: file)
  }

  /// - Throws: `PolicyProblem` for what is no such export, or has no tree.
  package init(yaml: String, file: String) throws(PolicyProblem) {
    let whole = try PolicyValue(yaml: yaml, file: file)
    let mapping = try whole.mapping().merged()
    guard let trees = try mapping["policies"]?.list(), let tree = trees.first else {
      throw whole.problem("“policies” is missing; export the notification policies as YAML")
    }
    if trees.count > 1 { leftOut.append("Only the first of \(trees.count) trees of policies was taken.") }
    for point in try mapping["contactPoints"]?.list() ?? [] { try read(contactPoint: point) }
    var route: [String] = []
    try append(route: tree, indent: 2, isRoot: true, to: &route)
    let intervals = try self.intervals(mapping["muteTimes"])
    var lines = ["route:"] + route + ["receivers:"]
    for name in names.sorted() { lines += receiverLines(name) }
    if !intervals.isEmpty { lines += ["time_intervals:"] + intervals }
    policy = lines.joined(separator: "\n") + "\n"
  }

  // MARK: - The tree

  // Recursion is bounded by the depth that the YAML reader allows.
  private mutating func append(
    route value: PolicyValue, indent: Int, isRoot: Bool, to lines: inout [String]
  ) throws(PolicyProblem) {
    let mapping = try value.mapping().merged()
    let blanks = String(repeating: " ", count: indent)
    var own: [String] = []
    if let receiver = try mapping["receiver"]?.text() {
      names.insert(receiver)
      own.append("receiver: \(Self.quoted(receiver))")
    }
    let matchers = try self.matchers(mapping)
    if !matchers.isEmpty { own.append("matchers: [\(matchers.map(Self.quoted).joined(separator: ", "))]") }
    for key in ["group_by", "mute_time_intervals", "active_time_intervals"] {
      guard let list = try mapping[key]?.textList(), !list.isEmpty else { continue }
      own.append("\(key): [\(list.map(Self.quoted).joined(separator: ", "))]")
    }
    for key in ["group_wait", "group_interval", "repeat_interval"] {
      guard let text = try mapping[key]?.text() else { continue }
      own.append("\(key): \(text)")
    }
    if try mapping["continue"]?.yamlFlag() == true { own.append("continue: true") }
    if isRoot {
      lines += own.map { blanks + $0 }
    } else {
      // An entry of a list begins with a dash; one that says nothing is still an entry.
      if own.isEmpty { own = ["continue: false"] }
      lines += own.enumerated().map { $0.offset == 0 ? blanks.dropLast(2) + "- " + $0.element : blanks + $0.element }
    }
    let children = try mapping["routes"]?.list() ?? []
    guard !children.isEmpty else { return }
    lines.append(blanks + "routes:")
    for child in children { try append(route: child, indent: indent + 2, isRoot: false, to: &lines) }
  }

  /// `object_matchers` as triples, and the texts of Alertmanager's own kind.
  private func matchers(_ mapping: PolicyMapping) throws(PolicyProblem) -> [String] {
    var texts = try mapping["matchers"]?.textList() ?? []
    for entry in try mapping["object_matchers"]?.list() ?? [] {
      let parts = try entry.textList()
      guard parts.count == 3, let operation = Matcher.Operation(rawValue: parts[1]) else {
        throw entry.problem("a matcher is a label's name, one of =, !=, =~ and !~, and a value")
      }
      do {
        texts.append(try Matcher(parts[0], operation, parts[2]).description)
      } catch {
        throw entry.problem(error.message)
      }
    }
    return texts
  }

  // MARK: - Contact points

  private mutating func read(contactPoint value: PolicyValue) throws(PolicyProblem) {
    let mapping = try value.mapping().merged()
    let name = try mapping.value("name").text()
    names.insert(name)
    for entry in try mapping["receivers"]?.list() ?? [] {
      let receiver = try entry.mapping().merged()
      let type = try receiver.value("type").text()
      let settings = try receiver["settings"]?.mapping().merged()
      var lines: [(key: String, value: String)] = []
      guard let known = Self.kinds[type] else {
        leftOut.append("The contact point “\(name)” has the type “\(type)”, which has no counterpart.")
        continue
      }
      for (theirs, ours) in known.keys {
        if let text = try settings?[theirs]?.text(canBeEmpty: true), !text.isEmpty { lines.append((ours, text)) }
      }
      guard lines.contains(where: { $0.key == known.keys[0].ours }) else {
        leftOut.append(
          "The contact point “\(name)” of the type “\(type)” has no “\(known.keys[0].theirs)”, which an export may hide."
        )
        continue
      }
      if try receiver["disableResolveMessage"]?.yamlFlag() == true { lines.append(("send_resolved", "false")) }
      receivers.append((name, known.kind, lines))
    }
  }

  /// Grafana's types with the settings that count, the indispensable one first.
  private static let kinds: [String: (kind: String, keys: [(theirs: String, ours: String)])] = [
    "webhook": ("webhook_configs", [("url", "url")]),
    "prometheus-alertmanager": ("webhook_configs", [("url", "url")]),
    "slack": ("slack_configs", [("url", "api_url"), ("recipient", "channel"), ("username", "username")]),
    "teams": ("msteams_configs", [("url", "webhook_url")]),
    "pagerduty": ("pagerduty_configs", [("integrationKey", "routing_key"), ("severity", "severity")]),
    "discord": ("discord_configs", [("url", "webhook_url")]),
    "telegram": ("telegram_configs", [("bottoken", "bot_token"), ("chatid", "chat_id")]),
  ]

  private func receiverLines(_ name: String) -> [String] {
    var lines = ["- name: \(Self.quoted(name))"]
    let own = receivers.filter { $0.name == name }
    for kind in Set(own.compactMap(\.kind)).sorted() {
      lines.append("  \(kind):")
      for entry in own where entry.kind == kind {
        // Flags and numbers stay bare; the rest is quoted.
        let fields = entry.lines.map { field in
          ["send_resolved", "chat_id"].contains(field.key)
            ? "\(field.key): \(field.value)" : "\(field.key): \(Self.quoted(field.value))"
        }
        lines.append("  - {\(fields.joined(separator: ", "))}")
      }
    }
    return lines
  }

  // MARK: - Mute times

  private func intervals(_ value: PolicyValue?) throws(PolicyProblem) -> [String] {
    var lines: [String] = []
    for entry in try value?.list() ?? [] {
      let mapping = try entry.mapping().merged()
      lines.append("- name: \(Self.quoted(try mapping.value("name").text()))")
      lines.append("  time_intervals:")
      for span in try mapping["time_intervals"]?.list() ?? [] {
        let span = try span.mapping().merged()
        var fields: [String] = []
        for key in ["weekdays", "days_of_month", "months", "years"] {
          guard let list = try span[key]?.textList(), !list.isEmpty else { continue }
          fields.append("\(key): [\(list.map(Self.quoted).joined(separator: ", "))]")
        }
        var times: [String] = []
        for time in try span["times"]?.list() ?? [] {
          let time = try time.mapping().merged()
          times.append(
            "{start_time: \(Self.quoted(try time.value("start_time").text())), "
              + "end_time: \(Self.quoted(try time.value("end_time").text()))}")
        }
        if !times.isEmpty { fields.append("times: [\(times.joined(separator: ", "))]") }
        if let location = try span["location"]?.text() { fields.append("location: \(Self.quoted(location))") }
        lines.append("  - {\(fields.joined(separator: ", "))}")
      }
    }
    return lines
  }

  /// As JSON writes it, which YAML reads.
  private static func quoted(_ text: String) -> String { JSONValue.string(text).text }
}

import ConfigurationReading

/// Reads `route:` with all below it.
struct RouteReader {
  var syntax: MatcherSyntax
  var receivers: Set<String>
  var intervals: Set<String>
  private var routes: [RoutingTree.Route] = []

  init(syntax: MatcherSyntax, receivers: Set<String>, intervals: Set<String>) {
    self.syntax = syntax
    self.receivers = receivers
    self.intervals = intervals
  }

  mutating func tree(_ value: PolicyValue) throws(PolicyProblem) -> RoutingTree {
    let mapping = try value.mapping().merged()
    for key in ["match", "match_re", "matchers", "mute_time_intervals", "active_time_intervals"] {
      guard let entry = mapping[key] else { continue }
      let isEmpty = entry.isList ? try entry.list().isEmpty : try entry.mapping().keys.isEmpty
      if !isEmpty { throw entry.problem("the root route takes every alert at every time; it cannot have “\(key)”") }
    }
    guard try mapping["receiver"]?.text(canBeEmpty: true).isEmpty == false else {
      throw mapping.problem(at: "receiver", "the root route needs a receiver")
    }
    if let goesOn = mapping["continue"], try goesOn.yamlFlag() {
      throw goesOn.problem("the root route cannot have “continue”")
    }
    try read(value, parent: nil)
    return RoutingTree(routes: routes)
  }

  // Recursion is bounded by the depth that the YAML reader allows.
  private mutating func read(_ value: PolicyValue, parent: Int?) throws(PolicyProblem) {
    let mapping = try value.mapping().merged()
    try mapping.requireKnown([
      "receiver", "group_by", "group_wait", "group_interval", "repeat_interval", "match", "match_re", "matchers",
      "mute_time_intervals", "active_time_intervals", "continue", "routes",
    ])
    let matchers = try matchers(mapping)
    let outer = parent.map { routes[$0] }
    let ownKey = "{" + matchers.map(\.description).joined(separator: ",") + "}"
    let index = routes.count
    let ownGrouping = try grouping(mapping)
    let groupingPlace = ownGrouping == nil ? outer?.groupingPlace : mapping.key("group_by").map(RulePlace.init)
    routes.append(
      RoutingTree.Route(
        receiver: try receiver(mapping) ?? outer?.receiver ?? "",
        grouping: ownGrouping ?? outer?.grouping ?? .by([]), groupingPlace: groupingPlace ?? RulePlace(value),
        timing: try timing(mapping, outer?.timing ?? GroupTiming()),
        matchers: matchers, goesOn: try mapping["continue"]?.yamlFlag() ?? false,
        muteIntervals: try intervalNames(mapping["mute_time_intervals"]),
        activeIntervals: try intervalNames(mapping["active_time_intervals"]), parent: parent,
        place: RulePlace(value), key: outer.map { $0.key + "/" + ownKey } ?? ownKey))
    if let parent { routes[parent].children.append(index) }
    for child in try mapping["routes"]?.list() ?? [] { try read(child, parent: index) }
  }

  private func receiver(_ mapping: PolicyMapping) throws(PolicyProblem) -> String? {
    guard let value = mapping["receiver"] else { return nil }
    let name = try value.text(canBeEmpty: true)
    guard !name.isEmpty else { return nil }
    guard receivers.contains(name) else { throw value.problem("there is no receiver “\(name.prefix(80))”") }
    return name
  }

  private func intervalNames(_ value: PolicyValue?) throws(PolicyProblem) -> [String] {
    guard let value else { return [] }
    var names: [String] = []
    for entry in try value.list() {
      let name = entry.isNothing ? "" : try entry.text(canBeEmpty: true)
      guard intervals.contains(name) else { throw entry.problem("there is no time interval “\(name.prefix(80))”") }
      names.append(name)
    }
    return names
  }

  private func grouping(_ mapping: PolicyMapping) throws(PolicyProblem) -> Grouping? {
    guard let value = mapping["group_by"] else { return nil }
    let names = try value.textList()
    let labels = names.filter { $0 != "..." }
    if let wrong = labels.first(where: { !syntax.isLabelName($0) }) {
      throw value.problem("“\(wrong.prefix(80))” cannot be a label's name")
    }
    if labels.count < names.count {
      guard labels.isEmpty else { throw value.problem("“...” stands for all labels and cannot stand beside others") }
      return .byAllLabels
    }
    guard Set(labels).count == labels.count else { throw value.problem("a label is named twice") }
    // An empty list says nothing, so that the parent's holds.
    return labels.isEmpty ? nil : .by(labels.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
  }

  private func timing(_ mapping: PolicyMapping, _ outer: GroupTiming) throws(PolicyProblem) -> GroupTiming {
    var timing = outer
    if let value = mapping["group_wait"] { timing.wait = try value.duration() }
    if let value = mapping["group_interval"] { timing.interval = try Self.positive(value) }
    if let value = mapping["repeat_interval"] { timing.repeatInterval = try Self.positive(value) }
    return timing
  }

  private static func positive(_ value: PolicyValue) throws(PolicyProblem) -> Int64 {
    let duration = try value.duration()
    guard duration > 0 else { throw value.problem("this duration cannot be zero") }
    return duration
  }

  private func matchers(_ mapping: PolicyMapping) throws(PolicyProblem) -> [Matcher] {
    let reader = MatcherReader(syntax: syntax)
    return try reader.matchers(
      list: mapping["matchers"], equal: mapping["match"], expressions: mapping["match_re"])
  }
}

/// Reads matchers in all the ways in which a configuration may give them.
struct MatcherReader {
  var syntax: MatcherSyntax

  /// Sorted, as route keys have them.
  func matchers(
    list: PolicyValue?, equal: PolicyValue?, expressions: PolicyValue?
  ) throws(PolicyProblem) -> [Matcher] {
    var matchers: [Matcher] = []
    for (value, operation) in [(equal, Matcher.Operation.equal), (expressions, .matches)] {
      guard let value else { continue }
      let names = try value.mapping().merged()
      for name in names.keys where names[name] == nil && operation == .matches {
        throw names.problem(at: name, "an expression is missing")
      }
      for (name, text) in try value.textMap() {
        guard LabelName.isClassic(name) else {
          throw text.problem("“\(name.prefix(80))” cannot be a label's name here; use “matchers”")
        }
        matchers.append(try matcher(name, operation, try text.text(canBeEmpty: true), text))
      }
      // A key without a value asks for a label without one.
      for name in names.keys where names[name] == nil { matchers.append(try matcher(name, operation, "", value)) }
    }
    for entry in try list?.list() ?? [] {
      let text = entry.isNothing ? "" : try entry.text(canBeEmpty: true)
      do {
        matchers += try syntax.matchers(text)
      } catch {
        throw entry.problem(error.message)
      }
    }
    return matchers.sorted()
  }

  private func matcher(
    _ name: String, _ operation: Matcher.Operation, _ text: String, _ value: PolicyValue
  ) throws(PolicyProblem) -> Matcher {
    do {
      guard operation == .matches else { return try Matcher(name, operation, text) }
      _ = try RegularExpression(anchoring: text)
      // Alertmanager anchors these twice, which shows in route keys and where parentheses do not pair.
      return try Matcher(name, operation, "^(?:\(text))$")
    } catch {
      throw value.problem("\(error.message) in the expression “\(text.prefix(80))”")
    }
  }
}

/// Reads `inhibit_rules:`.
struct InhibitRuleReader {
  var syntax: MatcherSyntax

  func rules(_ value: PolicyValue?) throws(PolicyProblem) -> [InhibitRule] {
    var rules: [InhibitRule] = []
    for entry in try value?.list() ?? [] {
      let mapping = try entry.mapping().merged()
      try mapping.requireKnown([
        "name", "source_match", "source_match_re", "source_matchers", "target_match", "target_match_re",
        "target_matchers", "equal", "sources",
      ])
      let reader = MatcherReader(syntax: syntax)
      let equal = try mapping["equal"]?.textList() ?? []
      if let wrong = equal.first(where: { !syntax.isLabelName($0) }) {
        throw mapping.problem(at: "equal", "“\(wrong.prefix(80))” cannot be a label's name")
      }
      rules.append(
        InhibitRule(
          name: try mapping["name"]?.text(canBeEmpty: true),
          source: try reader.matchers(
            list: mapping["source_matchers"], equal: mapping["source_match"], expressions: mapping["source_match_re"]),
          target: try reader.matchers(
            list: mapping["target_matchers"], equal: mapping["target_match"], expressions: mapping["target_match_re"]),
          equal: equal, place: RulePlace(entry)))
    }
    return rules
  }
}

import ConfigurationReading

/// What the value of a key must be, as Alertmanager's own types read it.
indirect enum FieldKind: Sendable {
  case text, flag, integer, unsigned
  case url, secretURL, hostPort
  case duration, goDuration
  case textMap, textList, anything
  case table(FieldTable)
  case tables(FieldTable)
}

/// The keys of one mapping and the rules between them.
struct FieldTable: Sendable {
  enum Rule: Sendable {
    /// At least one of these must be there and not be empty.
    case needsOneOf([String])
    case atMostOne([String])
    /// The key's value, if it is there, is one of these.
    case choice(String, [String])
    /// With the key, none of the others.
    case excludes(String, [String])
  }

  var fields: [String: FieldKind]
  var rules: [Rule] = []

  /// What a mapping holds after checking: its own texts and flags, enough to reach a receiver.
  struct Content: Hashable, Sendable {
    var texts: [String: String] = [:]
    var flags: [String: Bool] = [:]
    var keys: Set<String> = []
  }

  func read(_ value: PolicyValue) throws(PolicyProblem) -> Content {
    let mapping = try value.mapping().merged()
    try mapping.requireKnown(fields.keys.sorted())
    var content = Content()
    for key in mapping.keys {
      guard let field = mapping[key], let kind = fields[key] else { continue }
      content.keys.insert(key)
      switch kind {
      case .flag: content.flags[key] = try field.yamlFlag()
      case .table(let table):
        // What is inside counts under its path: `http_config.authorization.credentials`.
        for (inner, text) in try table.read(field).texts { content.texts["\(key).\(inner)"] = text }
      default:
        if let text = try kind.check(field) { content.texts[key] = text }
      }
    }
    for rule in rules { try rule.check(content, value) }
    return content
  }
}

extension FieldTable.Rule {
  func check(_ content: FieldTable.Content, _ value: PolicyValue) throws(PolicyProblem) {
    func isGiven(_ key: String) -> Bool {
      content.keys.contains(key) && content.texts[key] != ""
    }
    switch self {
    case .needsOneOf(let keys):
      guard !keys.contains(where: isGiven) else { return }
      throw value.problem("\(keys.joined(separator: " or ")) is missing")
    case .atMostOne(let keys):
      guard keys.count(where: isGiven) > 1 else { return }
      throw value.problem("at most one of \(keys.joined(separator: ", ")) may be given")
    case .choice(let key, let choices):
      guard let text = content.texts[key], !choices.contains(text) else { return }
      throw value.problem("“\(key)” must be one of \(choices.filter { !$0.isEmpty }.joined(separator: ", "))")
    case .excludes(let key, let others):
      guard isGiven(key), let other = others.first(where: isGiven) else { return }
      throw value.problem("“\(key)” and “\(other)” exclude each other")
    }
  }
}

extension FieldKind {
  /// The text of a single value, after checking it.
  func check(_ value: PolicyValue) throws(PolicyProblem) -> String? {
    switch self {
    case .text, .hostPort:
      let text = try value.text(canBeEmpty: true)
      if case .hostPort = self, !HostPort.isValid(text) { throw value.problem("this must be host:port") }
      return text
    case .flag: _ = try value.yamlFlag()
    case .integer, .unsigned:
      let text = try value.text(canBeEmpty: true)
      let isNumber: Bool
      if case .unsigned = self { isNumber = UInt64(text) != nil } else { isNumber = Int64(text) != nil }
      guard value.isPlain, isNumber else { throw value.problem("this must be a whole number") }
      return text
    case .url, .secretURL:
      let text = try value.text(canBeEmpty: true)
      if case .secretURL = self, text == "<secret>" { return text }
      if let reason = WebAddress.problem(text) { throw value.problem(reason) }
      return text
    case .duration: _ = try value.duration()
    case .goDuration:
      let text = try value.text(canBeEmpty: true)
      guard PromDuration.isGoDuration(text) || Int64(text) != nil else {
        throw value.problem("this must be a duration such as 10s or 1m30s")
      }
    case .textMap: _ = try value.textMap()
    case .textList: _ = try value.textList()
    case .anything: break
    case .table(let table): _ = try table.read(value)
    case .tables(let table):
      for entry in try value.list() where !entry.isNothing { _ = try table.read(entry) }
    }
    return nil
  }
}

extension StrictMapping<PolicyProblem> {
  /// - Throws: at the first key that is not in the list.
  func requireKnown(_ known: [String]) throws(PolicyProblem) {
    if let problem = problems(KeyTable(optional: known)).first { throw problem }
  }
}

extension StrictValue<PolicyProblem> {
  /// YAML 1.1's truth values, as Alertmanager reads them.
  func yamlFlag() throws(PolicyProblem) -> Bool {
    let text = try text(canBeEmpty: true)
    if isPlain {
      if ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].contains(text) { return true }
      if ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].contains(text) { return false }
    }
    throw problem("this must be true or false")
  }

  /// In nanoseconds.
  func duration() throws(PolicyProblem) -> Int64 {
    let text = try text(canBeEmpty: true)
    guard let duration = PromDuration.nanoseconds(text) else {
      throw problem("“\(text.prefix(40))” is no duration; one is written like 30s, 5m, 1h30m or 1d")
    }
    return duration
  }

  func textList() throws(PolicyProblem) -> [String] {
    var texts: [String] = []
    for entry in try list() { texts.append(entry.isNothing ? "" : try entry.text(canBeEmpty: true)) }
    return texts
  }

  /// Keys with single values, in the order of the file.
  func textMap() throws(PolicyProblem) -> [(key: String, value: PolicyValue)] {
    let mapping = try mapping().merged()
    var result: [(key: String, value: PolicyValue)] = []
    for key in mapping.keys {
      guard let value = mapping[key] else { continue }
      _ = try value.text(canBeEmpty: true)
      result.append((key, value))
    }
    return result
  }
}

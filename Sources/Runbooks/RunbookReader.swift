import ConfigurationReading
import IncidentModel

/// One runbook file, read strictly: the runbook where it is sound, and everything that is wrong where it is not.
struct RunbookReader {
  typealias Value = StrictValue<RunbookProblem>
  typealias Fields = StrictMapping<RunbookProblem>

  /// Every text that may hold blanks, with its place.
  private var texts: [(text: String, value: Value)] = []
  private var problems: [RunbookProblem] = []

  /// - Parameter file: as it shall appear in messages; its last part without `.yaml` must be the runbook's name.
  static func read(_ text: String, file: String) -> (runbook: Runbook?, problems: [RunbookProblem]) {
    var reader = RunbookReader()
    guard let whole = reader.take(try Value(yaml: text, file: file)), let root = reader.fields(whole, .runbook)
    else { return (nil, reader.problems) }
    let bytes = Array(text.utf8)
    let runbook = reader.runbook(root, file: file, digest: digest(of: bytes))
    if let runbook {
      let rules = RunbookRules(runbook: runbook, root: root, texts: reader.texts, source: bytes)
      reader.problems += rules.breaches
    }
    let problems = reader.problems.sorted {
      ($0.line ?? 0, $0.column ?? 0, $0.message) < ($1.line ?? 0, $1.column ?? 0, $1.message)
    }
    return (problems.isEmpty ? runbook : nil, problems)
  }

  private static func digest(of bytes: [UInt8]) -> String {
    var digest = ContentDigest()
    bytes.withUnsafeBytes { digest.update($0) }
    return digest.finalize()
  }

  private mutating func runbook(_ fields: Fields, file: String, digest: String) -> Runbook? {
    let name = self.name(fields, file)
    let title = blankText(fields, "title")
    let purpose = blankText(fields, "purpose")
    let owner = words(fields["owner"])
    let appliesTo = applicability(fields)
    let undoes: [Runbook.ChangeKind] = choices(fields, "undoes") ?? []
    let inputs = (entries(fields, "inputs", canBeEmpty: true) ?? []).compactMap { input($0) }
    let preconditions = (entries(fields, "preconditions", canBeEmpty: true) ?? []).compactMap {
      check($0, .precondition)
    }
    let steps = (entries(fields, "steps") ?? []).compactMap { step($0) }
    let effect = blankText(fields, "expectedEffect")
    let verification = fields["verification"].flatMap { check($0, .verification) }
    let blastRadius: Runbook.BlastRadius? = take(try fields["blastRadius"]?.choice())
    let risk: Remediation.Risk? = take(try fields["risk"]?.choice())
    let isReversible = take(try fields["reversible"]?.flag())
    let approvals: Runbook.Approvals? = take(try fields["approvals"]?.choice())
    guard let name, let title, let purpose, let owner, let appliesTo, !steps.isEmpty, let effect, let verification,
      let blastRadius, let risk, let isReversible, let approvals
    else { return nil }
    return Runbook(
      name: name, title: title, purpose: purpose, owner: owner, appliesTo: appliesTo, undoes: undoes,
      inputs: inputs, preconditions: preconditions, steps: steps, expectedEffect: effect, verification: verification,
      blastRadius: blastRadius, risk: risk, isReversible: isReversible, approvals: approvals, digest: digest)
  }

  // MARK: Parts

  private mutating func name(_ fields: Fields, _ file: String) -> String? {
    guard let node = fields["name"], let name = words(node) else { return nil }
    let expected = file.split(separator: "/").last.map { String($0.hasSuffix(".yaml") ? $0.dropLast(5) : $0) }
    if !Self.isSlug(name) {
      problems.append(node.problem("“name” takes lower-case letters, digits and hyphens, and begins with no hyphen"))
    } else if let expected, expected != name {
      problems.append(node.problem("“name” is “\(name)” but the file is called “\(expected).yaml”; make them equal"))
    }
    return name
  }

  private mutating func applicability(_ fields: Fields) -> Runbook.Applicability? {
    guard let node = fields["appliesTo"], let fields = self.fields(node, .appliesTo) else { return nil }
    let faults: [FaultKind]? = choices(fields, "faults")
    if let faults, faults.contains(.unknown), let node = fields["faults"] {
      problems.append(
        node.problem("no runbook is for the fault “unknown”: what is not understood is looked at first"))
    }
    let roles: [ComponentRole]? = choices(fields, "roles")
    if let roles, roles.contains(.unknown), let node = fields["roles"] {
      problems.append(
        node.problem("no runbook is for the role “unknown”; such a component is taken for an “application”"))
    }
    let kinds: [ComponentKind]? = choices(fields, "kinds")
    let minimum = take(try fields["minimumConfidence"]?.number(in: 0...1))
    if fields["causes"] != nil {
      for key in ["faults", "roles", "kinds"] where fields[key] != nil {
        problems.append(
          (fields[key] ?? node).problem("a cause says more than “\(key)”: list “causes” or the other three, not both"))
      }
      guard let slugs = slugs(fields), let minimum else { return nil }
      return Runbook.Applicability(causes: slugs, faults: [], roles: [], kinds: [], minimumConfidence: minimum)
    }
    for key in ["faults", "roles", "kinds"] where fields[key] == nil {
      problems.append(
        fields.problem(at: key, "“\(key)” is missing; say for which “causes” it is, or “faults”, “roles” and “kinds”"))
    }
    guard let faults, let roles, let kinds, let minimum else { return nil }
    return Runbook.Applicability(faults: faults, roles: roles, kinds: kinds, minimumConfidence: minimum)
  }

  private mutating func slugs(_ fields: Fields) -> [String]? {
    guard let entries = entries(fields, "causes") else { return nil }
    var slugs: [String] = []
    for entry in entries {
      guard let slug = words(entry) else { continue }
      if !Self.isSlug(slug) {
        problems.append(entry.problem("a cause is a slug of lower-case letters, digits and hyphens"))
      } else if slugs.contains(slug) {
        problems.append(entry.problem("“\(slug)” is listed twice"))
      }
      slugs.append(slug)
    }
    return slugs
  }

  private static func isSlug(_ text: String) -> Bool {
    !text.hasPrefix("-") && text.utf8.count <= 60
      && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
  }

  private mutating func input(_ node: Value) -> Runbook.Input? {
    guard let fields = self.fields(node, .input) else { return nil }
    let name = words(fields["name"])
    let type: Runbook.InputType? = take(try fields["type"]?.choice())
    let source: Runbook.InputSource? = take(try fields["from"]?.choice())
    let fallback = text(fields["default"])
    guard let name, let type, let source else { return nil }
    if !TextWithBlanks.isName(Substring(name)) {
      problems.append(node.problem("an input's name is a letter followed by letters and digits, at most 40"))
    }
    if let only = source.type, only != type {
      problems.append(node.problem("“\(source.rawValue)” gives a “\(only.rawValue)”, not a “\(type.rawValue)”"))
    }
    if let fallback, !InputValue.isSafe(fallback) {
      problems.append(node.problem("a default has no leading hyphen, no control characters and at most 256 bytes"))
    }
    if type == .number, let fallback, Double(fallback)?.isFinite != true {
      problems.append(node.problem("the default of a number is a number, not “\(fallback.prefix(40))”"))
    }
    return Runbook.Input(name: name, type: type, source: source, fallback: fallback)
  }

  private mutating func check(_ node: Value, _ table: KeyTable) -> Runbook.Check? {
    guard let fields = self.fields(node, table) else { return nil }
    let says = blankText(fields, "says")
    let query = blankText(fields, "query")
    let within = withinSeconds(fields)
    guard let says, let query else { return nil }
    return Runbook.Check(says: says, query: query, withinSeconds: within)
  }

  private mutating func withinSeconds(_ fields: Fields) -> Int? {
    take(try fields["withinSeconds"]?.integer(in: 1...RunbookLimits.waitSeconds))
  }

  private mutating func blankText(_ fields: Fields, _ key: String) -> String? {
    guard let value = fields[key], let text = words(value) else { return nil }
    texts.append((text, value))
    return text
  }
}

/// Access that notes what is wrong and goes on.
extension RunbookReader {
  private mutating func take<Content>(_ read: @autoclosure () throws(RunbookProblem) -> Content?) -> Content? {
    do {
      return try read()
    } catch {
      problems.append(error)
      return nil
    }
  }

  private mutating func fields(_ value: Value, _ table: KeyTable) -> Fields? {
    guard let fields = take(try value.mapping()) else { return nil }
    problems += fields.problems(table)
    return fields
  }

  private mutating func words(_ value: Value?) -> String? {
    take(try value?.words()).flatMap { bounded($0, value) }
  }

  /// Any single value as it is written: numbers need no quotes here.
  private mutating func text(_ value: Value?) -> String? {
    take(try value?.text()).flatMap { bounded($0, value) }
  }

  private mutating func bounded(_ text: String, _ value: Value?) -> String? {
    guard text.utf8.count > RunbookLimits.textBytes else { return text.trimmed }
    if let value { problems.append(value.problem("this is longer than \(RunbookLimits.textBytes) bytes")) }
    return nil
  }

  /// The entries of a list; nil where the key is absent or not a list.
  private mutating func entries(_ fields: Fields, _ key: String, canBeEmpty: Bool = false) -> [Value]? {
    guard let entries = take(try fields[key]?.list()) else { return nil }
    guard canBeEmpty || !entries.isEmpty, entries.count <= RunbookLimits.listEntries else {
      let wrong = entries.isEmpty ? "must not be empty" : "has more than \(RunbookLimits.listEntries) entries"
      problems.append(fields.problem(at: key, "“\(key)” \(wrong)"))
      return nil
    }
    return entries
  }

  private mutating func choices<Choice: RawRepresentable & CaseIterable & Equatable>(
    _ fields: Fields, _ key: String
  ) -> [Choice]? where Choice.RawValue == String {
    guard let entries = entries(fields, key) else { return nil }
    var seen: [Choice] = []
    for entry in entries {
      guard let value: Choice = take(try entry.choice()) else { continue }
      if seen.contains(value) { problems.append(entry.problem("“\(value.rawValue)” is listed twice")) }
      seen.append(value)
    }
    return seen
  }
}

extension RunbookReader {
  private mutating func step(_ node: Value) -> Runbook.Step? {
    guard let fields = self.fields(node, .step) else { return nil }
    let title = blankText(fields, "title")
    let readOnly = take(try fields["readOnly"]?.flag())
    let undo = fields["undo"].flatMap { self.undo($0) }
    guard let kind: Remediation.Step.Kind = take(try fields["kind"]?.choice()) else { return nil }
    refuseForeignKeys(of: kind, in: fields, at: node)
    guard let action = action(kind, fields, at: node), let title else { return nil }
    var changesSomething = !(readOnly ?? false)
    switch action {
    case .waitUntil: changesSomething = false
    case .http(let method, _) where method == "GET" || method == "HEAD": changesSomething = false
    default: break
    }
    if !changesSomething, undo != nil {
      problems.append(node.problem("a step that only looks needs no “undo”"))
    }
    return Runbook.Step(title: title, action: action, changesSomething: changesSomething, undo: undo)
  }

  private mutating func refuseForeignKeys(
    of kind: Remediation.Step.Kind, in fields: Fields, at node: Value
  ) {
    let own: [String] =
      switch kind {
      case .run: ["run", "readOnly", "undo"]
      case .http: ["http", "undo"]
      case .waitUntil: ["query", "withinSeconds"]
      case .manual: ["readOnly", "undo"]
      }
    for key in KeyTable.step.optional where fields[key] != nil && !own.contains(key) {
      problems.append((fields[key] ?? node).problem("a step of kind “\(kind.rawValue)” takes no “\(key)”"))
    }
  }

  private mutating func action(
    _ kind: Remediation.Step.Kind, _ fields: Fields, at node: Value
  ) -> Runbook.Action? {
    switch kind {
    case .manual: return .manual
    case .run:
      guard fields["run"] != nil else { return missing("run", kind, at: node) }
      return run(fields)
    case .http:
      guard let request = fields["http"] else { return missing("http", kind, at: node) }
      return http(request)
    case .waitUntil:
      guard fields["query"] != nil else { return missing("query", kind, at: node) }
      guard fields["withinSeconds"] != nil else {
        problems.append(node.problem("unbounded: a step that waits says for how long under “withinSeconds”"))
        return nil
      }
      guard let query = blankText(fields, "query"), let seconds = withinSeconds(fields) else { return nil }
      return .waitUntil(query: query, withinSeconds: seconds)
    }
  }

  private mutating func missing(
    _ key: String, _ kind: Remediation.Step.Kind, at node: Value
  ) -> Runbook.Action? {
    problems.append(node.problem("a step of kind “\(kind.rawValue)” needs “\(key)”"))
    return nil
  }

  private mutating func run(_ fields: Fields) -> Runbook.Action? {
    if let node = fields["run"], !node.isList {
      problems.append(
        node.problem("“run” is a list with one entry an argument, for example “[systemctl, restart, nginx]”"))
      return nil
    }
    guard let nodes = entries(fields, "run") else { return nil }
    var arguments: [String] = []
    for node in nodes {
      guard let word = text(node) else { return nil }
      arguments.append(word)
      texts.append((word, node))
    }
    if arguments[0].contains("{{") {
      problems.append(nodes[0].problem("the program itself cannot be a blank"))
    }
    let program = arguments[0].split(separator: "/").last.map(String.init) ?? ""
    if ["sh", "bash", "dash", "zsh", "ksh", "eval"].contains(program), arguments.contains("-c") {
      problems.append(
        nodes[0].problem(
          "no shell strings: name the program and its arguments, or keep the script in a file of its own"))
    }
    return .run(arguments)
  }

  private mutating func http(_ node: Value) -> Runbook.Action? {
    guard let fields = self.fields(node, .http) else { return nil }
    let method: HTTPMethod? = take(try fields["method"]?.choice())
    guard let url = blankText(fields, "url"), let method else { return nil }
    if !url.hasPrefix("https://") && !url.hasPrefix("http://") {
      problems.append(node.problem("“url” begins with https:// or http://."))
    }
    return .http(method: method.rawValue, url: url)
  }

  private mutating func undo(_ node: Value) -> Runbook.Undo? {
    guard let fields = self.fields(node, .undo), let title = blankText(fields, "title") else { return nil }
    if fields["run"] != nil, fields["http"] != nil {
      problems.append(node.problem("“undo” takes “run” or “http”, not both"))
    }
    if fields["run"] != nil { return run(fields).map { Runbook.Undo(title: title, action: $0) } }
    if let request = fields["http"] { return http(request).map { Runbook.Undo(title: title, action: $0) } }
    return Runbook.Undo(title: title, action: .manual)
  }
}

enum HTTPMethod: String, CaseIterable {
  case get = "GET"
  case head = "HEAD"
  case post = "POST"
  case put = "PUT"
  case delete = "DELETE"
  case patch = "PATCH"
}

import IncidentModel
import Yams

/// One runbook file, read strictly: the runbook where it is sound, and everything that is wrong where it is not.
struct RunbookReader {
  private var yaml: StrictYAML
  /// Every text that may hold blanks, with its place.
  private(set) var texts: [(text: String, node: Node)] = []

  /// - Parameter file: as it shall appear in messages; its last part without `.yaml` must be the runbook's name.
  static func read(_ bytes: [UInt8], file: String) -> (runbook: Runbook?, problems: [RunbookProblem]) {
    var reader = RunbookReader(yaml: StrictYAML(file: file))
    guard let root = reader.root(bytes) else { return (nil, reader.yaml.problems) }
    let runbook = reader.runbook(root, digest: digest(of: bytes))
    if let runbook {
      let rules = RunbookRules(runbook: runbook, root: root, texts: reader.texts, source: bytes)
      for breach in rules.breaches { reader.yaml.report(breach.message, at: breach.place) }
    }
    let problems = reader.yaml.problems.sorted {
      ($0.line ?? 0, $0.column ?? 0, $0.message) < ($1.line ?? 0, $1.column ?? 0, $1.message)
    }
    return (problems.isEmpty ? runbook : nil, problems)
  }

  private static func digest(of bytes: [UInt8]) -> String {
    var digest = ContentDigest()
    bytes.withUnsafeBytes { digest.update($0) }
    return digest.finalize()
  }

  private init(yaml: StrictYAML) { self.yaml = yaml }

  private mutating func root(_ bytes: [UInt8]) -> Node? {
    guard bytes.count <= RunbookLimits.fileBytes else {
      yaml.report("the file is larger than \(RunbookLimits.fileBytes) bytes.", at: nil)
      return nil
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      yaml.report("the file is not UTF-8 text.", at: nil)
      return nil
    }
    if let place = YAMLNesting.firstTooDeep(bytes, limit: RunbookLimits.nestingDepth) {
      yaml.report("nested deeper than \(RunbookLimits.nestingDepth) levels.", at: place)
      return nil
    }
    do {
      // The basic resolver, since Yams' own tries regular expressions on every word, which is most of its time.
      if let node = try Yams.compose(yaml: text, .basic) { return node }
      yaml.report("the file is empty.", at: nil)
    } catch {
      let (message, place) = YAMLNesting.explain(error)
      yaml.report(message, at: place)
    }
    return nil
  }

  private mutating func runbook(_ root: Node, digest: String) -> Runbook? {
    guard let fields = yaml.fields(root, .runbook) else { return nil }
    let name = self.name(fields)
    let title = blankText(fields, "title")
    let purpose = blankText(fields, "purpose")
    let owner = yaml.text(fields, "owner")
    let appliesTo = applicability(fields)
    let inputs = (yaml.entries(fields, "inputs", canBeEmpty: true) ?? []).compactMap { input($0) }
    let preconditions = (yaml.entries(fields, "preconditions", canBeEmpty: true) ?? []).compactMap {
      check($0, .precondition)
    }
    let steps = (yaml.entries(fields, "steps") ?? []).compactMap { step($0) }
    let effect = blankText(fields, "expectedEffect")
    let verification = fields["verification"].flatMap { check($0, .verification) }
    let blastRadius: Runbook.BlastRadius? = yaml.choice(fields, "blastRadius")
    let risk: Remediation.Risk? = yaml.choice(fields, "risk")
    let isReversible = yaml.flag(fields, "reversible")
    let approvals: Runbook.Approvals? = yaml.choice(fields, "approvals")
    guard let name, let title, let purpose, let owner, let appliesTo, !steps.isEmpty, let effect, let verification,
      let blastRadius, let risk, let isReversible, let approvals
    else { return nil }
    return Runbook(
      name: name, title: title, purpose: purpose, owner: owner, appliesTo: appliesTo, inputs: inputs,
      preconditions: preconditions, steps: steps, expectedEffect: effect, verification: verification,
      blastRadius: blastRadius, risk: risk, isReversible: isReversible, approvals: approvals, digest: digest)
  }

  // MARK: Parts

  private mutating func name(_ fields: StrictYAML.Fields) -> String? {
    guard let node = fields["name"], let name = yaml.text(node, "`name`") else { return nil }
    let allowed = name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    let expected = yaml.file.split(separator: "/").last.map { String($0.hasSuffix(".yaml") ? $0.dropLast(5) : $0) }
    if !allowed || name.hasPrefix("-") {
      yaml.report("`name` takes lower-case letters, digits and hyphens, and begins with no hyphen.", at: node)
    } else if let expected, expected != name {
      yaml.report("`name` is `\(name)` but the file is called `\(expected).yaml`; make them equal.", at: node)
    }
    return name
  }

  private mutating func applicability(_ fields: StrictYAML.Fields) -> Runbook.Applicability? {
    guard let node = fields["appliesTo"], let fields = yaml.fields(node, .appliesTo) else { return nil }
    let faults: [FaultKind]? = yaml.choices(fields, "faults")
    if let faults, faults.contains(.unknown), let node = fields["faults"] {
      yaml.report("no runbook is for the fault `unknown`: what is not understood is looked at first.", at: node)
    }
    let roles: [ComponentRole]? = yaml.choices(fields, "roles")
    if let roles, roles.contains(.unknown), let node = fields["roles"] {
      yaml.report("no runbook is for the role `unknown`; such a component is taken for an `application`.", at: node)
    }
    let kinds: [ComponentKind]? = yaml.choices(fields, "kinds")
    let minimum = yaml.number(fields, "minimumConfidence", in: 0...1)
    guard let faults, let roles, let kinds, let minimum else { return nil }
    return Runbook.Applicability(faults: faults, roles: roles, kinds: kinds, minimumConfidence: minimum)
  }

  private mutating func input(_ node: Node) -> Runbook.Input? {
    guard let fields = yaml.fields(node, .input) else { return nil }
    let name = yaml.text(fields, "name")
    let type: Runbook.InputType? = yaml.choice(fields, "type")
    let source: Runbook.InputSource? = yaml.choice(fields, "from")
    let fallback = fields["default"].flatMap { yaml.word($0, "`default`") }
    guard let name, let type, let source else { return nil }
    if !TextWithBlanks.isName(Substring(name)) {
      yaml.report("an input's name is a letter followed by letters and digits, at most 40.", at: node)
    }
    if let only = source.type, only != type {
      yaml.report("`\(source.rawValue)` gives a `\(only.rawValue)`, not a `\(type.rawValue)`.", at: node)
    }
    if let fallback, !InputValue.isSafe(fallback) {
      yaml.report("a default has no leading hyphen, no control characters and at most 256 bytes.", at: node)
    }
    if type == .number, let fallback, Double(fallback)?.isFinite != true {
      yaml.report("the default of a number is a number, not `\(fallback.prefix(40))`.", at: node)
    }
    return Runbook.Input(name: name, type: type, source: source, fallback: fallback)
  }

  private mutating func check(_ node: Node, _ table: KeyTable) -> Runbook.Check? {
    guard let fields = yaml.fields(node, table) else { return nil }
    let says = blankText(fields, "says")
    let query = blankText(fields, "query")
    let within = withinSeconds(fields)
    guard let says, let query else { return nil }
    return Runbook.Check(says: says, query: query, withinSeconds: within)
  }

  private mutating func withinSeconds(_ fields: StrictYAML.Fields) -> Int? {
    yaml.wholeNumber(fields, "withinSeconds", in: 1...RunbookLimits.waitSeconds)
  }

  private mutating func blankText(_ fields: StrictYAML.Fields, _ key: String) -> String? {
    guard let node = fields[key], let text = yaml.text(node, "`\(key)`") else { return nil }
    texts.append((text, node))
    return text
  }
}

extension RunbookReader {
  private mutating func step(_ node: Node) -> Runbook.Step? {
    guard let fields = yaml.fields(node, .step) else { return nil }
    let title = blankText(fields, "title")
    let readOnly = yaml.flag(fields, "readOnly")
    let undo = fields["undo"].flatMap { self.undo($0) }
    guard let kind: Remediation.Step.Kind = yaml.choice(fields, "kind") else { return nil }
    refuseForeignKeys(of: kind, in: fields, at: node)
    guard let action = action(kind, fields, at: node), let title else { return nil }
    var changesSomething = !(readOnly ?? false)
    switch action {
    case .waitUntil: changesSomething = false
    case .http(let method, _) where method == "GET" || method == "HEAD": changesSomething = false
    default: break
    }
    if !changesSomething, undo != nil {
      yaml.report("a step that only looks needs no `undo`.", at: node)
    }
    return Runbook.Step(title: title, action: action, changesSomething: changesSomething, undo: undo)
  }

  private mutating func refuseForeignKeys(
    of kind: Remediation.Step.Kind, in fields: StrictYAML.Fields, at node: Node
  ) {
    let own: [String] =
      switch kind {
      case .run: ["run", "readOnly", "undo"]
      case .http: ["http", "undo"]
      case .waitUntil: ["query", "withinSeconds"]
      case .manual: ["readOnly", "undo"]
      }
    for key in KeyTable.step.optional where fields[key] != nil && !own.contains(key) {
      yaml.report("a step of kind `\(kind.rawValue)` takes no `\(key)`.", at: fields[key] ?? node)
    }
  }

  private mutating func action(
    _ kind: Remediation.Step.Kind, _ fields: StrictYAML.Fields, at node: Node
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
        yaml.report("unbounded: a step that waits says for how long under `withinSeconds`.", at: node)
        return nil
      }
      guard let query = blankText(fields, "query"), let seconds = withinSeconds(fields) else { return nil }
      return .waitUntil(query: query, withinSeconds: seconds)
    }
  }

  private mutating func missing(
    _ key: String, _ kind: Remediation.Step.Kind, at node: Node
  ) -> Runbook.Action? {
    yaml.report("a step of kind `\(kind.rawValue)` needs `\(key)`.", at: node)
    return nil
  }

  private mutating func run(_ fields: StrictYAML.Fields) -> Runbook.Action? {
    if let node = fields["run"], node.scalar != nil {
      yaml.report("`run` is a list with one entry an argument, for example `[systemctl, restart, nginx]`.", at: node)
      return nil
    }
    guard let nodes = yaml.entries(fields, "run") else { return nil }
    var arguments: [String] = []
    for node in nodes {
      guard let word = yaml.word(node, "an argument") else { return nil }
      arguments.append(word)
      texts.append((word, node))
    }
    if arguments[0].contains("{{") {
      yaml.report("the program itself cannot be a blank.", at: nodes[0])
    }
    let program = arguments[0].split(separator: "/").last.map(String.init) ?? ""
    if ["sh", "bash", "dash", "zsh", "ksh", "eval"].contains(program), arguments.contains("-c") {
      yaml.report(
        "no shell strings: name the program and its arguments, or keep the script in a file of its own.", at: nodes[0])
    }
    return .run(arguments)
  }

  private mutating func http(_ node: Node) -> Runbook.Action? {
    guard let fields = yaml.fields(node, .http) else { return nil }
    let method: HTTPMethod? = yaml.choice(fields, "method")
    guard let url = blankText(fields, "url"), let method else { return nil }
    if !url.hasPrefix("https://") && !url.hasPrefix("http://") {
      yaml.report("`url` begins with https:// or http://.", at: node)
    }
    return .http(method: method.rawValue, url: url)
  }

  private mutating func undo(_ node: Node) -> Runbook.Undo? {
    guard let fields = yaml.fields(node, .undo), let title = blankText(fields, "title") else { return nil }
    if fields["run"] != nil, fields["http"] != nil {
      yaml.report("`undo` takes `run` or `http`, not both.", at: node)
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

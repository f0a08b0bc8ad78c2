import ConfigurationReading
import IncidentModel

/// One runbook file, read strictly: the runbook where it is sound, and everything that is wrong where it is not.
struct RunbookReader {
  typealias Value = StrictValue<RunbookProblem>
  typealias Fields = StrictMapping<RunbookProblem>

  /// Every text that may hold blanks, with its place.
  var texts: [(text: String, value: Value)] = []
  var problems: [RunbookProblem] = []

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
    let role = words(fields["approverRole"])
    let concurrency = take(try fields["concurrency"]?.integer(in: 1...100)) ?? 1
    let cooldown = take(try fields["cooldownSeconds"]?.integer(in: 0...RunbookLimits.waitSeconds))
    let windows = windows(fields, "changeWindows")
    guard let name, let title, let purpose, let owner, let appliesTo, !steps.isEmpty, let effect, let verification,
      let blastRadius, let risk, let isReversible, let approvals
    else { return nil }
    return Runbook(
      name: name, title: title, purpose: purpose, owner: owner, appliesTo: appliesTo, undoes: undoes,
      inputs: inputs, preconditions: preconditions, steps: steps, expectedEffect: effect, verification: verification,
      blastRadius: blastRadius, risk: risk, isReversible: isReversible, approvals: approvals,
      approverRole: role, concurrency: concurrency, cooldownSeconds: cooldown ?? RunbookLimits.usualCooldownSeconds,
      changeWindows: windows, digest: digest)
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
      for key in ["faults", "roles", "kinds", "metrics"] where fields[key] != nil {
        problems.append(
          (fields[key] ?? node).problem("a cause says more than “\(key)”: list “causes” or the others, not both"))
      }
      guard let slugs = slugs(fields, "causes", "a cause"), let minimum else { return nil }
      return Runbook.Applicability(causes: slugs, faults: [], roles: [], kinds: [], minimumConfidence: minimum)
    }
    for key in ["faults", "roles", "kinds"] where fields[key] == nil {
      problems.append(
        fields.problem(at: key, "“\(key)” is missing; say for which “causes” it is, or “faults”, “roles” and “kinds”"))
    }
    let metrics = fields["metrics"] == nil ? [] : slugs(fields, "metrics", "a word of a series")
    guard let faults, let roles, let kinds, let metrics, let minimum else { return nil }
    return Runbook.Applicability(
      faults: faults, roles: roles, kinds: kinds, metrics: metrics, minimumConfidence: minimum)
  }

  private mutating func slugs(_ fields: Fields, _ key: String, _ what: String) -> [String]? {
    guard let entries = entries(fields, key) else { return nil }
    var slugs: [String] = []
    for entry in entries {
      guard let slug = words(entry) else { continue }
      if !Self.isSlug(slug) {
        problems.append(entry.problem("\(what) is a slug of lower-case letters, digits and hyphens"))
      } else if slugs.contains(slug) {
        problems.append(entry.problem("“\(slug)” is listed twice"))
      }
      slugs.append(slug)
    }
    return slugs
  }

  static func isSlug(_ text: String) -> Bool {
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
    var input = Runbook.Input(name: name, type: type, source: source, fallback: fallback)
    readLimits(of: &input, fields, at: node)
    return input
  }

  private mutating func check(_ node: Value, _ table: KeyTable) -> Runbook.Check? {
    guard let fields = self.fields(node, table) else { return nil }
    let says = blankText(fields, "says")
    let query = blankText(fields, "query")
    let within = withinSeconds(fields)
    let worse = blankText(fields, "worse")
    guard let says, let query else { return nil }
    return Runbook.Check(says: says, query: query, withinSeconds: within, worse: worse)
  }

  mutating func withinSeconds(_ fields: Fields) -> Int? {
    take(try fields["withinSeconds"]?.integer(in: 1...RunbookLimits.waitSeconds))
  }

  mutating func blankText(_ fields: Fields, _ key: String) -> String? {
    guard let value = fields[key], let text = words(value) else { return nil }
    texts.append((text, value))
    return text
  }
}

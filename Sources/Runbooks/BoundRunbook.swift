import ConfigurationReading
import IncidentModel

/// What would be done, word for word: a runbook with every blank filled, as it is shown, agreed to and carried out.
package struct BoundRunbook: Hashable, Sendable, Codable {
  package var runbook: String
  /// Of the runbook's file.
  package var runbookDigest: String
  package var inputs: [String: String]
  package var title: String
  package var owner: String
  package var preconditions: [Runbook.Check]
  package var steps: [Runbook.Step]
  package var verification: Runbook.Check
  package var risk: Remediation.Risk
  package var isReversible: Bool

  /// What is wrong with the values that a runbook was to be filled with; full sentences.
  package struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    package var complaints: [String]
    package var description: String { complaints.joined(separator: "\n") }
  }

  /// - Throws: `Refusal` for values that are missing, beyond their limits or not safe where they would go.
  package init(_ runbook: Runbook, inputs given: [String: String]) throws(Refusal) {
    var complaints: [String] = []
    for name in given.keys.sorted() where !runbook.inputs.contains(where: { $0.name == name }) {
      complaints.append("“\(name)” is no input of \(runbook.name)")
    }
    var values = given
    for input in runbook.inputs {
      values[input.name] = values[input.name] ?? input.fallback
      guard let value = values[input.name] else {
        complaints.append("“\(input.name)” has no value")
        continue
      }
      if let complaint = input.complaint(value) { complaints.append("“\(input.name)” \(complaint)") }
    }
    guard complaints.isEmpty else { throw Refusal(complaints: complaints) }
    let binding = RunbookBinding(runbook.inputs, values: values)
    complaints = runbook.steps.flatMap { Self.complaints($0, values) } + Self.queryComplaints(runbook, values)
    guard complaints.isEmpty else { throw Refusal(complaints: complaints) }
    self.runbook = runbook.name
    runbookDigest = runbook.digest
    inputs = values
    title = binding.words(runbook.title)
    owner = runbook.owner
    preconditions = runbook.preconditions.map(binding.bound)
    steps = runbook.steps.map(binding.bound)
    verification = binding.bound(runbook.verification)
    risk = runbook.risk
    isReversible = runbook.isReversible
  }

  /// `sha256:<hex>` over the runbook's digest and the inputs: what an approval is for.
  package var digest: String {
    var digest = ContentDigest()
    digest.update(runbook)
    digest.update(runbookDigest)
    for (name, value) in inputs.sorted(by: { $0.key < $1.key }) {
      digest.update(name)
      digest.update(value)
    }
    return digest.finalize()
  }

  /// A value that is only a part of an argument or a body could end what it stands in: there it has to be a plain word.
  private static func complaints(_ step: Runbook.Step, _ values: [String: String]) -> [String] {
    var embedded: [String] = []
    for action in [step.action] + (step.undo.map { [$0.action] } ?? []) {
      switch action {
      case .run(let vector):
        // ssh hands on its arguments as one line, which a shell on the other side takes apart.
        let isReadByShell = vector.first?.split(separator: "/").last == "ssh"
        embedded += vector.filter { isReadByShell || !isOneBlank($0) }
      case .http(let request): embedded += request.body.map { [$0] } ?? []
      case .waitUntil, .manual: break
      }
    }
    let names = Set(embedded.flatMap { (try? TextWithBlanks($0))?.blanks ?? [] })
    return names.sorted().compactMap { name in
      guard let value = values[name], !InputValue.isPlainWord(value) else { return nil }
      return
        "“\(name)” is read by a program as a part of something in “\(step.title)”, and there it takes letters, digits and "
        + "._:/@+=,%- only, no two dots in a row"
    }
  }

  /// Outside of a quoted text a value could become a part of the question itself, and answer it as somebody likes.
  private static func queryComplaints(_ runbook: Runbook, _ values: [String: String]) -> [String] {
    Set(runbook.queries.flatMap(QueryPlace.exposedBlanks)).sorted().compactMap { name in
      guard let value = values[name], !InputValue.isQueryWord(value) else { return nil }
      return "“\(name)” stands in a query outside of double quotes, and there it takes letters, digits, . and _ only"
    }
  }

  private static func isOneBlank(_ text: String) -> Bool {
    guard let parsed = try? TextWithBlanks(text), parsed.pieces.count == 1, case .blank = parsed.pieces[0] else {
      return false
    }
    return true
  }
}

extension RunbookBinding {
  func bound(_ check: Runbook.Check) -> Runbook.Check {
    Runbook.Check(
      says: words(check.says), query: query(check.query), withinSeconds: check.withinSeconds,
      worse: check.worse.map(query))
  }

  func bound(_ step: Runbook.Step) -> Runbook.Step {
    Runbook.Step(
      title: words(step.title), action: bound(step.action), changesSomething: step.changesSomething,
      undo: step.undo.map { Runbook.Undo(title: words($0.title), action: bound($0.action)) }, bounds: step.bounds)
  }

  private func bound(_ action: Runbook.Action) -> Runbook.Action {
    switch action {
    case .run(let vector): return .run(vector.map(argument))
    case .http(var request):
      request.url = url(request.url)
      request.body = request.body.map(argument)
      return .http(request)
    case .waitUntil(let query, let seconds): return .waitUntil(query: self.query(query), withinSeconds: seconds)
    case .manual: return .manual
    }
  }
}

extension Runbook.Input {
  /// Why a value cannot be taken; nil where it can.
  func complaint(_ value: String) -> String? {
    guard InputValue.isSafe(value) else {
      return "must not be empty, begin with a hyphen, hold control characters or be longer than 256 bytes"
    }
    guard choices.isEmpty || choices.contains(value) else { return "is one of \(choices.joined(separator: ", "))" }
    switch type {
    case .number:
      guard let number = Double(value), number.isFinite, value.utf8.allSatisfy({ InputValue.isNumberByte($0) }) else {
        return "is a number"
      }
      if let minimum, number < minimum { return "is at least \(minimum)" }
      if let maximum, number > maximum { return "is at most \(maximum)" }
      return nil
    case .time: return Timestamp(rfc3339: value) == nil ? "is a time as in 2026-03-01T12:00:00Z" : nil
    case .component, .version, .metric, .text: return nil
    }
  }
}

extension InputValue {
  /// Nothing that a shell, a database or a path would take for more than a word.
  static func isPlainWord(_ text: String) -> Bool {
    isSafe(text) && !text.contains("..")
      && text.utf8.allSatisfy {
        switch $0 {
        case 48...57, 65...90, 97...122: true
        default: "._:/@+=,%-".utf8.contains($0)
        }
      }
  }

  /// Digits, a point, a sign, an exponent: `Double` would also read hexadecimal and `nan`.
  static func isNumberByte(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || ".+-eE".utf8.contains(byte)
  }
}

import IncidentModel
import LanguageModels

/// What prompts are filled with: the board as short lists, each line beginning with the identifier that an answer may
/// name. A pure function of the snapshot and of what the agent may tell.
struct PromptFacts: Sendable {
  private(set) var incident = ""
  private(set) var detection = ""
  private(set) var signals = ""
  private(set) var surroundings = ""
  private(set) var hypotheses = ""
  private(set) var critiques = ""
  private(set) var findings = ""
  private(set) var remediations = ""

  /// What each identifier stands for, as it was seen: citations are resolved and numbers checked against it.
  private(set) var citable: [String: Citable] = [:]
  private(set) var identifiers: [AnswerShape.Subject: [String]] = [:]
  /// Components that an answer may name, sorted; none where their names stay in the house.
  let components: [ComponentID]

  static let maximumHypothesisCount = 12
  private static let maximumSignalCount = 24
  private static let maximumSignalsPerComponent = 3
  private static let maximumFactCount = 20
  private static let maximumComponentCount = 60
  private static let line = Fence(maximumCharacters: 320, maximumLines: 1)

  let mayTell: Disclosure
  /// Every name of a component that a sentence could drop.
  let names: [String]
  private var evidenceCount = 0
  private var testCount = 0

  init(_ snapshot: BlackboardSnapshot, mayTell: Disclosure) {
    self.mayTell = mayTell
    let verdict = Verdict(snapshot)
    components = !mayTell.allows(.names) ? [] : Array(verdict.ranking.prefix(Self.maximumComponentCount)).sorted()
    names = (snapshot.opening?.serviceMap.components ?? []).map(\.id.rawValue) + verdict.ranking.map(\.rawValue)
    write(snapshot.opening, snapshot.detection)
    let found = verdict.outcome == .causeFound ? verdict.hypotheses.first?.hypothesis.id : nil
    write(verdict.hypotheses.prefix(Self.maximumHypothesisCount), found: found)
    writeSignals(snapshot.signals, order: verdict.ranking)
    write(snapshot.context)
    write(snapshot.remediations.prefix(Self.maximumFactCount))
  }

  /// The inputs that prompts can declare.
  static let inputs: Set<String> = [
    "incident", "detection", "signals", "surroundings", "hypotheses", "critiques", "findings", "remediations",
  ]

  /// The inputs that one prompt declares.
  func values(for template: PromptTemplate) -> [String: String] {
    let all = [
      "incident": incident, "detection": detection, "signals": signals, "surroundings": surroundings,
      "hypotheses": hypotheses, "critiques": critiques, "findings": findings, "remediations": remediations,
    ]
    return all.filter { name, _ in template.inputs.contains { $0.name == name } }.mapValues {
      $0.isEmpty ? "(none)" : $0
    }
  }

  /// A further piece of evidence, found at the model's request.
  mutating func add(_ evidence: Evidence, as identifier: String) { issue(Citable(id: identifier, evidence)) }

  // MARK: Lists

  private mutating func write(_ opening: Opening?, _ detection: Detection?) {
    guard let incident = opening?.incident else { return }
    var lines = [
      "title: \(Self.line.inline(incident.title))", "window: \(incident.window.start) to \(incident.window.end)",
    ]
    if let alerted = incident.alertedAt { lines.append("noticed at: \(alerted)") }
    if let symptom = incident.symptom {
      lines.append("noticed where: \(symptom.component)\(symptom.metric.map { ", \($0)" } ?? "")")
    }
    if let environment = incident.environment { lines.append("environment: \(Self.line.inline(environment))") }
    self.incident = lines.joined(separator: "\n")
    guard let detection else { return }
    self.detection = Self.line.inline(detection.statement)
    if let onset = detection.onset { self.detection += "\nbegan at: \(onset)" }
  }

  private mutating func write(_ judged: some Collection<JudgedHypothesis>, found: HypothesisID?) {
    for entry in judged {
      let hypothesis = mayTell.visible(entry.hypothesis)
      let id = hypothesis.id.rawValue
      let standing = entry.isVetoed ? "ruled out" : "\(Int((entry.confidence * 100).rounded())) %"
      var line =
        "\(id): \(hypothesis.component) (\(hypothesis.componentRole.rawValue)), \(hypothesis.fault.rawValue), \(standing)"
      if let onset = hypothesis.onset { line += ", moved at \(onset)" }
      if hypothesis.propagation.count > 1 {
        line += ", reaches the symptom by \(hypothesis.propagation.map(\.rawValue).joined(separator: " > "))"
      }
      line += ". \(Self.line.inline(hypothesis.statement))"
      var shown = entry
      shown.hypothesis = hypothesis
      issue(Citable(shown, isVerdict: hypothesis.id == found))
      identifiers[.hypotheses, default: []].append(id)
      if id.hasPrefix("K") {
        append(line, to: \.findings)
        identifiers[.findings, default: []].append(id)
      }
      append(line, to: \.hypotheses)
      for evidence in hypothesis.evidence.prefix(4) {
        evidenceCount += 1
        let name = "E\(evidenceCount)"
        issue(Citable(id: name, evidence))
        append("  \(name): \(Self.line.inline(evidence.statement))", to: \.hypotheses)
      }
      for critique in entry.critiques where mayTell.allows(.topology) {
        testCount += 1
        let name = "T\(testCount)"
        issue(Citable(id: name, statement: critique.statement))
        append(
          "\(name): \(id), \(critique.test), \(critique.verdict.rawValue). \(Self.line.inline(critique.statement))",
          to: \.critiques)
      }
    }
  }

  /// The strongest of each suspect, suspects in their order: strengths of different channels do not compare.
  private mutating func writeSignals(_ all: [Signal], order: [ComponentID]) {
    let known = Dictionary(grouping: all.filter { mayTell.allows(Disclosure.Kind($0.evidence.kind)) }, by: \.component)
    var left = Self.maximumSignalCount
    for component in order {
      guard left > 0 else { return }
      let strongest = (known[component] ?? []).sorted {
        (-abs($0.deviationSigmas), $0.id) < (-abs($1.deviationSigmas), $1.id)
      }
      for signal in strongest.prefix(min(left, Self.maximumSignalsPerComponent)) {
        left -= 1
        let since = signal.onset.map { ", since \($0)" } ?? ""
        append(
          "\(signal.id): \(component), \(signal.channel.rawValue)\(since). \(Self.line.inline(signal.evidence.statement))",
          to: \.signals)
        issue(Citable(id: signal.id.rawValue, signal.evidence))
        identifiers[.signals, default: []].append(signal.id.rawValue)
      }
    }
  }

  private mutating func write(_ notes: [ContextNote]) {
    var number = 0
    for note in notes.prefix(Self.maximumFactCount) {
      number += 1
      guard mayTell.allows(note.topic.disclosure) else { continue }
      let id = "C\(number)"
      append("\(id): \(note.topic.rawValue). \(Self.line.inline(note.statement))", to: \.surroundings)
      issue(Citable(id: id, statement: note.statement, times: [note.at].compactMap { $0 }))
      identifiers[.facts, default: []].append(id)
    }
  }

  private mutating func write(_ remediations: some Collection<Remediation>) {
    guard mayTell.allows(.runbooks) else { return }
    for remediation in remediations {
      let id = remediation.id.rawValue
      let steps = remediation.steps.map(\.title).joined(separator: "; ")
      let text = "\(remediation.title). \(remediation.reason) \(steps)"
      append(
        "\(id): for \(remediation.hypothesis), runbook \(remediation.runbook ?? "none"), risk \(remediation.risk.rawValue). "
          + Self.line.inline(text), to: \.remediations)
      issue(Citable(id: id, statement: text))
      identifiers[.remediations, default: []].append(id)
    }
  }

  private mutating func append(_ line: String, to list: WritableKeyPath<PromptFacts, String>) {
    self[keyPath: list] += self[keyPath: list].isEmpty ? line : "\n" + line
  }

  private mutating func issue(_ item: Citable) { citable[item.id] = item }
}

extension ContextNote.Topic {
  fileprivate var disclosure: Disclosure.Kind {
    switch self {
    case .change: .changes
    case .alert: .alerts
    case .impact, .neighbours, .coverage: .topology
    }
  }
}

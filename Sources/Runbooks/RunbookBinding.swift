import IncidentModel

/// A runbook's inputs for one hypothesis, and its texts with them filled in.
struct RunbookBinding {
  private(set) var values: [String: InputValue] = [:]
  /// Inputs that a person must fill in, in the runbook's order; they stay visible as `<name>`.
  private(set) var open: [String] = []

  init(_ inputs: [Runbook.Input], for hypothesis: Hypothesis, serviceMap: ServiceMap) {
    for input in inputs {
      let changes = hypothesis.evidence.filter(\.supports).compactMap(\.change)
        .filter { input.source.changeKinds.contains($0.kind) }
      let found = changes.lazy.compactMap(\.from).first ?? Self.value(of: input.source, hypothesis, serviceMap)
      if let found, InputValue.isSafe(found) {
        values[input.name] = InputValue(text: found)
      } else if found == nil, let fallback = input.fallback {
        values[input.name] = InputValue(text: fallback)
      } else {
        open.append(input.name)
      }
    }
  }

  /// With values that were agreed to; what is missing stays open.
  init(_ inputs: [Runbook.Input], values given: [String: String]) {
    for input in inputs {
      if let text = given[input.name] { values[input.name] = InputValue(text: text) } else { open.append(input.name) }
    }
  }

  /// The values as texts, by input.
  var texts: [String: String] { values.mapValues(\.text) }

  private static func value(
    of source: Runbook.InputSource, _ hypothesis: Hypothesis, _ serviceMap: ServiceMap
  ) -> String? {
    let component = serviceMap[hypothesis.component]
    let object = hypothesis.object ?? Self.object(named: hypothesis.component)
    switch source {
    case .component: return hypothesis.component.rawValue
    case .instance: return hypothesis.singledOutReplica(serviceMap)
    case .service: return (component?.instanceOf ?? hypothesis.component).rawValue
    case .node:
      if object?.kind == "node" { return object?.name }
      if hypothesis.componentKind == .node { return hypothesis.component.rawValue }
      return component?.runsOn.map { Self.object(named: $0)?.name ?? $0.rawValue }
    case .namespace: return object?.namespace
    // A service is not what is rolled back: only what the finding names as the object to change has a kind.
    case .kind: return hypothesis.object?.kind
    case .name: return object?.name
    case .container: return object?.container
    case .value: return object?.value
    case .onset: return hypothesis.onset?.description
    case .metric: return hypothesis.metric
    case .previousVersion, .previousValue, .reviewer: return nil
    }
  }

  /// A component that is called `<kind>/<name>` or `<kind>/<namespace>/<name>`; nil for other names.
  private static func object(named component: ComponentID) -> ClusterObject? {
    let parts = component.rawValue.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (2...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }), let name = parts.last else { return nil }
    let namespace = parts.count == 3 ? parts[1] : parts[0] == "namespace" ? name : nil
    return ClusterObject(kind: parts[0], namespace: namespace, name: name)
  }

  /// For people.
  func words(_ text: String) -> String { fill(text) { $0.text } }
  /// One argument of a vector: a blank cannot become a second argument, whatever it holds.
  func argument(_ text: String) -> String { fill(text) { $0.text } }
  /// In a pattern (`=~"…"`), a value stands for itself: `.` and `*` in a name match nothing else.
  func query(_ text: String) -> String {
    guard let parsed = try? TextWithBlanks(text) else { return text }
    var place = QueryPlace()
    return parsed.pieces.map { piece in
      switch piece {
      case .words(let words):
        place.pass(words)
        return words
      case .blank(let name):
        return values[name].map { place.isPattern ? $0.inQueryPattern : $0.inQuery } ?? "<\(name)>"
      }
    }.joined()
  }
  func url(_ text: String) -> String { fill(text) { $0.inURL } }

  private func fill(_ text: String, _ form: (InputValue) -> String) -> String {
    TextWithBlanks.fill(text) { name in values[name].map(form) ?? "<\(name)>" }
  }

  // MARK: Steps

  func step(_ step: Runbook.Step) -> Remediation.Step {
    Remediation.Step(
      kind: step.action.kind, title: words(step.title), arguments: arguments(step.action),
      undo: step.undo.map(undo))
  }

  func sentence(_ check: Runbook.Check) -> String {
    let within = check.withinSeconds.map { " Within \(Self.duration($0))." } ?? ""
    return "\(words(check.says))\(within) Query: \(query(check.query))"
  }

  private func arguments(_ action: Runbook.Action) -> [String] {
    switch action {
    case .run(let vector): vector.map(argument)
    case .http(let request): [request.method, url(request.url)]
    case .waitUntil(let query, let seconds): [self.query(query), "within \(Self.duration(seconds))"]
    case .manual: []
    }
  }

  private func undo(_ undo: Runbook.Undo) -> String {
    let title = words(undo.title)
    switch undo.action {
    case .run, .http: return "\(title): \(Remediation.Step.commandText(arguments(undo.action)))"
    case .waitUntil, .manual: return title
    }
  }

  private static func duration(_ seconds: Int) -> String {
    switch seconds {
    case 3600... where seconds % 3600 == 0: "\(seconds / 3600) h"
    case 60... where seconds % 60 == 0: "\(seconds / 60) min"
    default: "\(seconds) s"
    }
  }
}

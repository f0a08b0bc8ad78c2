import IncidentModel

/// What a critic looks up: who moved, when, by how much, and who can reach whom.
struct CausalView {
  let symptom: ComponentID?
  private let map: ServiceMap
  private let graph: CallGraph
  private let lift: ReplicaLift
  private let signals: [ComponentID: [Signal]]
  private let budgets: [SignalChannel: ExcessBudget]
  private let reached: [Bool]
  private let calls: [Signal]

  struct Explanation {
    var excess: Double
    var unit: String
    var explainedShare: Double
    /// The callee that explains most.
    var callee: ComponentID
    var evidence: [Evidence]
  }

  init(signals: [Signal], map: ServiceMap, incident: Incident) {
    let graph = CallGraph(map)
    let lift = ReplicaLift(map, answerKinds: incident.answerKinds)
    let scoring = FamilyScoring(signals: signals, map: map, graph: graph, symptom: incident.symptom)
    budgets = scoring.all().budgets
    self.map = map
    self.graph = graph
    self.lift = lift
    self.signals = Dictionary(grouping: signals) { lift.target($0.component) }
    calls = signals.filter { $0.channel == .latencyExcess || $0.channel == .errorExcess }
    let target = budgets.sorted { $0.key < $1.key }.compactMap(\.value.targetPosition).first
    symptom = incident.symptom?.component ?? target.map { graph.identifiers[$0] }
    var reached = [Bool](repeating: false, count: graph.identifiers.count)
    for anchor in symptom.map(map.anchors) ?? [] {
      guard let start = graph.position(of: anchor) else { continue }
      for (position, isReached) in graph.reached(from: start).enumerated() where isReached { reached[position] = true }
    }
    self.reached = reached
  }

  var hasCalls: Bool { !map.calls.isEmpty }

  func isReached(_ component: ComponentID) -> Bool {
    graph.position(of: component).map { reached[$0] } ?? false
  }

  func hosted(by node: ComponentID) -> [ComponentID] {
    map.components.filter { $0.runsOn == node }.map { lift.target($0.id) }
  }

  func replicas(of service: ComponentID) -> [ComponentID] {
    map.components.filter { $0.instanceOf == service }.map(\.id)
  }

  func moved(_ component: ComponentID) -> Bool {
    signals[lift.target(component)]?.contains { $0.component == component && Self.isTelemetry($0) } ?? false
  }

  func firstMove(of component: ComponentID) -> Timestamp? {
    signals[component]?.filter(Self.isTelemetry).compactMap(\.onset).min()
  }

  /// The coarsest clock among the pictures of the two components' evidence; 0 where none is drawn.
  func samplingSeconds(_ components: ComponentID...) -> Double {
    let excerpts = components.flatMap { signals[$0] ?? [] }.compactMap(\.evidence.excerpt)
    return excerpts.compactMap { excerpt -> Double? in
      guard let first = excerpt.times.first, let last = excerpt.times.last, excerpt.times.count > 1 else { return nil }
      return first.seconds(until: last) / Double(excerpt.times.count - 1)
    }.max() ?? 0
  }

  /// What no callee explains at a component, as a share of the symptom's excess; nil without any excess at the symptom.
  func ownShareOfSymptom(_ component: ComponentID) -> Double? {
    guard let position = graph.position(of: component) else { return nil }
    return budgets.values.filter { $0.target > 0 }.map { $0.own[position] / $0.target }.max()
  }

  func explanation(of component: ComponentID) -> Explanation? {
    guard let position = graph.position(of: component) else { return nil }
    let moved = budgets.sorted { $0.key < $1.key }.filter { $0.value.excess[position] > 0 }
    // Where several dimensions are violated, the one that is least explained speaks for the component.
    guard
      let (channel, budget) = moved.min(by: {
        explained($0.value, position) < explained($1.value, position)
      }),
      let callee = graph.callees[position].filter({ budget.excess[$0] > 0 })
        .max(by: { (budget.excess[$0], -$0) < (budget.excess[$1], -$1) })
    else { return nil }
    let name = graph.identifiers[callee]
    let evidence = calls.first { $0.channel == channel && $0.component == name }?.evidence
    return Explanation(
      excess: budget.excess[position], unit: channel == .latencyExcess ? "s" : "failed requests",
      explainedShare: explained(budget, position), callee: name, evidence: evidence.map { [$0] } ?? [])
  }

  private func explained(_ budget: ExcessBudget, _ position: Int) -> Double {
    1 - budget.own[position] / max(budget.excess[position], .leastNormalMagnitude)
  }

  /// Whether anything but slow or failing calls speaks for a component.
  func hasEvidenceBesidesCalls(_ component: ComponentID) -> Bool {
    let others: Set<SignalChannel> = [
      .resource, .traceSelfTime, .traceEdgeGap, .traceErrors, .tracePath, .logPattern, .absence,
    ]
    return signals[component]?.contains { others.contains($0.channel) } ?? false
  }

  private static func isTelemetry(_ signal: Signal) -> Bool {
    signal.channel != .change && signal.channel != .alert
  }
}

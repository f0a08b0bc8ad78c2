import IncidentModel

/// What a critic looks up: who moved, when, by how much, and who can reach whom.
struct CausalView {
  let symptom: ComponentID?
  private let map: ServiceMap
  private let graph: CallGraph
  private let lift: ReplicaLift
  private let signals: [ComponentID: [Signal]]
  private let scoring: FamilyScoring
  private let budgets: [SignalChannel: ExcessBudget]
  private let reached: [Bool]
  private let calls: [Signal]
  /// Components at which more load than usual arrives.
  private let moreLoad: Set<ComponentID>

  struct Explanation {
    var excess: Double
    var unit: String
    var explainedShare: Double
    /// The callee that explains most.
    var callee: ComponentID
    var evidence: [Evidence]
  }

  init(signals: [Signal], map: ServiceMap, incident: Incident, unmeasured: [ComponentID]? = nil) {
    let graph = CallGraph(map)
    let lift = ReplicaLift(map, answerKinds: incident.answerKinds)
    scoring = FamilyScoring(signals: signals, map: map, graph: graph, symptom: incident.symptom, unmeasured: unmeasured)
    budgets = scoring.all().budgets
    self.map = map
    self.graph = graph
    self.lift = lift
    self.signals = Dictionary(grouping: signals) { lift.target($0.component) }
    moreLoad = Set(
      signals.filter { $0.channel == .traffic && $0.direction == .rise && $0.strength >= 1 }.map(\.component))
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

  /// Whether the map knows anybody that the symptom's component calls or is called by.
  var knowsCallsOfSymptom: Bool {
    let anchors = symptom.map { map.anchors(of: $0) } ?? []
    return anchors.contains { !map.callees(of: $0).isEmpty || !map.callers(of: $0).isEmpty }
  }

  func isReached(_ component: ComponentID) -> Bool {
    graph.position(of: component).map { reached[$0] } ?? false
  }

  /// How a fault somewhere can show at the symptom.
  enum Reach {
    case itself
    case calls
    /// Callers pass on more load than usual; from the fault to the symptom.
    case load([ComponentID])
    case host(node: ComponentID, neighbour: ComponentID)
  }

  /// Nil where the map knows no way.
  func reach(of hypothesis: Hypothesis) -> Reach? {
    let component = hypothesis.component
    guard let symptom, component != symptom else { return .itself }
    let service = map.service(of: component)
    if ([component, service] + hosted(by: component)).contains(where: isReached) { return .calls }
    if hypothesis.fault == .traffic || hypothesis.fault == .config || moreLoad.contains(service) {
      let paths = map.anchors(of: symptom).compactMap { map.callPath(from: service, to: $0) }
      if let path = paths.min(by: { $0.count < $1.count }) { return .load(path) }
    }
    guard hypothesis.fault.spreadsOnHost else { return nil }
    for node in hosts(of: component) {
      if let neighbour = hosted(by: node).sorted().first(where: { $0 != service && isReached($0) }) {
        return .host(node: node, neighbour: neighbour)
      }
    }
    return nil
  }

  /// The nodes that a component or its replicas run on, sorted.
  func hosts(of component: ComponentID) -> [ComponentID] {
    let places = [component] + replicas(of: component)
    return Set(places.compactMap { map[$0]?.runsOn }).sorted()
  }

  /// Components other than this service's own that run on a node, replicas as themselves; sorted.
  func neighbours(on node: ComponentID, of service: ComponentID) -> [ComponentID] {
    map.components.filter { $0.runsOn == node && $0.id != service && $0.instanceOf != service }.map(\.id)
  }

  /// Whether a component itself uses more of a resource than usual.
  func usesMore(_ component: ComponentID, _ metricClass: MetricClass) -> Bool {
    signals[lift.target(component)]?.contains {
      $0.component == component && $0.channel == .resource && $0.metricClass == metricClass && $0.direction == .rise
        && $0.strength >= 1
    } ?? false
  }

  /// Releases on record near the onset, by component.
  var releases: [(component: ComponentID, version: String)] {
    signals.values.joined().filter { $0.channel == .change && $0.subject == "deploy" }.compactMap { signal in
      signal.evidence.change?.to.map { (signal.component, $0) }
    }.sorted { ($0.component, $0.version) < ($1.component, $1.version) }
  }

  func hosted(by node: ComponentID) -> [ComponentID] {
    map.components.filter { $0.runsOn == node }.map { lift.target($0.id) }
  }

  func replicas(of service: ComponentID) -> [ComponentID] { map.replicas(of: service).map(\.id) }

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
    let places = Set([component, map.service(of: component)] + hosted(by: component))
    let positions = places.compactMap(graph.position).sorted()
    guard !positions.isEmpty else { return nil }
    return budgets.filter { $0.value.target > 0 }.map { channel, budget in
      positions.reduce(0) { $0 + budget.own[$1] * scoring.ownFactor(graph.identifiers[$1], channel, of: budgets) }
        / budget.target
    }.max()
  }

  func explanation(of component: ComponentID) -> Explanation? {
    guard let position = graph.position(of: component) else { return nil }
    let violated = budgets.sorted { $0.key < $1.key }.filter { $0.value.excess[position] > 0 }
    // Calls that callees make fail or wait for speak for nobody in the other dimension either.
    let own = violated.filter { scoring.ownFactor(component, $0.key, of: budgets) >= 1 }
    let moved = own.isEmpty ? violated : own
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

extension FaultKind {
  /// Whether what it takes, or breaks, is shared by everything on the same host.
  var spreadsOnHost: Bool {
    switch self {
    case .cpu, .memory, .disk, .networkDelay, .networkLoss: true
    case .code, .config, .dependency, .traffic, .certificate, .unknown: false
    }
  }

  /// The resource that it uses up.
  var resource: MetricClass? {
    switch self {
    case .cpu: .cpu
    case .memory: .memory
    case .disk: .disk
    case .networkDelay, .networkLoss, .code, .config, .dependency, .traffic, .certificate, .unknown: nil
    }
  }
}

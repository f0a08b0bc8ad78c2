import IncidentModel
import KubernetesObjects

/// What an adapter has read, and the step that makes a `TelemetryWindow` of it: sorted, with the service map learnt
/// from everything that names a component, and with what is missing said.
package struct WindowAssembly: Sendable {
  package var incident: Incident
  package var referenceWindows: [TimeWindow] = []
  package var metrics: [MetricSeries] = []
  package var spans = SpanTable()
  package var logs = LogTable()
  package var alerts: [Alert] = []
  package var changes: [ChangeEvent] = []
  /// What a topology declares; the rest is learnt.
  package var components: [Component] = []
  package var calls: [ServiceMap.Call] = []
  package var kubernetes: ClusterSnapshot?
  package var blindSpots: [String] = []
  package var inputDigest = ""

  package init(incident: Incident) { self.incident = incident }

  package func window() -> TelemetryWindow {
    let serviceMap = learntMap()
    if let symptom = incident.symptom, !isNamed(symptom.component, in: serviceMap) {
      var others = self
      others.incident.symptom = nil
      others.blindSpots.insert(
        "The symptom is at “\(symptom.component)”, which nothing else here names; it was left out. Is it spelt right?",
        at: 0)
      return others.window()
    }
    var window = TelemetryWindow(incident: incident)
    window.referenceWindows = referenceWindows.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    window.metrics = metrics.withMeansOfQuantiles().sorted { $0.key < $1.key }
    window.spans = spans
    window.logs = logs
    window.alerts = alerts.map { alert in
      var alert = alert
      alert.component = alert.component ?? Self.component(of: alert, in: serviceMap)
      return alert
    }.sorted {
      ($0.startsAt, $0.name, $0.component?.rawValue ?? "") < ($1.startsAt, $1.name, $1.component?.rawValue ?? "")
    }
    window.changes = changes.sorted { ($0.time, $0.component, $0.summary) < ($1.time, $1.component, $1.summary) }
    window.serviceMap = serviceMap
    window.kubernetes = kubernetes
    window.blindSpots = blindSpots + missing(serviceMap) + (kubernetes?.blindSpots ?? [])
    window.inputDigest = inputDigest
    return window
  }

  /// Drops every sample, span, record, alert and change at or after a moment.
  package mutating func crop(before end: Timestamp) {
    let whole = TimeWindow(start: Timestamp(nanoseconds: .min), end: end)
    metrics = metrics.compactMap { series in
      let rows = series.rows(in: whole)
      guard !rows.isEmpty else { return nil }
      return MetricSeries(
        key: series.key, metricClass: series.metricClass, unit: series.unit, times: Array(series.times[rows]),
        values: Array(series.values[rows]))
    }
    spans.keepFirst(spans.rows(in: whole).count)
    logs.keepFirst(logs.rows(in: whole).count, spanCount: spans.count)
    alerts.removeAll { $0.startsAt >= end }
    changes.removeAll { $0.time >= end }
  }

  // MARK: - Service map

  private func learntMap() -> ServiceMap {
    var known = Set(components.map(\.id))
    var all = components
    func add(_ id: ComponentID) {
      guard known.insert(id).inserted else { return }
      all.append(Component(id: id, role: ComponentRole(inferredFromName: id.rawValue)))
    }
    for call in calls {
      add(call.from)
      add(call.to)
    }
    var previous: ComponentID?
    for series in metrics where series.key.component != previous {
      add(series.key.component)
      previous = series.key.component
    }
    spans.componentNames.forEach(add)
    logs.componentNames.forEach(add)
    for change in changes { add(change.component) }
    if let symptom = incident.symptom { add(symptom.component) }
    for alert in alerts {
      // These two labels name a component even where nothing else does.
      if let name = alert.labels["component"] ?? alert.labels["service"], !name.isEmpty,
        Self.labels.allSatisfy({ label in alert.labels[label].map { !known.contains(ComponentID($0)) } ?? true })
      {
        add(ComponentID(name))
      }
    }
    all.nameReplicas(
      declared: Set(components.map(\.id) + calls.flatMap { [$0.from, $0.to] }),
      measuringCalls: Set(metrics.filter { Self.ofCalls.contains($0.metricClass) }.map(\.key.component)))
    let outside = observedFromOutside(declared: Set(components.map(\.id)))
    for position in all.indices where outside.contains(all[position].id) && all[position].role == .application {
      all[position].role = .external
    }
    var declared: [Component] = []
    var addressed: [ServiceMap.Call] = []
    if let kubernetes {
      let cluster = ClusterMap(kubernetes, named: known)
      declared = cluster.components.filter { component in !components.contains { $0.id == component.id } }
      addressed = cluster.calls
    }
    return ServiceMap(components: all + declared, calls: calls + callsInSpans() + addressed)
  }

  /// Those who pass a call on, as was declared, without leaving a span of it.
  private func unrecorded(between call: ServiceMap.Call, in declared: ServiceMap) -> [ComponentID] {
    declared.between(call.from, call.to).filter { !spans.componentNames.contains($0) }
  }

  /// Components that nobody declared, of which only answers are measured where processes are measured of most others:
  /// they belong to somebody else.
  private func observedFromOutside(declared: Set<ComponentID>) -> Set<ComponentID> {
    let measured = Set(metrics.map(\.key.component))
    let hasProcess = Set(metrics.filter { $0.metricClass.isInternal }.map(\.key.component))
    let isCaller = Set(calls.map(\.from))
    let outside = measured.subtracting(hasProcess).subtracting(logs.componentNames)
      .subtracting(isCaller).subtracting(declared)
    return 2 * hasProcess.count > measured.count ? outside : []
  }

  private static let ofCalls: Set<MetricClass> = [.latency, .errors, .availability]
  /// Labels that name a component, those first that are about the least. Whoever measured it stands in `job`.
  private static let labels = [
    "component", "pod", "service", "deployment", "statefulset", "daemonset", "app", "container", "node", "instance",
    "job",
  ]

  private static func component(of alert: Alert, in map: ServiceMap) -> ComponentID? {
    for label in labels {
      guard let name = alert.labels[label] else { continue }
      // A pod that nobody knows is one of its service's, and an address is its host's.
      let workload = label == "pod" ? PodName.service(of: name) : name
      let host = label == "instance" ? String(name.prefix { $0 != ":" }) : workload
      for name in [name, workload, host] {
        if let component = map[ComponentID(name)] { return component.id }
      }
    }
    return nil
  }

  /// A span below a span of another component is a call.
  private func callsInSpans() -> [ServiceMap.Call] {
    var pairs = Set<UInt64>()
    for row in spans.starts.indices where spans.parents[row] >= 0 {
      let caller = spans.components[Int(spans.parents[row])]
      let callee = spans.components[row]
      if caller != callee {
        pairs.insert(UInt64(UInt32(bitPattern: caller)) << 32 | UInt64(UInt32(bitPattern: callee)))
      }
    }
    let declared = ServiceMap(calls: calls)
    return pairs.sorted().map { pair in
      ServiceMap.Call(
        from: spans.componentNames[Int(pair >> 32)], to: spans.componentNames[Int(pair & 0xffff_ffff)])
    }.filter { unrecorded(between: $0, in: declared).isEmpty }
  }

  /// Whether anything but the symptom speaks of a component: a mistyped one would pass for a service that is affected.
  private func isNamed(_ id: ComponentID, in map: ServiceMap) -> Bool {
    kubernetes != nil || components.contains { $0.id == id } || metrics.contains { $0.key.component == id }
      || spans.componentNames.contains(id) || logs.componentNames.contains(id)
      || changes.contains { $0.component == id }
      || alerts.contains { alert in Self.labels.contains { alert.labels[$0] == id.rawValue } }
      || map.calls.contains { $0.from == id || $0.to == id } || map.components.contains { $0.instanceOf == id }
  }

  // MARK: - What is missing

  private func missing(_ map: ServiceMap) -> [String] {
    var sentences: [String] = []
    if metrics.isEmpty { sentences.append("There are no metrics.") }
    if spans.isEmpty { sentences.append("There are no traces, so time cannot be told apart by call.") }
    if logs.isEmpty { sentences.append("There are no logs.") }
    if map.calls.isEmpty { sentences.append("Nobody's calls are known, so no fault can be followed along them.") }
    if changes.isEmpty { sentences.append("No deploys or other changes are recorded.") }
    return sentences
  }
}

extension SpanTable {
  /// Drops the rows from a place on; a parent among them counts as not recorded.
  mutating func keepFirst(_ count: Int) {
    traces.removeLast(self.count - count)
    components.removeLast(self.count - count)
    operations.removeLast(self.count - count)
    ends.removeLast(self.count - count)
    failed.removeLast(self.count - count)
    parents.removeLast(self.count - count)
    starts.removeLast(self.count - count)
    for row in parents.indices where Int(parents[row]) >= count { parents[row] = -1 }
  }
}

extension LogTable {
  /// Drops the rows from a place on; a span that is not among the first so many counts as not recorded.
  mutating func keepFirst(_ count: Int, spanCount: Int) {
    let dropped = self.count - count
    times.removeLast(dropped)
    components.removeLast(dropped)
    severities.removeLast(dropped)
    spans.removeLast(dropped)
    bodyEnds.removeLast(dropped)
    bodyBytes.removeLast(bodyBytes.count - (bodyEnds.last ?? 0))
    for row in spans.indices where Int(spans[row]) >= spanCount { spans[row] = -1 }
  }
}

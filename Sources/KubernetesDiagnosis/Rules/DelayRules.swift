import IncidentModel
import KubernetesObjects

/// A pod or a node whose network is slow, by which calls have become slow and which have not.
///
/// Every pod and node says which of the measured times a delay there would touch: those of calls that cross it, and of
/// everything that waits for these calls. The one whose touched times agree best with the slow ones (F1, the harmonic
/// mean of precision and recall) is the likeliest. It is never more than a hint.
struct DelayRules {
  private let view: ClusterView
  private let measured: MeasuredObjects
  private let measurements: ClusterMeasurements
  private let calls: [ObjectReference: [ObjectReference]]

  static let slowRatio = 1.5
  private static let highestScore = 0.6
  private static let leastAgreement = 0.8
  private static let leastSlowCount = 2
  /// A time that most requests take is touched where more than this share is, one that few take where any are.
  private static let typicalShare = 0.5
  private static let tailShare = 0.02
  private static let maximumDepth = 8
  private static let probeRatio = 5.0
  private static let leastProbeMilliseconds = 5.0

  private typealias Shares = [ObjectReference: Double]

  private struct Observation {
    var what: String
    var object: ObjectReference
    var isSlow: Bool
    var text: String
    var since: Timestamp?
    /// By whom the delay may be caused.
    var touchedBy: Set<ObjectReference>
  }

  init(_ view: ClusterView, _ measured: MeasuredObjects, _ measurements: ClusterMeasurements) {
    self.view = view
    self.measured = measured
    self.measurements = measurements
    var calls: [ObjectReference: Set<ObjectReference>] = [:]
    for workload in view.workloads where workload.kind != .replicaSet && workload.kind != .job {
      let caller = view.component(of: workload)
      for address in workload.template.containers.flatMap(\.addresses) {
        guard let host = ServiceHost(address.host, from: workload.namespace)?.name,
          view.snapshot.services[host] != nil
        else { continue }
        calls[caller, default: []].insert(ObjectReference(.service, host))
      }
    }
    for call in measurements.calls {
      guard let caller = measured.pods(call.caller).first, let callee = measured.pods(call.callee).first else {
        continue
      }
      calls[view.component(of: caller), default: []].insert(view.component(of: callee))
    }
    self.calls = calls.mapValues { $0.sorted() }
  }

  var findings: [KubernetesFinding] {
    let all = observations
    let slow = all.filter(\.isSlow)
    guard slow.count >= Self.leastSlowCount else { return [] }
    var touched: [ObjectReference: (all: Int, slow: Int)] = [:]
    for one in all {
      for suspect in one.touchedBy {
        touched[suspect, default: (0, 0)].all += 1
        if one.isSlow { touched[suspect, default: (0, 0)].slow += 1 }
      }
    }
    let surges = surges
    let ranked = touched.filter { $0.value.slow >= Self.leastSlowCount }.map { suspect, count in
      let agreement = 2 * Double(count.slow) / Double(count.all + slow.count)
      return (suspect: suspect, agreement: agreement, value: agreement + (surges.contains(suspect) ? 0.1 : 0))
    }.sorted { ($1.value, $0.suspect) < ($0.value, $1.suspect) }
    guard let best = ranked.first, best.agreement >= Self.leastAgreement else { return [] }
    // What the same times speak for cannot be told apart: both are shown.
    return ranked.prefix(2).filter { best.value - $0.value < 0.02 }.map { one in
      finding(
        one.suspect, agreement: one.agreement, value: one.value, slow.filter { $0.touchedBy.contains(one.suspect) })
    }
  }

  private func finding(
    _ suspect: ObjectReference, agreement: Double, value: Double, _ slow: [Observation]
  ) -> KubernetesFinding {
    let pod = suspect.kind == ObjectKind.pod.rawValue ? view.snapshot.pods[suspect.name] : nil
    return KubernetesFinding(
      .networkDelay, component: pod.map { view.component(of: $0) } ?? suspect, object: suspect,
      score: min(Self.highestScore, Self.highestScore * value),
      "The calls that cross \(suspect) have become slow, and others have not.",
      evidence: slow.prefix(6).map { .init($0.object, $0.what, $0.text, at: $0.since) },
      since: slow.compactMap(\.since).min(),
      check:
        "Measure the round trip to \(suspect) from another node; an application that got slow there looks the same.")
  }

  // MARK: - Observations

  private var observations: [Observation] {
    var memo: [ObjectReference: Shares] = [:]
    var all: [Observation] = []
    for series in measurements.series {
      guard case .latency(let isTail) = series.quantity,
        let shift = LevelShift(times: series.times, values: series.values)
      else { continue }
      let pods = measured.pods(series.component)
      guard let pod = pods.first else { continue }
      let service = view.component(of: pod)
      let shares =
        pods.count > 1 ? waits(service, &memo, depth: 0) : union(calls[service] ?? [], from: pods, &memo, depth: 0)
      all.append(
        observation(
          "metric \(series.metric)", pods.count == 1 ? pod.metadata.reference(.pod) : service, shift, shares,
          isTail: isTail))
    }
    for call in measurements.calls {
      guard let shift = LevelShift(times: call.times, values: call.waitSeconds) else { continue }
      let callers = measured.pods(call.caller)
      let callees = measured.pods(call.callee)
      guard let caller = callers.first, !callees.isEmpty else { continue }
      all.append(
        observation(
          "spans to \(call.callee)", view.component(of: caller), shift, crossing(callers, callees), isTail: false))
    }
    return all + probed
  }

  private func observation(
    _ what: String, _ object: ObjectReference, _ shift: LevelShift, _ shares: Shares, isTail: Bool
  ) -> Observation {
    let isSlow = shift.isUp(times: Self.slowRatio)
    let line = isTail ? Self.tailShare : Self.typicalShare
    return Observation(
      what: what, object: object, isSlow: isSlow,
      text: "\(LoadRules.text(shift.now)) s now, \(LoadRules.text(shift.before)) s before",
      since: isSlow ? shift.since : nil, touchedBy: Set(shares.filter { $0.value > line }.keys))
  }

  /// Probes have no past: a slow one takes many times what the others take.
  private var probed: [Observation] {
    let times = view.snapshot.probes.compactMap(\.milliseconds).sorted()
    guard times.count >= 4 else { return [] }
    let usual = times[times.count / 2]
    return view.snapshot.probes.compactMap { probe in
      guard let taken = probe.milliseconds, let service = ProbeMatrix(view).service(probe.target) else { return nil }
      let pods = view.pods(matching: service.selector, in: service.namespace).filter(\.isReady)
      guard !pods.isEmpty else { return nil }
      let reference = service.metadata.reference(.service)
      let from = ObjectReference(.node, ObjectName(probe.node, in: ""))
      var shares: Shares = [:]
      for pod in pods {
        shares[pod.metadata.reference(.pod), default: 0] += 1 / Double(pods.count)
        let node = ObjectReference(.node, ObjectName(pod.spec.nodeName, in: ""))
        if node != from { shares[node, default: 0] += 1 / Double(pods.count) }
      }
      let away = pods.count { $0.spec.nodeName != probe.node }
      shares[from] = Double(away) / Double(pods.count)
      return Observation(
        what: "probe from \(from)", object: reference,
        isSlow: taken >= Self.probeRatio * usual && taken >= Self.leastProbeMilliseconds,
        text: "\(LoadRules.text(taken)) ms; the usual is \(LoadRules.text(usual)) ms",
        touchedBy: Set(shares.filter { $0.value > Self.typicalShare }.keys))
    }
  }

  // MARK: - What a delay touches

  /// Of the requests to a service, the share that waits for a call across each pod and node.
  private func waits(_ service: ObjectReference, _ memo: inout [ObjectReference: Shares], depth: Int) -> Shares {
    if let known = memo[service] { return known }
    guard depth < Self.maximumDepth, let callees = calls[service], !callees.isEmpty else { return [:] }
    // A circle of calls ends where it began.
    memo[service] = [:]
    let shares = union(callees, from: pods(of: service), &memo, depth: depth)
    memo[service] = shares
    return shares
  }

  private func union(
    _ callees: [ObjectReference], from callers: [Pod], _ memo: inout [ObjectReference: Shares], depth: Int
  ) -> Shares {
    var untouched: Shares = [:]
    for callee in callees {
      for shares in [crossing(callers, pods(of: callee)), waits(callee, &memo, depth: depth + 1)] {
        for (suspect, share) in shares { untouched[suspect] = (untouched[suspect] ?? 1) * (1 - share) }
      }
    }
    return untouched.mapValues { 1 - $0 }
  }

  /// Of the calls between two groups of pods, the share that leaves or enters each pod and each node.
  private func crossing(_ callers: [Pod], _ callees: [Pod]) -> Shares {
    guard !callers.isEmpty, !callees.isEmpty else { return [:] }
    var shares: Shares = [:]
    for pod in callers { shares[pod.metadata.reference(.pod)] = 1 / Double(callers.count) }
    for pod in callees { shares[pod.metadata.reference(.pod)] = 1 / Double(callees.count) }
    let from = Dictionary(grouping: callers) { $0.spec.nodeName }.mapValues(\.count)
    let to = Dictionary(grouping: callees) { $0.spec.nodeName }.mapValues(\.count)
    for node in Set(from.keys).union(to.keys) where !node.isEmpty {
      let here = from[node] ?? 0
      let there = to[node] ?? 0
      let crossing = here * (callees.count - there) + there * (callers.count - here)
      guard crossing > 0 else { continue }
      shares[ObjectReference(.node, ObjectName(node, in: ""))] =
        Double(crossing) / Double(callers.count * callees.count)
    }
    return shares
  }

  private func pods(of component: ObjectReference) -> [Pod] {
    if let service = view.snapshot.services[component.name], component.kind == ObjectKind.service.rawValue {
      return view.pods(matching: service.selector, in: service.namespace).filter(\.isReady)
    }
    return view.snapshot.workloads[component].map { view.pods(of: $0).filter(\.isReady) } ?? []
  }

  /// Pods and nodes that send far more packets than they did: a sign of segments that go again.
  private var surges: Set<ObjectReference> {
    var found: Set<ObjectReference> = []
    for series in measurements.series where series.quantity == .sentPackets {
      guard LevelShift(times: series.times, values: series.values)?.isUp(times: 2) ?? false else { continue }
      if let node = measured.node(series.component) {
        found.insert(node.metadata.reference(.node))
      } else if let pod = measured.pods(series.component).first {
        found.insert(pod.metadata.reference(.pod))
      }
    }
    return found
  }
}

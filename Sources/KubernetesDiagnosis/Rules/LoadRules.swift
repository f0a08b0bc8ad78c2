import IncidentModel
import KubernetesObjects

/// Pods that want more processor than they have, and nodes that lose packets, by what was measured of them.
struct LoadRules {
  private let view: ClusterView
  private let measured: MeasuredObjects
  private let measurements: ClusterMeasurements

  /// Waiting for the processor below this share of the time is nothing that anybody feels.
  private static let leastThrottling = 0.1
  private static let leastCores = 0.05
  /// A use of so much of the limit is at the limit.
  private static let nearLimit = 0.9
  private static let leastRetransmissionsPerSecond = 0.5

  init(_ view: ClusterView, _ measured: MeasuredObjects, _ measurements: ClusterMeasurements) {
    self.view = view
    self.measured = measured
    self.measurements = measurements
  }

  var findings: [KubernetesFinding] { processor + (packets.map { [$0] } ?? []) }

  // MARK: - Processor

  private var processor: [KubernetesFinding] {
    let slow = slowServices
    return measurements.series.compactMap { series in
      switch series.quantity {
      case .cpuUse(let isAbsolute): busy(series, isAbsolute: isAbsolute, slow)
      case .cpuThrottling: throttled(series)
      default: nil
      }
    }
  }

  /// The services whose answers take longer than they did, and since when.
  private var slowServices: Set<ObjectReference> {
    var slow: Set<ObjectReference> = []
    for series in measurements.series {
      guard case .latency = series.quantity, let pod = measured.pods(series.component).first,
        LevelShift(times: series.times, values: series.values)?.isUp(times: DelayRules.slowRatio) ?? false
      else { continue }
      slow.insert(view.component(of: pod))
    }
    return slow
  }

  private func throttled(_ series: ClusterMeasurements.Series) -> KubernetesFinding? {
    guard let shift = LevelShift(times: series.times, values: series.values), shift.isUp(times: 2),
      shift.now >= Self.leastThrottling, let pod = measured.pods(series.component).first
    else { return nil }
    return finding(
      series, pod, shift, score: 0.93, "has to wait for the processor: its limit holds it back more than before")
  }

  private func busy(
    _ series: ClusterMeasurements.Series, isAbsolute: Bool, _ slow: Set<ObjectReference>
  ) -> KubernetesFinding? {
    guard let shift = LevelShift(times: series.times, values: series.values), shift.isUp(times: 1.5),
      let pod = measured.pods(series.component).first
    else { return nil }
    if isAbsolute {
      guard shift.now >= Self.leastCores else { return nil }
      if let limit = Self.limit(pod), shift.now >= Self.nearLimit * limit {
        return finding(
          series, pod, shift, score: 0.91, "uses all the processor that its limit of \(Self.text(limit)) cores allows")
      }
    }
    guard shift.isUp(times: 3) else { return nil }
    // Much work alone harms nobody.
    let suffers =
      slow.contains(view.component(of: pod)) || callers(of: view.component(of: pod)).contains(where: slow.contains)
    return finding(
      series, pod, shift, score: suffers ? 0.8 : 0.4, "uses several times the processor that it normally does")
  }

  private func callers(of service: ObjectReference) -> [ObjectReference] {
    view.workloads.filter { workload in
      workload.template.containers.flatMap(\.addresses).contains {
        ServiceHost($0.host, from: workload.namespace)?.name == service.name
      }
    }.map { view.component(of: $0) }
  }

  /// Cores; nil where a container may use what it likes.
  private static func limit(_ pod: Pod) -> Double? {
    let limits = pod.spec.containers.map { $0.limits["cpu"] }
    guard !limits.isEmpty, limits.allSatisfy({ $0 != nil }) else { return nil }
    return limits.compactMap { $0?.value }.reduce(0, +)
  }

  private func finding(
    _ series: ClusterMeasurements.Series, _ pod: Pod, _ shift: LevelShift, score: Double, _ what: String
  ) -> KubernetesFinding {
    let reference = pod.metadata.reference(.pod)
    var evidence: [KubernetesFinding.Quotation] = [
      .init(
        reference, "metric \(series.metric)", "\(Self.text(shift.now)) now, \(Self.text(shift.before)) before",
        at: shift.since)
    ]
    let limited = pod.spec.containers.filter { $0.limits["cpu"] != nil }
    evidence += limited.map {
      .init(reference, "spec.containers[\($0.name)].resources.limits.cpu", $0.limits["cpu"].map { "\($0)" } ?? "")
    }
    var found = KubernetesFinding(
      .podCPUOverload, component: view.component(of: pod), object: reference, score: score,
      "\(reference) \(what).", evidence: evidence, since: shift.since,
      check: "See whether more requests came, or the same requests cost more: the first asks for replicas.")
    found.container = pod.spec.containers.count == 1 ? pod.spec.containers.first?.name : limited.first?.name
    found.value = limited.first?.limits["cpu"].map { "\($0)" }
    return found
  }

  // MARK: - Packets

  /// Both ends of a connection send again, so that only the node with most of it is named.
  private var packets: KubernetesFinding? {
    let all = measurements.series.compactMap { series -> (ClusterNode, LevelShift, String)? in
      guard series.quantity == .retransmissions, let node = measured.node(series.component),
        let shift = LevelShift(times: series.times, values: series.values), shift.isUp(times: 3),
        shift.now - shift.before >= Self.leastRetransmissionsPerSecond
      else { return nil }
      return (node, shift, series.metric)
    }
    guard let (node, shift, metric) = all.min(by: { ($1.1.now, $0.0.name) < ($0.1.now, $1.0.name) }) else { return nil }
    let reference = node.metadata.reference(.node)
    let perSecond = shift.now - shift.before
    return KubernetesFinding(
      .nodePacketLoss, component: reference, object: reference,
      score: min(0.95, 0.6 + perSecond / 20 + (perSecond > 2 ? 0.2 : 0)),
      "\(reference) sends far more TCP segments again than it normally does.",
      evidence: [
        .init(
          reference, "metric \(metric)",
          "\(Self.text(shift.now)) a second now, \(Self.text(shift.before)) before", at: shift.since)
      ], since: shift.since,
      check: "Look at the drops and errors of its interfaces and its switch; a long delay makes segments go again too.")
  }

  static func text(_ value: Double) -> String { "\(value.roundedToSignificantDigits(3))" }
}

import IncidentModel
import KubernetesObjects

/// Probes that fail while the containers run.
struct ProbeRules {
  private let view: ClusterView
  private let lostNodes: Set<String>

  init(_ view: ClusterView, lostNodes: Set<String>) {
    self.view = view
    self.lostNodes = lostNodes
  }

  private enum Kind: String {
    case liveness = "Liveness"
    case readiness = "Readiness"
  }

  private static let refused = ["connection refused"]
  private static let silent = ["context deadline exceeded", "timeout", "timed out"]
  private static let otherProtocol = [
    "malformed http", "server gave http response to https", "frame too large", "unknown service", "eof",
    "does not look like a tls handshake", "http2:", "error reading server preface", "unsupported protocol",
    "connection reset by peer", "client sent an http request to an https server",
  ]
  /// A probe that acts within this is tight.
  private static let tightSeconds = 10

  var findings: [KubernetesFinding] {
    view.pods.flatMap { pod -> [KubernetesFinding] in
      guard pod.isAssigned, pod.isAlive, pod.hasStatus, !lostNodes.contains(pod.spec.nodeName) else { return [] }
      // Without restarts and ready now, whatever failed has passed.
      if pod.isReady, pod.restartCount == 0 { return [] }
      return pod.spec.containers.flatMap { findings(pod, $0) }
    }
  }

  private func findings(_ pod: Pod, _ container: Container) -> [KubernetesFinding] {
    guard let status = pod.status.containers.first(where: { $0.name == container.name }) else { return [] }
    var found: [KubernetesFinding] = []
    let failures = view.events(of: pod).filter { event in
      event.reason == "Unhealthy" && (event.fieldPath.isEmpty || event.fieldPath.contains("{\(container.name)}"))
    }
    let isKilled = livenessActs(pod, container, status, failures)
    if isKilled { found += judge(.liveness, pod, container, status, failures) }
    if !pod.isReady, container.readiness != nil, !status.isReady, status.state.phase == .running {
      found += judge(.readiness, pod, container, status, failures).map { finding in
        var finding = finding
        // A container that is killed over and over is not ready for that reason.
        if isKilled { finding.score = max(0, finding.score - 0.25) }
        return finding
      }
    }
    return found
  }

  /// Whether the liveness (or start-up) probe ends the container now, and not some time ago.
  private func livenessActs(
    _ pod: Pod, _ container: Container, _ status: ContainerStatus, _ failures: [ClusterEvent]
  ) -> Bool {
    guard container.liveness != nil || container.startup != nil, status.restartCount > 0 else { return false }
    let isRecent = { (event: ClusterEvent) in view.age(event.lastAt) < StartRules.recentSeconds }
    let failed = failures.contains {
      $0.message.mentions(["liveness probe failed", "startup probe failed"]) && isRecent($0)
    }
    let killed = view.events(of: pod).contains {
      $0.reason == "Killing" && $0.message.mentions(["failed liveness probe", "failed startup probe"]) && isRecent($0)
    }
    guard failed || killed else { return false }
    let restartedAt = status.state.startedAt ?? status.lastState.finishedAt
    return !status.isReady || status.state.phase != .running || view.age(restartedAt) < StartRules.recentSeconds
  }

  private func judge(
    _ kind: Kind, _ pod: Pod, _ container: Container, _ status: ContainerStatus, _ failures: [ClusterEvent]
  ) -> [KubernetesFinding] {
    guard let probe = kind == .readiness ? container.readiness : container.liveness ?? container.startup else {
      return []
    }
    let reference = pod.metadata.reference(.pod)
    let event =
      failures.first { $0.message.hasPrefix("\(kind.rawValue) probe") }
      ?? (kind == .liveness ? failures.first { $0.message.hasPrefix("Startup probe") } : nil)
    let text = event?.message ?? ""
    let isFreshStart = view.age(status.state.startedAt) < Double(probe.initialDelaySeconds + 2 * probe.periodSeconds)
    if kind == .readiness, event == nil, isFreshStart { return [] }
    let field = kind == .liveness ? "livenessProbe" : "readinessProbe"
    var evidence = [
      KubernetesFinding.Quotation(
        reference, "\(field)",
        "\(probe.handler.rawValue) port \(probe.port), after \(probe.initialDelaySeconds) s, every "
          + "\(probe.periodSeconds) s, \(probe.failureThreshold) times")
    ]
    if let event { evidence.append(.init(event)) }
    evidence.append(
      kind == .liveness
        ? .init(reference, "containerStatuses[\(container.name)].restartCount", "\(status.restartCount)")
        : .init(reference, "status.conditions[Ready]", "False"))
    func found(_ cause: KubernetesCause, _ score: Double, _ why: String) -> KubernetesFinding {
      var finding = KubernetesFinding(
        cause, component: view.component(of: pod), object: view.group(of: pod), score: score,
        "The \(kind.rawValue.lowercased()) probe of \(reference) fails: \(why).", evidence: evidence,
        since: event?.firstAt ?? status.state.startedAt)
      finding.container = container.name
      finding.value = probe.port.isEmpty ? nil : probe.port
      return finding
    }
    if isWrongPort(probe, container) {
      evidence.append(.init(reference, "ports", container.ports.map { "\($0.port)" }.joined(separator: ", ")))
      return [
        found(
          kind == .liveness ? .livenessProbeWrongPort : .readinessProbeWrongPort, event == nil ? 0.9 : 0.95,
          "it asks port \(probe.port), which the container does not have")
      ]
    }
    if speaksOtherwise(text, probe, kind == .liveness ? container.readiness : container.liveness) {
      return [
        found(
          kind == .liveness ? .livenessProbeWrongProtocol : .readinessProbeWrongProtocol, 0.94,
          "what answers does not speak \(probe.handler.rawValue)")
      ]
    }
    return timing(kind, probe, pod, container, text, found)
  }

  private func timing(
    _ kind: Kind, _ probe: Probe, _ pod: Pod, _ container: Container, _ text: String,
    _ found: (KubernetesCause, Double, String) -> KubernetesFinding
  ) -> [KubernetesFinding] {
    let budget = probe.budgetSeconds
    guard kind == .liveness else {
      guard !text.isEmpty else { return [] }
      var finding = found(
        .applicationNotAnswering, text.mentions(Self.refused) ? 0.6 : 0.75,
        "the application does not answer as it should")
      finding.check = "See whether what it depends on answers before the probe is touched."
      return [finding]
    }
    let hasStartup = container.startup != nil && container.liveness != nil
    let isTight = !hasStartup && (budget < Self.tightSeconds || probe.failureThreshold == 1)
    let needed = observedStartSeconds(pod)
    if isTight || needed.map({ Double(budget) < $0 && !hasStartup }) ?? false {
      var finding = found(.livenessProbeTooTight, 0.93, "it gives the container \(budget) s to answer")
      finding.check = "Compare with how long the container takes to start, which a CPU limit makes longer."
      return [finding]
    }
    var hanging = found(.applicationNotAnswering, 0.7, "the application stopped answering")
    var tight = found(.livenessProbeTooTight, 0.6, "it gives the container \(budget) s, which may be too few")
    if text.mentions(Self.refused) { swap(&hanging.score, &tight.score) }
    hanging.check = "See whether the container ever answers when it is left alone longer."
    tight.check = hanging.check
    return [hanging, tight]
  }

  /// Only ports that are declared can be compared with.
  private func isWrongPort(_ probe: Probe, _ container: Container) -> Bool {
    guard probe.handler != .exec, probe.handler != .none, !container.ports.isEmpty else { return false }
    guard let port = probe.portNumber(in: container) else { return true }
    return !container.ports.contains { $0.port == port }
  }

  private func speaksOtherwise(_ text: String, _ probe: Probe, _ other: Probe?) -> Bool {
    if text.mentions(Self.otherProtocol) { return true }
    // A port that is closed, or silent, says nothing about the protocol.
    guard let other, !text.isEmpty, !text.mentions(Self.refused + Self.silent + ["statuscode: 5"]) else { return false }
    return other.handler != probe.handler && other.handler != .exec && probe.handler != .exec
  }

  /// How long sister pods took from their start until they were ready, at most.
  private func observedStartSeconds(_ pod: Pod) -> Double? {
    guard let workload = view.workload(of: pod) else { return nil }
    return view.pods(of: workload).compactMap { sister -> Double? in
      guard sister.isReady, sister.restartCount == 0, let started = sister.status.startedAt,
        let ready = sister.status.conditions["Ready"]?.changedAt
      else { return nil }
      return started.seconds(until: ready)
    }.max()
  }
}

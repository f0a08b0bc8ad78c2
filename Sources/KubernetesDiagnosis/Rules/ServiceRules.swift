import IncidentModel
import KubernetesObjects

/// Services that lead nowhere.
struct ServiceRules {
  private let view: ClusterView

  init(_ view: ClusterView) { self.view = view }

  var findings: [KubernetesFinding] {
    view.services.flatMap(findings) + ClientRules(view).findings + PolicyRules(view).findings + listening + dns
  }

  private func findings(_ service: ClusterService) -> [KubernetesFinding] {
    guard !service.selector.isEmpty, service.type != "ExternalName" else { return [] }
    let pods = view.pods(matching: service.selector, in: service.namespace).filter(\.isAlive)
    if pods.isEmpty { return nothingSelected(service).map { [$0] } ?? [] }
    if let stray = strangersSelected(service, pods) { return [stray] }
    return service.ports.compactMap { port(service, $0, pods) }
  }

  // MARK: - Selector

  private func nothingSelected(_ service: ClusterService) -> KubernetesFinding? {
    let all = view.servingWorkloads(in: service.namespace)
    // A workload that the selector means has no pods: scaled to nothing, or another rule says why.
    guard !all.contains(where: { service.selector.isSubset(of: $0.templateLabels) }) else { return nil }
    let orphans = all.filter { workload in
      view.services(selecting: workload.templateLabels, in: workload.namespace).isEmpty
        && view.pods(of: workload).contains(where: \.isReady)
    }
    let candidates = orphans.map { ($0, resemblance(service, $0)) }.filter { $0.1 > 0 }
    guard let (workload, likeness) = candidates.min(by: { ($1.1, $0.0.name) < ($0.1, $1.0.name) }) else { return nil }
    let reference = service.metadata.reference(.service)
    return KubernetesFinding(
      .selectorMatchesNothing, component: reference, object: reference, score: likeness >= 2 ? 0.95 : 0.8,
      "\(reference) selects no pod, while the pods of \(workload.reference) run without a service.",
      evidence: [
        .init(reference, "spec.selector", "\(service.selector)"),
        .init(workload.reference, "spec.template.metadata.labels", "\(workload.templateLabels)"),
        .init(workload.reference, "status.readyReplicas", "\(workload.status.readyCount)"),
      ], since: service.metadata.changedAt,
      check: "Compare with the selector that the service had before: the pods' labels may be what changed.")
  }

  /// How much a service looks meant for a workload: by name, by values of labels, by port.
  private func resemblance(_ service: ClusterService, _ workload: Workload) -> Int {
    var points = 0
    if service.name == workload.name { points += 3 }
    if service.name.hasPrefix(workload.name) || workload.name.hasPrefix(service.name) { points += 1 }
    let values = Set(workload.templateLabels.entries.map(\.value))
    if service.selector.entries.contains(where: { values.contains($0.value) }) { points += 2 }
    if service.selector.entries.contains(where: { workload.templateLabels[$0.key] != nil }) { points += 1 }
    if service.ports.contains(where: { $0.target(in: workload.template) != nil }) { points += 1 }
    // A port and a common key alone are everybody's.
    return points >= 3 ? points : 0
  }

  /// Pods of another workload, while the workload that has the service's name goes without.
  private func strangersSelected(_ service: ClusterService, _ pods: [Pod]) -> KubernetesFinding? {
    let own = view.servingWorkloads(in: service.namespace).first { $0.name == service.name }
    guard let own, !service.selector.isSubset(of: own.templateLabels),
      view.services(selecting: own.templateLabels, in: own.namespace).isEmpty,
      view.pods(of: own).contains(where: \.isReady), let other = pods.first
    else { return nil }
    let reference = service.metadata.reference(.service)
    return KubernetesFinding(
      .selectorMatchesNothing, component: reference, object: reference, score: 0.93,
      "\(reference) selects pods of \(view.group(of: other)), and those of \(own.reference) run without a service.",
      evidence: [
        .init(reference, "spec.selector", "\(service.selector)"),
        .init(own.reference, "spec.template.metadata.labels", "\(own.templateLabels)"),
      ], since: service.metadata.changedAt)
  }

  // MARK: - Ports

  private func port(_ service: ClusterService, _ port: ServicePort, _ pods: [Pod]) -> KubernetesFinding? {
    guard let pod = pods.first(where: \.isReady) ?? pods.first else { return nil }
    let containers = pod.spec.containers + pod.spec.initContainers.filter { $0.restartPolicy == "Always" }
    let declared = containers.flatMap(\.ports)
    let wanted = port.targetPort.isEmpty ? "\(port.port)" : port.targetPort
    let number = Int(wanted)
    // Without an address of its own a service passes every port; only a name still has to be known.
    guard service.clusterIP != "None" || number == nil else { return nil }
    let same = declared.filter { number == nil ? $0.name == wanted : $0.port == number }
    let reference = service.metadata.reference(.service)
    func found(_ cause: KubernetesCause, _ score: Double, _ why: String) -> KubernetesFinding {
      KubernetesFinding(
        cause, component: reference, object: reference, score: score, "\(reference) leads nowhere: \(why).",
        evidence: [
          .init(reference, "spec.ports", "\(port.transport) \(port.port) to \(wanted)"),
          .init(
            pod.metadata.reference(.pod), "ports",
            declared.map { "\($0.name.isEmpty ? "" : $0.name + " ")\($0.transport) \($0.port)" }.joined(separator: ", ")
          ),
        ], since: service.metadata.changedAt)
    }
    if same.isEmpty {
      // Ports are declared for information: without any, a number proves nothing.
      guard number == nil || !declared.isEmpty, !answers(service, number, containers, pod) else { return nil }
      return found(.servicePortMismatch, 0.93, "no container has the port \(wanted)")
    }
    guard !same.contains(where: { $0.transport == port.transport }), let other = same.first else { return nil }
    return found(
      .serviceProtocolMismatch, 0.94, "its port speaks \(port.transport), the container's \(other.transport)")
  }

  /// Whether something shows that the port is listened on although nobody declares it.
  private func answers(_ service: ClusterService, _ number: Int?, _ containers: [Container], _ pod: Pod) -> Bool {
    guard let number else { return false }
    let isProbed =
      pod.isReady
      && containers.contains { container in
        container.readiness.map { $0.handler != .exec && $0.portNumber(in: container) == number } ?? false
      }
    return isProbed
      || ProbeMatrix(view).results.contains {
        $0.service.metadata.name == service.metadata.name && !$0.succeeded.isEmpty
      }
  }

  // MARK: - What probes and DNS show

  /// Services with endpoints that no node reaches.
  private var listening: [KubernetesFinding] {
    let matrix = ProbeMatrix(view)
    let results = matrix.results
    guard results.contains(where: { !$0.succeeded.isEmpty }) else { return [] }
    return results.flatMap { service, failed, succeeded -> [KubernetesFinding] in
      guard succeeded.isEmpty, failed.count >= 2, matrix.hasEndpoints(service), !service.selector.isEmpty,
        findings(service).isEmpty
      else { return [] }
      let reference = service.metadata.reference(.service)
      let pods = view.pods(matching: service.selector, in: service.namespace)
      let policy = pods.first.flatMap { pod in PolicyRules(view).policies(on: pod).first }
      let evidence: [KubernetesFinding.Quotation] = [
        .init(reference, "probes", "all of \(failed.count) nodes fail"),
        .init(reference, "endpoints", "\(pods.count(where: \.isReady)) ready"),
      ]
      // A policy that lets somebody in was made for its clients; one that lets nobody in is the likelier cause.
      let letsIn = policy.map { !$0.ingress.isEmpty } ?? true
      let check = "Connect from a pod that every policy admits: if that fails too, the application listens elsewhere."
      let listens = KubernetesFinding(
        .listenAddress, component: reference, object: reference, score: policy == nil ? 0.85 : letsIn ? 0.75 : 0.55,
        "\(reference) has endpoints that no node reaches: the application listens on another address.",
        evidence: evidence, check: check)
      guard let policy else { return [listens] }
      let blocks = KubernetesFinding(
        .networkPolicyBlocks, component: reference, object: reference, score: letsIn ? 0.6 : 0.8,
        "\(reference) has endpoints that no node reaches, and \(policy.name) limits who may.",
        evidence: evidence + [
          .init(policy.metadata.reference(.networkPolicy), "spec.ingress", "\(policy.ingress.count) rules")
        ], check: check)
      return [listens, blocks]
    }
  }

  private var dns: [KubernetesFinding] {
    view.services.filter { service in
      service.namespace == "kube-system"
        && (service.metadata.labels["k8s-app"] == "kube-dns" || ["kube-dns", "coredns"].contains(service.name))
        && !service.selector.isEmpty
    }.compactMap { service in
      let pods = view.pods(matching: service.selector, in: service.namespace).filter(\.isAlive)
      guard !pods.contains(where: \.isReady), view.snapshot.knows(.pod),
        view.pods.contains(where: { $0.namespace == "kube-system" }) || view.snapshot.knows(.endpointSlice)
      else { return nil }
      let reference = service.metadata.reference(.service)
      let states = pods.prefix(2).map { pod in
        KubernetesFinding.Quotation(pod.metadata.reference(.pod), "status.conditions[Ready]", "False")
      }
      return KubernetesFinding(
        .clusterDNSUnavailable, component: reference, object: pods.first.map(view.group) ?? reference, score: 0.96,
        "\(reference) has no ready pod, so that names are not resolved in the cluster.",
        evidence: [.init(reference, "endpoints", "none of \(pods.count) ready")] + states)
    }
  }
}

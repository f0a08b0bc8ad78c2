import KubernetesObjects

/// Network policies that keep a known client from the service it calls.
struct PolicyRules {
  private let view: ClusterView

  init(_ view: ClusterView) { self.view = view }

  /// Policies that limit who may reach a pod.
  func policies(on pod: Pod) -> [NetworkPolicy] {
    view.snapshot.networkPolicies.values.filter {
      $0.restrictsIngress && $0.namespace == pod.namespace && $0.podSelector.matches(pod.metadata.labels)
    }.sorted { $0.metadata.name < $1.metadata.name }
  }

  var findings: [KubernetesFinding] {
    guard !view.snapshot.networkPolicies.isEmpty else { return [] }
    var clients: [ObjectName: [Workload]] = [:]
    for workload in view.workloads where [.deployment, .statefulSet, .daemonSet].contains(workload.kind) {
      guard workload.desiredCount > 0 else { continue }
      for address in workload.template.containers.flatMap(\.addresses) {
        guard let name = ServiceHost(address.host, from: workload.namespace)?.name else { continue }
        if clients[name]?.last?.reference != workload.reference { clients[name, default: []].append(workload) }
      }
    }
    return clients.sorted { $0.key < $1.key }.compactMap { name, clients in
      view.snapshot.services[name].flatMap { blocked($0, clients) }
    }
  }

  private func blocked(_ service: ClusterService, _ clients: [Workload]) -> KubernetesFinding? {
    guard let pod = view.pods(matching: service.selector, in: service.namespace).first(where: \.isReady) else {
      return nil
    }
    let policies = policies(on: pod)
    guard let policy = policies.first else { return nil }
    let shut = clients.filter { client in
      !policies.contains { policy in policy.ingress.contains { admits($0, client, service, pod, policy) } }
    }
    guard let client = shut.first else { return nil }
    var complaint: KubernetesFinding.Quotation?
    for one in shut where complaint == nil { complaint = self.complaint(one, service) }
    let reference = service.metadata.reference(.service)
    var evidence: [KubernetesFinding.Quotation] = [
      .init(policy.metadata.reference(.networkPolicy), "spec.podSelector", "\(policy.podSelector)"),
      .init(
        policy.metadata.reference(.networkPolicy), "spec.ingress",
        "\(policy.ingress.count) rules, none admits \(client.reference)"),
      .init(client.reference, "spec.template.metadata.labels", "\(client.templateLabels)"),
    ]
    if let complaint { evidence.append(complaint) }
    let isElsewhere = client.namespace != service.namespace
    if isElsewhere, let labels = view.snapshot.namespaces[ObjectName(client.namespace, in: "")]?.metadata.labels {
      evidence.append(
        .init(
          ObjectReference(.namespace, ObjectName(client.namespace, in: "")), "metadata.labels",
          labels.isEmpty ? "none" : "\(labels)"))
    }
    let isEverybody = shut.count == clients.count
    return KubernetesFinding(
      .networkPolicyBlocks, component: reference, object: reference,
      score: complaint != nil ? 0.93 : isEverybody ? 0.8 : 0.45,
      "\(policy.name) keeps \(client.reference) from \(reference).", evidence: evidence,
      since: policy.metadata.createdAt,
      check: "Connect from a pod of the client: a policy drops packets, so that it times out.")
  }

  private func admits(
    _ rule: NetworkPolicy.Rule, _ client: Workload, _ service: ClusterService, _ pod: Pod, _ policy: NetworkPolicy
  ) -> Bool {
    let isPeer =
      rule.peers.isEmpty
      || rule.peers.contains { peer in
        // What addresses of pods a block covers is not known here.
        if peer.addressBlock != nil { return true }
        let isThere: Bool
        if let selector = peer.namespaceSelector {
          // What asks for labels of a namespace that was not read may hold.
          isThere = view.namespaceLabels.matches(selector, client.namespace) ?? true
        } else {
          isThere = client.namespace == policy.namespace
        }
        return isThere && (peer.podSelector?.matches(client.templateLabels) ?? true)
      }
    guard isPeer else { return false }
    return rule.ports.isEmpty
      || rule.ports.contains { allowed in
        guard !allowed.port.isEmpty else { return true }
        return service.ports.contains { port in
          guard let target = port.target(in: pod.spec) else { return true }
          guard let number = Int(allowed.port) else { return allowed.port == target.name }
          return (number...max(number, allowed.endPort ?? number)).contains(target.port)
        }
      }
  }

  /// A line of the client's log that says it cannot connect.
  private func complaint(_ client: Workload, _ service: ClusterService) -> KubernetesFinding.Quotation? {
    guard !view.snapshot.podLogs.isEmpty else { return nil }
    for pod in view.pods(of: client) {
      guard let log = view.snapshot.podLogs[pod.metadata.name] else { continue }
      for line in log.split(separator: "\n") {
        let isAbout = line.contains(service.name) || (!service.clusterIP.isEmpty && line.contains(service.clusterIP))
        if isAbout, String(line).mentions(["timeout", "timed out", "deadline exceeded"]) {
          return .init(pod.metadata.reference(.pod), "log", String(line.prefix(300)))
        }
      }
    }
    return nil
  }
}

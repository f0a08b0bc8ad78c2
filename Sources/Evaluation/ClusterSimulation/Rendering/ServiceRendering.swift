extension APIObject {
  func service(_ service: ClusterService) -> APIValue {
    let ports: [APIValue] = service.ports.map {
      [
        "name": APIValue($0.name), "port": .int($0.number), "targetPort": Self.port($0.target),
        "protocol": .string($0.transport),
      ]
    }
    return [
      "apiVersion": "v1", "kind": "Service",
      "metadata": Self.metadata(
        service.name, namespace: service.namespace, uid: service.uid, created: service.createdAt,
        labels: service.labels, changed: service.changedAt, manager: service.changedBy),
      "spec": [
        "type": "ClusterIP", "clusterIP": .string(service.clusterAddress),
        "clusterIPs": [.string(service.clusterAddress)], "ports": .list(ports), "selector": .map(service.selector),
        "sessionAffinity": "None", "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack",
        "internalTrafficPolicy": "Cluster",
      ], "status": ["loadBalancer": [:]],
    ]
  }

  /// What the endpoint slice controller makes of a service: one slice for each way in which its ports resolve.
  func endpointSlices(_ service: ClusterService) -> [APIValue] {
    if service.name == "kubernetes" { return [apiServerSlice(service)] }
    guard !service.selector.isEmpty else { return [] }
    var groups: [[APIValue]: [APIValue]] = [:]
    for position in pods(in: service.namespace) {
      let pod = cluster.pods[position]
      let template = cluster.workloads[pod.workload].revisions[pod.revision].template
      guard let node = pod.node, !pod.address.isEmpty,
        service.selector.allSatisfy({ template.labels[$0.key] == $0.value })
      else { continue }
      let ports = service.ports.compactMap { resolve($0, template) }
      groups[ports, default: []].append(endpoint(pod, node))
    }
    if groups.isEmpty { groups[[]] = [] }
    let ordered = groups.sorted { $0.value.count > $1.value.count }
    return ordered.enumerated().flatMap { number, group in
      stride(from: 0, to: max(group.value.count, 1), by: 100).map { start in
        slice(
          service, number: number * 1000 + start, ports: group.key,
          endpoints: Array(group.value.dropFirst(start).prefix(100)))
      }
    }
  }

  /// Nil for a named port that the pod does not declare.
  private func resolve(_ port: ClusterService.ServicePort, _ template: PodTemplate) -> APIValue? {
    let number: Int?
    switch port.target {
    case .number(let given): number = given
    case .name(let name):
      number = template.containers.flatMap(\.ports).first { $0.name == name && $0.transport == port.transport }?.number
    }
    return number.map {
      ["name": .string(port.name ?? ""), "port": .int($0), "protocol": .string(port.transport)]
    }
  }

  private func endpoint(_ pod: ClusterPod, _ node: Int) -> APIValue {
    let isTerminating = pod.deletedAt != nil
    return [
      "addresses": [.string(pod.address)],
      "conditions": [
        "ready": .bool(pod.isReady && !isTerminating), "serving": .bool(pod.isReady),
        "terminating": .bool(isTerminating),
      ], "nodeName": .string(cluster.nodes[node].name), "zone": .string(cluster.nodes[node].zone),
      "targetRef": [
        "kind": "Pod", "name": .string(pod.name), "namespace": .string(cluster.workloads[pod.workload].namespace),
        "uid": .string(pod.uid),
      ],
    ]
  }

  private func slice(
    _ service: ClusterService, number: Int, ports: [APIValue], endpoints: [APIValue]
  ) -> APIValue {
    let uid = Self.uid(of: "\(service.uid) \(number)")
    let labels = [
      "kubernetes.io/service-name": service.name,
      "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    ]
    return [
      "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
      "metadata": Self.metadata(
        "\(service.name)-\(uid.suffix(5))", namespace: service.namespace, uid: uid, created: service.createdAt + 1,
        labels: labels, generation: 2, owner: Self.owner("v1", "Service", service.name, uid: service.uid)),
      "ports": .omittingEmpty(ports), "endpoints": .list(endpoints),
    ]
  }

  private func apiServerSlice(_ service: ClusterService) -> APIValue {
    let addresses = cluster.nodes.filter(\.isControlPlane).map { APIValue.string($0.address) }
    return [
      "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
      "metadata": Self.metadata(
        "kubernetes", namespace: "default", uid: Self.uid(of: service.uid + " slice"), created: service.createdAt,
        labels: ["kubernetes.io/service-name": "kubernetes"], generation: 1),
      "ports": [["name": "https", "port": 6443, "protocol": "TCP"]],
      "endpoints": .list(addresses.map { ["addresses": [$0], "conditions": ["ready": true]] }),
    ]
  }

  func networkPolicy(_ policy: ClusterNetworkPolicy) -> APIValue {
    var peers: [APIValue] = (policy.admitted ?? []).map { ["podSelector": ["matchLabels": .map($0)]] }
    // Some name the namespaces that they admit, others say whose they are.
    let selectsTeams = policy.name.utf8.count.isMultiple(of: 2) && !policy.admittedNamespaces.contains("kube-system")
    peers += policy.admittedNamespaces.map { name in
      let label = selectsTeams ? ("team", Self.team(of: name)) : ("kubernetes.io/metadata.name", name)
      return ["namespaceSelector": ["matchLabels": .map([label.0: label.1])]]
    }
    let ingress: APIValue =
      policy.admitted == nil ? [[:]] : .omittingEmpty(peers.isEmpty ? [] : [["from": .list(peers)]])
    return [
      "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
      "metadata": Self.metadata(
        policy.name, namespace: policy.namespace, uid: Self.uid(of: "policy \(policy.namespace)/\(policy.name)"),
        created: policy.createdAt, generation: 1, changed: policy.createdAt, manager: "kubectl-client-side-apply"),
      "spec": [
        "podSelector": policy.selector.isEmpty ? [:] : ["matchLabels": .map(policy.selector)],
        "policyTypes": ["Ingress"], "ingress": ingress,
      ],
    ]
  }
}

import KubernetesObjects

/// Who reaches whom, by node and service: a row that fails is a node's data plane, a column a service.
struct ProbeMatrix {
  private let view: ClusterView

  init(_ view: ClusterView) { self.view = view }

  /// Services that fail from somewhere, as the probe names them.
  var results: [(service: ClusterService, failed: [String], succeeded: [String])] {
    let byTarget = Dictionary(grouping: view.snapshot.probes) { $0.target }
    return byTarget.sorted { $0.key < $1.key }.compactMap { target, probes in
      guard let service = service(target) else { return nil }
      return (
        service, Set(probes.filter { !$0.succeeded }.map(\.node)).sorted(),
        Set(probes.filter(\.succeeded).map(\.node)).sorted()
      )
    }
  }

  /// `name`, `name.namespace` or `namespace/name`.
  func service(_ target: String) -> ClusterService? {
    let slashed = target.split(separator: "/").map(String.init)
    if slashed.count == 2 { return view.snapshot.services[ObjectName(slashed[1], in: slashed[0])] }
    let dotted = target.split(separator: ".").map(String.init)
    if dotted.count >= 2 { return view.snapshot.services[ObjectName(dotted[0], in: dotted[1])] }
    let named = view.services.filter { $0.name == target }
    return named.count == 1 ? named.first : nil
  }

  /// Nodes from which most services fail while they can be reached from elsewhere.
  var findings: [KubernetesFinding] {
    var failed: [String: Set<String>] = [:]
    var tried: [String: Set<String>] = [:]
    for result in results where hasEndpoints(result.service) {
      let name = "\(result.service.namespace)/\(result.service.name)"
      for node in result.failed { failed[node, default: []].insert(name) }
      for node in result.failed + result.succeeded { tried[node, default: []].insert(name) }
    }
    return tried.keys.sorted().compactMap { node in
      let lost = failed[node]?.count ?? 0
      let all = tried[node]?.count ?? 0
      let others = tried.keys.filter { $0 != node }
      let othersTried = others.reduce(0) { $0 + (tried[$1]?.count ?? 0) }
      let othersLost = others.reduce(0) { $0 + (failed[$1]?.count ?? 0) }
      guard lost >= 2, Double(lost) >= 0.6 * Double(all), othersTried > 0,
        Double(othersLost) < 0.3 * Double(othersTried)
      else { return nil }
      let reference = ObjectReference(.node, ObjectName(node, in: ""))
      return KubernetesFinding(
        .kubeProxyUnavailable, component: reference, object: reference, score: 0.85,
        "From node/\(node) \(lost) of \(all) services cannot be reached, from other nodes they can.",
        evidence: [.init(reference, "probes", "\(lost) of \(all) fail; elsewhere \(othersLost) of \(othersTried)")],
        check: "Look at kube-proxy on the node first, then at its network plugin: both look the same from here.")
    }
  }

  func hasEndpoints(_ service: ClusterService) -> Bool {
    if let endpoints = view.endpoints(of: service) {
      return endpoints.contains { !$0.ports.isEmpty && $0.endpoints.contains(where: \.isReady) }
    }
    return view.pods(matching: service.selector, in: service.namespace).contains { $0.isReady }
  }
}

import KubernetesObjects

/// What is still free on every node.
struct NodeCapacity {
  /// Allocatable less what the pods on it request, resource by resource.
  let free: ResourceList
  let podCount: Int
  /// Ports in use on the node itself, as `transport/port`.
  let usedPorts: Set<String>

  init(_ node: ClusterNode, pods: [Pod]) {
    var used = ResourceList()
    var ports: Set<String> = []
    var count = 0
    for pod in pods where pod.status.phase != "Succeeded" && pod.status.phase != "Failed" {
      used.add(pod.spec.requests)
      count += 1
      for port in pod.spec.hostPorts { ports.insert("\(port.transport)/\(port.hostPort)") }
    }
    var free = ResourceList()
    for entry in node.allocatable.entries { free[entry.name] = entry.amount - (used[entry.name] ?? .zero) }
    self.free = free
    podCount = count
    usedPorts = ports
  }

  func blockers(for pod: Pod, requests: ResourceList, on node: ClusterNode) -> [NodeBlocker] {
    var blockers: [NodeBlocker] = []
    for port in pod.spec.hostPorts where usedPorts.contains("\(port.transport)/\(port.hostPort)") {
      blockers.append(.hostPort(port.hostPort))
      break
    }
    if let limit = node.allocatable["pods"], Quantity(whole: podCount + 1) > limit { blockers.append(.tooManyPods) }
    // A node that does not say what it has is not judged.
    guard !node.allocatable.isEmpty else { return blockers }
    for entry in requests.entries where !entry.amount.isZero && entry.name != "pods" {
      if entry.amount > free[entry.name] ?? .zero { blockers.append(.insufficient(entry.name)) }
    }
    return blockers
  }
}

import KubernetesDiagnosis
import KubernetesObjects

extension RuleFixture {
  private static func condition(_ node: String, _ status: APIValue, _ reason: String, _ message: String)
    -> @Sendable (inout MadeUpCluster) -> Void
  {
    { cluster in
      cluster["Node/\(node)", "status.conditions.0.status"] = status
      cluster["Node/\(node)", "status.conditions.0.reason"] = .text(reason)
      cluster["Node/\(node)", "status.conditions.0.message"] = .text(message)
      cluster["Node/\(node)", "status.conditions.0.lastTransitionTime"] = MadeUpCluster.time(200)
    }
  }

  private static func unit(_ name: String, _ state: String) -> @Sendable (inout MadeUpCluster) -> Void {
    { $0.processes = ["n1": [name: state], "n2": [name: "active"]] }
  }

  private static let rebooted: @Sendable (inout MadeUpCluster) -> Void = {
    $0.event("Node", "n2", "Rebooted", "Node n2 has been rebooted", age: 1800)
    $0.event("Node", "n2", "NodeNotReady", "Node n2 status is now: NodeNotReady", age: 1900, type: "Normal")
  }

  private static let socket =
    "rpc error: code = Unavailable desc = dial unix /run/containerd/containerd.sock: connect: connection refused"

  static let nodes: [RuleFixture] = [
    RuleFixture(
      .kubeletUnavailable, "node/n1", "unit", harm: unit("kubelet", "inactive"), recovered: unit("kubelet", "active")),
    RuleFixture(
      .kubeletUnavailable, "node/n2", "no heartbeat",
      harm: condition("n2", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status."), recovered: rebooted
    ),
    RuleFixture(
      .containerRuntimeUnavailable, "node/n2", "condition",
      harm: condition("n2", "False", "KubeletNotReady", "[container runtime is down, PLEG is not healthy]"),
      recovered: rebooted),
    RuleFixture(
      .containerRuntimeUnavailable, "node/n1", "fresh socket errors",
      harm: { $0.event("Node", "n1", "ContainerGCFailed", socket, age: 30, namespace: "") },
      recovered: { $0.event("Node", "n1", "ContainerGCFailed", socket, age: 900, namespace: "") }),
    RuleFixture(
      .kubeProxyUnavailable, "node/n1", "probe matrix", harm: { $0.probes = matrix(failing: "n1") },
      recovered: { $0.probes = matrix(failing: "") }),
    RuleFixture(
      .nodePressure, "node/n1",
      harm: { cluster in
        cluster["Node/n1", "status.conditions"] = [
          ["type": "MemoryPressure", "status": "True", "reason": "KubeletHasInsufficientMemory"],
          ["type": "Ready", "status": "True"],
        ]
      },
      recovered: { $0.event("Node", "n1", "EvictionThresholdMet", "Attempting to reclaim memory", age: 1500) }),
    RuleFixture(
      .certificateExpired, "node/n1",
      harm: condition("n1", "False", "KubeletNotReady", "x509: certificate has expired or is not yet valid"),
      recovered: { $0.event("Node", "n1", "Failed", "x509: certificate has expired", age: 3000, namespace: "") }),
    RuleFixture(
      .controlPlaneUnavailable, "node/cp",
      harm: { $0["Lease/kube-controller-manager", "spec.renewTime"] = MadeUpCluster.time(400) },
      recovered: { $0["Lease/kube-controller-manager", "spec.renewTime"] = MadeUpCluster.time(12) }),
  ]

  private static func matrix(failing: String) -> [ConnectionProbe] {
    ["n1", "n2"].flatMap { node in
      ["web.shop", "api.shop"].map {
        ConnectionProbe(node: node, target: $0, port: 80, succeeded: node != failing)
      }
    }
  }
}

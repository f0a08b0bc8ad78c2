import KubernetesDiagnosis

extension RuleFixture {
  /// The message that the scheduler itself would write, so that the what-if scheduler can be compared with it.
  private static func waiting(
    _ cause: KubernetesCause, _ message: String, _ note: String = "",
    _ damage: @escaping @Sendable (inout MadeUpCluster) -> Void
  ) -> RuleFixture {
    RuleFixture(
      cause, "service/web", note,
      harm: { cluster in
        cluster.pending(message)
        damage(&cluster)
      },
      recovered: { $0.event("Pod", "web-1-2", "FailedScheduling", message, age: 1800) })
  }

  private static let both = ["n1", "n2"]
  private static let plane = "1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }"

  static let scheduling: [RuleFixture] = [
    waiting(
      .taintNotTolerated, "0/3 nodes are available: \(plane), 2 node(s) had untolerated taint {dedicated: batch}."
    ) { cluster in
      for node in both {
        cluster["Node/\(node)", "spec.taints"] = [["key": "dedicated", "value": "batch", "effect": "NoSchedule"]]
      }
    },
    waiting(.nodeCordoned, "0/3 nodes are available: \(plane), 2 node(s) were unschedulable.") { cluster in
      for node in both {
        cluster["Node/\(node)", "spec.unschedulable"] = true
        cluster["Node/\(node)", "spec.taints"] = [
          ["key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"]
        ]
      }
    },
    waiting(
      .nodeSelectorMismatch,
      "0/3 nodes are available: \(plane), 2 node(s) didn't match Pod's node affinity/selector."
    ) { $0["Pod/web-1-9", "spec.nodeSelector"] = ["disk": "nvme"] },
    waiting(
      .nodeAffinityMismatch,
      "0/3 nodes are available: \(plane), 2 node(s) didn't match Pod's node affinity/selector."
    ) { cluster in
      let terms: APIValue = [["matchExpressions": [["key": "zone", "operator": "In", "values": ["b"]]]]]
      cluster["Pod/web-1-9", "spec.affinity.nodeAffinity"] = [
        "requiredDuringSchedulingIgnoredDuringExecution": ["nodeSelectorTerms": terms]
      ]
    },
    waiting(
      .antiAffinityConflict, "0/3 nodes are available: \(plane), 2 node(s) didn't match pod anti-affinity rules."
    ) { cluster in
      let selector: APIValue = ["matchLabels": ["app": "api"]]
      cluster["Pod/web-1-9", "spec.affinity.podAntiAffinity"] = [
        "requiredDuringSchedulingIgnoredDuringExecution": [
          ["labelSelector": selector, "topologyKey": "kubernetes.io/hostname"]
        ]
      ]
    },
    waiting(.insufficientCPU, "0/3 nodes are available: \(plane), 2 Insufficient cpu.") {
      $0["Pod/web-1-9", "spec.containers.0.resources.requests.cpu"] = "3800m"
    },
    waiting(.insufficientMemory, "0/3 nodes are available: \(plane), 2 Insufficient memory.") {
      $0["Pod/web-1-9", "spec.containers.0.resources.requests.memory"] = "32Gi"
    },
    waiting(
      .topologySpreadUnsatisfiable,
      "0/3 nodes are available: \(plane), 2 node(s) didn't match pod topology spread constraints.",
      "key that no node has"
    ) { cluster in
      cluster["Pod/web-1-9", "spec.topologySpreadConstraints"] = [
        [
          "maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule",
          "labelSelector": ["matchLabels": ["app": "web"]],
        ]
      ]
    },
    waiting(
      .hostPortInUse,
      "0/3 nodes are available: \(plane), 2 node(s) didn't have free ports for the requested pod ports."
    ) { cluster in
      for pod in ["api-1-1", "api-1-2", "web-1-9"] {
        cluster["Pod/\(pod)", "spec.containers.0.ports.0.hostPort"] = 9000
      }
    },
    waiting(.tooManyPods, "0/3 nodes are available: \(plane), 2 Too many pods.") { cluster in
      for node in both { cluster["Node/\(node)", "status.allocatable.pods"] = "1" }
    },
    waiting(.insufficientExtendedResource, "0/3 nodes are available: \(plane), 2 Insufficient gpu.example/card.") {
      $0["Pod/web-1-9", "spec.containers.0.resources.limits"] = ["gpu.example/card": 1]
    },
    waiting(
      .volumeNodeAffinity, "0/3 nodes are available: \(plane), 2 node(s) had volume node affinity conflict."
    ) { cluster in
      cluster["Pod/web-1-9", "spec.volumes"] = [["name": "d", "persistentVolumeClaim": ["claimName": "data"]]]
      cluster.add("PersistentVolumeClaim", "data", ["spec": ["volumeName": "pv-9"], "status": ["phase": "Bound"]])
      let terms: APIValue = [["matchExpressions": [["key": "zone", "operator": "In", "values": ["c"]]]]]
      cluster.add(
        "PersistentVolume", "pv-9", namespace: nil,
        ["spec": ["nodeAffinity": ["required": ["nodeSelectorTerms": terms]]], "status": ["phase": "Bound"]])
    },
    RuleFixture(
      .schedulerUnavailable, "node/cp",
      harm: { cluster in
        cluster.pending(nil)
        cluster["Lease/kube-scheduler", "spec.renewTime"] = MadeUpCluster.time(600)
      }, recovered: { $0.pending(nil, age: 5) }),
  ]
}

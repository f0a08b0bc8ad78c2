import KubernetesDiagnosis
import KubernetesObjects

extension RuleFixture {
  private static func limited(_ cluster: inout MadeUpCluster) {
    for pod in ["web-1-1", "web-1-2"] {
      cluster["Pod/\(pod)", "spec.containers.0.resources.limits"] = ["cpu": "1"]
    }
  }

  private static func slowCalls(_ cluster: inout MadeUpCluster, until age: Int = 0) {
    cluster["Deployment/web", "spec.template.spec.containers.0.env"] = [["name": "API_ADDR", "value": "api:80"]]
    cluster.measure("web", "latency_p50", .latency(isTail: false), usual: 0.04, now: 0.3, until: age)
    cluster.measure("web", "latency_p95", .latency(isTail: true), usual: 0.09, now: 0.4, until: age)
    cluster.measure("api", "latency_p50", .latency(isTail: false), usual: 0.02, now: 0.02)
  }

  static let load: [RuleFixture] = [
    RuleFixture(
      .podCPUOverload, "service/web", "throttled",
      harm: { $0.measure("web-1-1", "container_cpu_cfs_throttled_seconds", .cpuThrottling, usual: 0.01, now: 0.6) },
      recovered: {
        $0.measure("web-1-1", "container_cpu_cfs_throttled_seconds", .cpuThrottling, usual: 0.01, now: 0.6, until: 600)
      }),
    RuleFixture(
      .podCPUOverload, "service/web", "at the limit of the pod's spec",
      harm: { cluster in
        limited(&cluster)
        cluster.measure("shop/web-1-1", "cpu_cores", .cpuUse(isAbsolute: true), usual: 0.3, now: 0.97)
      },
      recovered: { cluster in
        // The same use is far from a limit that is not there.
        cluster.measure("shop/web-1-1", "cpu_cores", .cpuUse(isAbsolute: true), usual: 0.5, now: 0.97)
      }),
    RuleFixture(
      .podCPUOverload, "service/api", "several times the normal, and callers wait",
      harm: { cluster in
        slowCalls(&cluster)
        cluster.measure("api-1-1", "cpu_cores", .cpuUse(isAbsolute: true), usual: 0.2, now: 0.9)
      },
      recovered: { $0.measure("api-1-1", "cpu_cores", .cpuUse(isAbsolute: true), usual: 0.2, now: 0.9) }),
    RuleFixture(
      .nodePacketLoss, "node/n2", "",
      harm: { cluster in
        cluster.measure("n2", "tcp_retransmits", .retransmissions, usual: 0.1, now: 8)
        cluster.measure("n1:9100", "tcp_retransmits", .retransmissions, usual: 0.1, now: 2)
      },
      recovered: { cluster in
        cluster.measure("n2", "tcp_retransmits", .retransmissions, usual: 0.1, now: 8, until: 600)
        cluster.measure("n1", "tcp_retransmits", .retransmissions, usual: 0.1, now: 0.4)
      }),
    RuleFixture(
      .networkDelay, "service/api", "one pod",
      harm: { cluster in
        cluster["Deployment/api", "spec.replicas"] = 1
        cluster["Deployment/api", "status.replicas"] = 1
        cluster["Deployment/api", "status.readyReplicas"] = 1
        cluster["ReplicaSet/api-1", "spec.replicas"] = 1
        cluster["ReplicaSet/api-1", "status.replicas"] = 1
        cluster.remove("Pod/api-1-2")
        slowCalls(&cluster)
      }, recovered: { slowCalls(&$0, until: 700) }),
    RuleFixture(
      .networkDelay, "node/n3", "probes",
      harm: { $0.probes = slowProbes(of: "n3") }, recovered: { $0.probes = slowProbes(of: "") }),
  ]

  private static func slowProbes(of slow: String) -> [ConnectionProbe] {
    ["n1", "n2", "n3"].flatMap { node in
      ["web.shop", "api.shop"].map {
        ConnectionProbe(
          node: node, target: $0, port: 80, succeeded: true, milliseconds: node == slow ? 40 : node == "n1" ? 0.4 : 0.5)
      }
    }
  }
}

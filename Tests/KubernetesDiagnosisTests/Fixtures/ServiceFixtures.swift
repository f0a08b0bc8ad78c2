import KubernetesDiagnosis
import KubernetesObjects

extension RuleFixture {
  private static let columns = ["n1", "n2"]

  private static func policy(_ from: APIValue) -> APIValue {
    ["spec": ["podSelector": ["matchLabels": ["app": "api"]], "policyTypes": ["Ingress"], "ingress": [["from": from]]]]
  }

  static let services: [RuleFixture] = [
    RuleFixture(
      .selectorMatchesNothing, harm: { $0["Service/web", "spec.selector"] = ["app": "web-app"] },
      recovered: { cluster in
        // Scaled to nothing: its selector matches the template, and nobody is missing.
        for pod in ["web-1-1", "web-1-2"] { cluster.remove("Pod/\(pod)") }
        for key in ["Deployment/web", "ReplicaSet/web-1"] {
          cluster[key, "spec.replicas"] = 0
          cluster[key, "status"] = ["replicas": 0]
        }
      }),
    RuleFixture(
      .servicePortMismatch, harm: { $0["Service/web", "spec.ports.0.targetPort"] = 9090 },
      recovered: { cluster in
        // Without declared ports a number says nothing.
        for pod in ["web-1-1", "web-1-2"] { cluster["Pod/\(pod)", "spec.containers.0.ports"] = [] }
        cluster["Service/web", "spec.ports.0.targetPort"] = 9090
      }),
    RuleFixture(
      .servicePortMismatch, "service/web", "named port",
      harm: { $0["Service/web", "spec.ports.0.targetPort"] = "grpc" },
      recovered: { $0["Service/web", "spec.ports.0.targetPort"] = "http" }),
    RuleFixture(
      .serviceProtocolMismatch, harm: { $0["Service/web", "spec.ports.0.protocol"] = "UDP" },
      recovered: { cluster in
        cluster["Service/web", "spec.ports.0.protocol"] = "UDP"
        for pod in ["web-1-1", "web-1-2"] { cluster["Pod/\(pod)", "spec.containers.0.ports.0.protocol"] = "UDP" }
      }),
    RuleFixture(
      .clientAddressMismatch, "service/web", "name",
      harm: { cluster in
        cluster.deployment("ledger")
        cluster.service("ledger")
        cluster["Deployment/web", "spec.template.spec.containers.0.env.0.value"] = "legder:80"
      }, recovered: { $0["Deployment/web", "spec.template.spec.containers.0.env.0.value"] = "zipkin:9411" }),
    RuleFixture(
      .clientAddressMismatch, "service/web", "lookup in the log",
      harm: { cluster in
        cluster["Deployment/web", "spec.template.spec.containers.0.env.0.value"] = "backend:80"
        cluster.logs["web-1-1"] = "dial tcp: lookup backend on 10.0.0.2:53: no such host"
      }, recovered: { $0.logs["web-1-1"] = "dial tcp: lookup jaegr on 10.0.0.2:53: no such host" }),
    RuleFixture(
      .servicePortMismatch, "service/api", "all clients disagree",
      harm: {
        $0["Service/api", "spec.ports.0.port"] = 81
        $0["Deployment/web", "spec.template.spec.containers.0.env.0.value"] = "api:8080"
      }, recovered: { $0["Deployment/web", "spec.template.spec.containers.0.env.0.value"] = "api.shop.svc:80" }),
    RuleFixture(
      .listenAddress, "service/api",
      harm: { cluster in
        cluster.probes = columns.flatMap { node in
          [
            ConnectionProbe(node: node, target: "api.shop", port: 80, succeeded: false),
            ConnectionProbe(node: node, target: "shop/web", port: 80, succeeded: true),
          ]
        }
      },
      recovered: { cluster in
        cluster.probes = columns.flatMap { node in
          ["api.shop", "web.shop"].map { ConnectionProbe(node: node, target: $0, port: 80, succeeded: true) }
        }
      }),
    RuleFixture(
      .networkPolicyBlocks, "service/api",
      harm: {
        $0.add(
          "NetworkPolicy", "only", api: "networking.k8s.io/v1", policy([["podSelector": ["matchLabels": ["app": "x"]]]])
        )
      },
      recovered: {
        $0.add(
          "NetworkPolicy", "only", api: "networking.k8s.io/v1",
          policy([["podSelector": ["matchLabels": ["app": "web"]]]]))
      }),
    RuleFixture(
      .clusterDNSUnavailable, "service/kube-dns",
      harm: { addDNS(&$0, isReady: false) }, recovered: { addDNS(&$0, isReady: true) }),
  ]

  private static func addDNS(_ cluster: inout MadeUpCluster, isReady: Bool) {
    cluster.add(
      "Service", "kube-dns", namespace: "kube-system", labels: ["k8s-app": "kube-dns"],
      ["spec": ["selector": ["k8s-app": "kube-dns"], "ports": [["port": 53, "protocol": "UDP"]]]])
    let ready: APIValue = isReady ? "True" : "False"
    cluster.add(
      "Pod", "coredns-1", namespace: "kube-system", labels: ["k8s-app": "kube-dns"],
      [
        "spec": ["nodeName": "n1", "containers": [["name": "coredns"]]],
        "status": ["phase": "Running", "conditions": [["type": "Ready", "status": ready]]],
      ])
  }
}

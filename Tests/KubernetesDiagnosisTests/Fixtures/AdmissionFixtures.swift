extension RuleFixture {
  private static func quota(_ key: String, _ numbers: (requested: String, used: String, limited: String)) -> String {
    "pods \"web-1-x\" is forbidden: exceeded quota: team, requested: \(key)=\(numbers.requested), "
      + "used: \(key)=\(numbers.used), limited: \(key)=\(numbers.limited)"
  }

  private static func passed(_ message: String) -> @Sendable (inout MadeUpCluster) -> Void {
    { $0.event("ReplicaSet", "web-1", "FailedCreate", "Error creating: \(message)", age: 1500) }
  }

  static let admission: [RuleFixture] = [
    RuleFixture(
      .namespaceCPUQuota, "namespace/shop",
      harm: { $0.refused(quota("requests.cpu", ("500m", "3800m", "4"))) },
      recovered: passed(quota("requests.cpu", ("500m", "3800m", "4")))),
    RuleFixture(
      .namespaceMemoryQuota, "namespace/shop",
      harm: { $0.refused(quota("limits.memory", ("1Gi", "8Gi", "8Gi"))) },
      recovered: passed(quota("limits.memory", ("1Gi", "8Gi", "8Gi")))),
    RuleFixture(
      .namespacePodQuota, "namespace/shop", harm: { $0.refused(quota("pods", ("1", "10", "10"))) },
      recovered: passed(quota("pods", ("1", "10", "10")))),
    RuleFixture(
      .namespaceStorageQuota, "namespace/shop",
      harm: { cluster in
        cluster.pending("0/3 nodes are available: persistentvolumeclaim \"web-data\" not found.")
        cluster["Pod/web-1-9", "spec.volumes"] = [["name": "d", "persistentVolumeClaim": ["claimName": "web-data"]]]
        cluster.add(
          "ResourceQuota", "disk",
          ["status": ["hard": ["requests.storage": "10Gi"], "used": ["requests.storage": "10Gi"]]])
      },
      recovered: { cluster in
        cluster.add(
          "ResourceQuota", "disk",
          ["status": ["hard": ["requests.storage": "10Gi"], "used": ["requests.storage": "10Gi"]]])
      }),
    RuleFixture(
      .namespaceServiceQuota, "namespace/shop",
      harm: { cluster in
        cluster.remove("Service/api")
        cluster.add("ResourceQuota", "objects", ["status": ["hard": ["services": "1"], "used": ["services": "1"]]])
      },
      recovered: { cluster in
        cluster.add("ResourceQuota", "objects", ["status": ["hard": ["services": "2"], "used": ["services": "2"]]])
      }),
    RuleFixture(
      .serviceAccountMissing,
      harm: { cluster in
        cluster["ReplicaSet/web-1", "spec.template.spec.serviceAccountName"] = "runner"
        cluster.refused(
          "pods \"web-1-\" is forbidden: error looking up service account shop/runner: "
            + "serviceaccount \"runner\" not found")
      },
      recovered: passed(
        "pods \"web-1-\" is forbidden: error looking up service account shop/default: serviceaccount \"default\" not "
          + "found")),
    RuleFixture(
      .admissionRejected,
      harm: { $0.refused("pods \"web-1-x\" is forbidden: violates PodSecurity \"restricted:latest\": runAsNonRoot") },
      recovered: passed("pods \"web-1-x\" is forbidden: violates PodSecurity \"restricted:latest\": runAsNonRoot")),
    RuleFixture(
      .admissionWebhookUnavailable,
      harm: {
        $0.refused(
          "Internal error occurred: failed calling webhook \"guard.example.com\": failed to call webhook: Post "
            + "\"https://guard.policy.svc:443/validate\": no endpoints available for service \"guard\"")
      }, recovered: passed("Internal error occurred: failed calling webhook \"guard.example.com\"")),
  ]
}

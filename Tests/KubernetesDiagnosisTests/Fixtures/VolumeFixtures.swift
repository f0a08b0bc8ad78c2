extension RuleFixture {
  private static let fitting: APIValue = [
    "storageClassName": "manual", "accessModes": ["ReadWriteOnce"], "capacity": ["storage": "10Gi"],
  ]

  private static func wish(
    class name: String = "manual", mode: String = "ReadWriteOnce", size: String = "5Gi"
  ) -> APIValue {
    [
      "storageClassName": .text(name), "accessModes": [.text(mode)],
      "resources": ["requests": ["storage": .text(size)]],
    ]
  }

  private static let bound: @Sendable (inout MadeUpCluster) -> Void = { cluster in
    cluster.event("PersistentVolumeClaim", "other", "ProvisioningFailed", "storageclass \"slow\" not found", age: 1500)
    cluster["PersistentVolumeClaim/other", "spec.storageClassName"] = "slow"
  }

  private static func addManual(_ cluster: inout MadeUpCluster) {
    cluster.add(
      "StorageClass", "manual", api: "storage.k8s.io/v1", namespace: nil,
      ["provisioner": "kubernetes.io/no-provisioner"])
  }

  static let volumes: [RuleFixture] = [
    RuleFixture(
      .storageClassMismatch,
      harm: { cluster in
        cluster.claim(wish(class: "gold"), volume: fitting)
        cluster.event(
          "PersistentVolumeClaim", "web-data", "ProvisioningFailed",
          "storageclass.storage.k8s.io \"gold\" not found")
      }, recovered: bound),
    RuleFixture(
      .accessModeMismatch,
      harm: { cluster in
        addManual(&cluster)
        cluster.claim(wish(mode: "ReadWriteMany"), volume: fitting)
      }, recovered: bound),
    RuleFixture(
      .capacityMismatch,
      harm: { cluster in
        addManual(&cluster)
        cluster.claim(wish(size: "50Gi"), volume: fitting)
      }, recovered: bound),
    RuleFixture(
      .volumeSelectorMismatch,
      harm: { cluster in
        addManual(&cluster)
        var spec = wish()
        spec["selector"] = ["matchLabels": ["tier": "fast"]]
        cluster.claim(spec, volume: fitting, labels: ["tier": "slow"])
      }, recovered: bound),
    RuleFixture(
      .volumeOccupied,
      harm: { cluster in
        addManual(&cluster)
        var volume = fitting
        volume["claimRef"] = ["namespace": "shop", "name": "old-data"]
        cluster.claim(wish(), volume: volume, phase: "Released")
      },
      recovered: { cluster in
        var volume = fitting
        volume["claimRef"] = ["namespace": "shop", "name": "old-data"]
        cluster.add("PersistentVolume", "pv-1", namespace: nil, ["spec": volume, "status": ["phase": "Released"]])
      }),
    RuleFixture(
      .provisionerFailed,
      harm: { cluster in
        cluster.claim(wish(class: "fast"))
        cluster.event(
          "PersistentVolumeClaim", "web-data", "ProvisioningFailed",
          "failed to provision volume with StorageClass \"fast\": rpc error: code = ResourceExhausted")
      },
      recovered: { cluster in
        cluster.event(
          "PersistentVolumeClaim", "other", "ProvisioningFailed",
          "failed to provision volume with StorageClass \"fast\": rpc error", age: 1500)
      }),
  ]
}

extension APIObject {
  func claim(_ claim: VolumeClaim) -> APIValue {
    let size = APIValue.string("\(claim.gibibytes)Gi")
    let volume = claim.volume.flatMap { name in cluster.volumes.first { $0.name == name } }
    var annotations: [String: String] = [:]
    if let driver = volume?.driver {
      annotations["volume.kubernetes.io/storage-provisioner"] = driver
      annotations["pv.kubernetes.io/bound-by-controller"] = "yes"
      annotations["pv.kubernetes.io/bind-completed"] = "yes"
    }
    return [
      "apiVersion": "v1", "kind": "PersistentVolumeClaim",
      "metadata": Self.metadata(
        claim.name, namespace: claim.namespace, uid: claim.uid, created: claim.createdAt, labels: claim.labels,
        annotations: annotations, changed: claim.createdAt, manager: "kube-controller-manager"),
      "spec": [
        "accessModes": .texts(claim.accessModes), "resources": ["requests": ["storage": size]],
        "storageClassName": APIValue(claim.storageClass), "volumeMode": "Filesystem",
        "volumeName": APIValue(claim.volume),
        "selector": claim.selector.isEmpty ? .null : ["matchLabels": .map(claim.selector)],
      ],
      "status": claim.volume == nil
        ? ["phase": "Pending"]
        : [
          "phase": "Bound", "accessModes": .texts(volume?.accessModes ?? claim.accessModes),
          "capacity": ["storage": .string("\(volume?.gibibytes ?? claim.gibibytes)Gi")],
        ],
    ]
  }

  func volume(_ volume: ClusterVolume) -> APIValue {
    var spec: APIValue = [
      "accessModes": .texts(volume.accessModes), "capacity": ["storage": .string("\(volume.gibibytes)Gi")],
      "persistentVolumeReclaimPolicy": .string(volume.reclaimPolicy), "storageClassName": APIValue(volume.storageClass),
      "volumeMode": "Filesystem",
    ]
    if let claim = volume.claim {
      spec["claimRef"] = [
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": .string(claim.namespace),
        "name": .string(claim.name), "uid": APIValue(volume.claimUID),
      ]
    }
    if let driver = volume.driver {
      spec["csi"] = [
        "driver": .string(driver), "volumeHandle": .string("vol-\(volume.uid.prefix(13))"), "fsType": "ext4",
      ]
    } else {
      spec["nfs"] = ["server": "172.16.200.10", "path": .string("/exports/\(volume.name)")]
    }
    if let zone = volume.zone {
      spec["nodeAffinity"] = [
        "required": [
          "nodeSelectorTerms": [
            [
              "matchExpressions": [
                ["key": "topology.kubernetes.io/zone", "operator": "In", "values": [.string(zone)]]
              ]
            ]
          ]
        ]
      ]
    }
    return [
      "apiVersion": "v1", "kind": "PersistentVolume",
      "metadata": Self.metadata(volume.name, uid: volume.uid, created: volume.createdAt, labels: volume.labels),
      "spec": spec, "status": ["phase": .string(volume.phase)],
    ]
  }

  func storageClass(_ storageClass: ClusterStorageClass) -> APIValue {
    [
      "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "provisioner": .string(storageClass.provisioner),
      "reclaimPolicy": "Delete", "allowVolumeExpansion": true,
      "volumeBindingMode": storageClass.waitsForConsumer ? "WaitForFirstConsumer" : "Immediate",
      "metadata": Self.metadata(
        storageClass.name, uid: Self.uid(of: "class \(storageClass.name)"), created: storageClass.createdAt,
        annotations: storageClass.isDefault ? ["storageclass.kubernetes.io/is-default-class": "true"] : [:]),
    ]
  }

  func quota(_ quota: ClusterQuota) -> APIValue {
    let use = QuotaUse(of: quota.namespace, in: cluster)
    func amounts(_ amount: (String, Int) -> Int) -> APIValue {
      .object(
        Dictionary(
          uniqueKeysWithValues: quota.hard.map {
            ($0.key, APIValue.string(Quantity.text(amount($0.key, $0.value), of: $0.key)))
          }))
    }
    let hard = amounts { $1 }
    return [
      "apiVersion": "v1", "kind": "ResourceQuota",
      "metadata": Self.metadata(
        quota.name, namespace: quota.namespace, uid: Self.uid(of: "quota \(quota.namespace)/\(quota.name)"),
        created: quota.createdAt, changed: quota.changedAt, manager: "kubectl-client-side-apply"),
      "spec": ["hard": hard], "status": ["hard": hard, "used": amounts { key, _ in use[key] }],
    ]
  }

  func serviceAccount(_ account: NamespacedName) -> APIValue {
    [
      "apiVersion": "v1", "kind": "ServiceAccount",
      "metadata": Self.metadata(
        account.name, namespace: account.namespace, uid: Self.uid(of: "account \(account.namespace)/\(account.name)"),
        created: cluster.namespaces[account.namespace] ?? cluster.now),
    ]
  }

  /// Values are dummies: nothing here is read from anywhere.
  func keyed(_ object: KeyedObject, kind: String) -> APIValue {
    let isSecret = kind == "Secret"
    let data = Dictionary(
      uniqueKeysWithValues: object.keys.map { ($0, APIValue.string(isSecret ? "ZHVtbXk=" : "dummy")) })
    return [
      "apiVersion": "v1", "kind": .string(kind), "data": .object(data),
      "type": isSecret ? .string(object.type) : .null,
      "metadata": Self.metadata(
        object.name, namespace: object.namespace, uid: Self.uid(of: "\(kind) \(object.namespace)/\(object.name)"),
        created: object.createdAt),
    ]
  }
}

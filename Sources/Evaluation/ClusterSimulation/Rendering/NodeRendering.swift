extension APIObject {
  func node(_ node: ClusterNode) -> APIValue {
    let taints: [APIValue] = node.allTaints.map {
      [
        "key": .string($0.key), "value": APIValue($0.value), "effect": .string($0.effect),
        "timeAdded": Self.time($0.addedAt),
      ]
    }
    var capacity: [String: APIValue] = [
      "cpu": .string(Quantity.cpu((node.cpuMillicores + 999) / 1000 * 1000)),
      "memory": .string("\((node.memoryMebibytes + 500) * 1024)Ki"), "pods": .string("\(node.maximumPods)"),
      "ephemeral-storage": "101430960Ki", "hugepages-2Mi": "0",
    ]
    var allocatable = capacity
    allocatable["cpu"] = .string(Quantity.cpu(node.cpuMillicores))
    allocatable["memory"] = .string("\(node.memoryMebibytes * 1024)Ki")
    allocatable["ephemeral-storage"] = "93478772582"
    for (name, count) in node.extended {
      capacity[name] = .string("\(count)")
      allocatable[name] = .string("\(count)")
    }
    return [
      "apiVersion": "v1", "kind": "Node",
      "metadata": Self.metadata(
        node.name, uid: node.uid, created: node.createdAt, labels: node.hostnameLabels,
        annotations: ["node.alpha.kubernetes.io/ttl": "0"], changed: cluster.now - 40, manager: "kubelet",
        fields: "f:status"),
      "spec": [
        "podCIDR": .string("10.\(100 + node.podNetwork / 250).\(node.podNetwork % 250).0/24"),
        "unschedulable": node.isCordoned ? true : .null, "taints": .omittingEmpty(taints),
        "providerID": .string("sim://\(node.zone)/\(node.uid.prefix(8))"),
      ],
      "status": [
        "addresses": [
          ["type": "InternalIP", "address": .string(node.address)],
          ["type": "Hostname", "address": .string(node.name)],
        ], "capacity": .object(capacity), "allocatable": .object(allocatable), "conditions": .list(conditions(node)),
        "daemonEndpoints": ["kubeletEndpoint": ["Port": 10_250]],
        "nodeInfo": [
          "kubeletVersion": .string("v1.\(cluster.minorVersion).4"), "operatingSystem": "linux",
          "architecture": "amd64", "osImage": "Debian GNU/Linux 12 (bookworm)", "kernelVersion": "6.1.0-28-amd64",
          "containerRuntimeVersion": .string(cluster.runtime),
          "kubeProxyVersion": .string("v1.\(cluster.minorVersion).4"),
          "bootID": .string(Self.uid(of: "boot \(node.uid) \(node.bootedAt)")), "machineID": .string(node.uid),
          "systemUUID": .string(node.uid),
        ],
      ],
    ]
  }

  private func conditions(_ node: ClusterNode) -> [APIValue] {
    let quiet: [(type: String, reason: String, message: String)] = [
      ("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
      ("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
      ("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ]
    let pressed = [
      "MemoryPressure": ("KubeletHasInsufficientMemory", "kubelet has insufficient memory available"),
      "DiskPressure": ("KubeletHasDiskPressure", "kubelet has disk pressure"),
      "PIDPressure": ("KubeletHasInsufficientPID", "kubelet has insufficient PID available"),
    ]
    if case .unknown(let since) = node.health {
      return (quiet.map(\.type) + ["Ready"]).map { type in
        [
          "type": .string(type), "status": "Unknown", "reason": "NodeStatusUnknown",
          "message": "Kubelet stopped posting node status.", "lastTransitionTime": Self.time(since),
          "lastHeartbeatTime": Self.time(since - 55),
        ]
      }
    }
    var conditions: [APIValue] = quiet.map { one in
      if case .pressure(one.type, let since) = node.health, let words = pressed[one.type] {
        return heartbeat(Self.condition(one.type, true, at: since, reason: words.0, message: words.1))
      }
      return heartbeat(Self.condition(one.type, false, at: node.bootedAt, reason: one.reason, message: one.message))
    }
    if case .notReady(let since, let message) = node.health {
      conditions.append(
        heartbeat(Self.condition("Ready", false, at: since, reason: "KubeletNotReady", message: message)))
    } else {
      conditions.append(
        heartbeat(
          Self.condition(
            "Ready", true, at: node.bootedAt + 30, reason: "KubeletReady",
            message: "kubelet is posting ready status")))
    }
    return conditions
  }

  private func heartbeat(_ condition: APIValue) -> APIValue {
    var condition = condition
    condition["lastHeartbeatTime"] = Self.time(cluster.now - 40)
    return condition
  }

  func lease(_ lease: ClusterLease) -> APIValue {
    let isNode = lease.namespace == "kube-node-lease"
    let owner: APIValue =
      isNode
      ? cluster.nodes.first { $0.name == lease.name }.map {
        ["apiVersion": "v1", "kind": "Node", "name": .string($0.name), "uid": .string($0.uid)]
      } ?? .null : .null
    return [
      "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
      "metadata": Self.metadata(
        lease.name, namespace: lease.namespace, uid: Self.uid(of: "lease \(lease.namespace)/\(lease.name)"),
        created: lease.acquiredAt, owner: owner, changed: lease.renewedAt),
      "spec": [
        "holderIdentity": .string(lease.holder), "leaseDurationSeconds": .int(lease.durationSeconds),
        "renewTime": Self.microTime(lease.renewedAt, microseconds: 417_203),
        "acquireTime": isNode ? .null : Self.microTime(lease.acquiredAt), "leaseTransitions": isNode ? .null : 2,
      ],
    ]
  }

  /// To whom a namespace belongs, as its labels say.
  static func team(of namespace: String) -> String {
    var random = SeededRandom(seed: 0, purpose: "team of \(namespace)")
    return random.pick(["web", "data", "platform", "payments", "mobile", "search"]) ?? "web"
  }

  func namespace(_ name: String) -> APIValue {
    [
      "apiVersion": "v1", "kind": "Namespace",
      "metadata": Self.metadata(
        name, uid: Self.uid(of: "namespace \(name)"), created: cluster.namespaces[name] ?? cluster.now,
        labels: ["kubernetes.io/metadata.name": name, "team": Self.team(of: name)]),
      "spec": ["finalizers": ["kubernetes"]],
      "status": ["phase": "Active"],
    ]
  }
}

import IncidentModel
import KubernetesDiagnosis
import KubernetesObjects
import TextReading

/// A small healthy cluster as API objects, to be damaged by tests: a control-plane node, two workers, the deployments
/// `web` and `api` with a service each, a client relation from web to api, and the noise of any cluster.
struct MadeUpCluster {
  /// By `Kind/name`.
  private(set) var objects: [String: APIValue] = [:]
  var processes: [String: [String: String]] = [:]
  var probes: [ConnectionProbe] = []
  var logs: [String: String] = [:]
  var measurements = ClusterMeasurements()
  private var eventCount = 0

  static let now = Timestamp(rfc3339: "2026-03-01T12:00:00Z") ?? Timestamp(nanoseconds: 0)

  static func time(_ ageSeconds: Int) -> APIValue { .text("\(now.advanced(bySeconds: Double(-ageSeconds)))") }

  subscript(_ key: String, _ path: String) -> APIValue? {
    get { objects[key]?[path] }
    set { objects[key]?[path] = newValue }
  }

  mutating func remove(_ key: String) { objects[key] = nil }

  mutating func add(
    _ kind: String, _ name: String, api: String = "v1", namespace: String? = "shop", labels: APIValue = [:],
    owner: (kind: String, name: String)? = nil, age: Int = 86_400, _ body: APIValue
  ) {
    var object = body
    object["apiVersion"] = .text(api)
    object["kind"] = .text(kind)
    object["metadata"] = [
      "name": .text(name), "labels": labels, "creationTimestamp": Self.time(age), "uid": .text("uid-\(kind)-\(name)"),
    ]
    if let namespace { object["metadata.namespace"] = .text(namespace) }
    if let owner {
      object["metadata.ownerReferences"] = [
        ["kind": .text(owner.kind), "name": .text(owner.name), "controller": true, "uid": "u"]
      ]
    }
    objects["\(kind)/\(name)"] = object
  }

  mutating func event(
    _ kind: String, _ name: String, _ reason: String, _ message: String, age: Int = 20, count: Int = 5,
    type: String = "Warning", namespace: String = "shop"
  ) {
    eventCount += 1
    add(
      "Event", "e\(eventCount)", namespace: namespace, age: age + 60,
      [
        "involvedObject": ["kind": .text(kind), "name": .text(name), "namespace": .text(namespace)],
        "reason": .text(reason), "message": .text(message), "type": .text(type), "count": .number(count),
        "firstTimestamp": Self.time(age + 60), "lastTimestamp": Self.time(age),
      ])
  }

  // MARK: - Parts

  mutating func node(_ name: String, isControlPlane: Bool = false, cpu: String = "4", memory: String = "8Gi") {
    add(
      "Node", name, namespace: nil,
      labels: isControlPlane
        ? ["kubernetes.io/hostname": .text(name), "node-role.kubernetes.io/control-plane": ""]
        : ["kubernetes.io/hostname": .text(name), "disk": "ssd"],
      [
        "spec": [:],
        "status": [
          "allocatable": ["cpu": .text(cpu), "memory": .text(memory), "pods": "110"],
          "conditions": [
            [
              "type": "Ready", "status": "True", "reason": "KubeletReady", "message": "kubelet is posting ready status",
              "lastTransitionTime": Self.time(80_000), "lastHeartbeatTime": Self.time(20),
            ]
          ],
        ],
      ])
    if isControlPlane {
      self["Node/\(name)", "spec.taints"] = [
        ["key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"]
      ]
    }
    add(
      "Lease", name, api: "coordination.k8s.io/v1", namespace: "kube-node-lease",
      ["spec": ["holderIdentity": .text(name), "renewTime": Self.time(3), "leaseDurationSeconds": 40]])
  }

  mutating func deployment(_ name: String, replicas: Int = 2, container: APIValue? = nil) {
    let labels: APIValue = ["app": .text(name)]
    let main =
      container ?? [
        "name": .text(name), "image": .text("registry.example/\(name):1"),
        "ports": [["containerPort": 8080, "name": "http"]],
        "resources": ["requests": ["cpu": "500m", "memory": "256Mi"]],
      ]
    let template: APIValue = [
      "metadata": ["labels": labels], "spec": ["serviceAccountName": "default", "containers": [main]],
    ]
    let spec: APIValue = [
      "replicas": .number(replicas), "selector": ["matchLabels": labels], "template": template,
    ]
    let status: APIValue = [
      "replicas": .number(replicas), "readyReplicas": .number(replicas), "availableReplicas": .number(replicas),
    ]
    add("Deployment", name, api: "apps/v1", labels: labels, ["spec": spec, "status": status])
    add(
      "ReplicaSet", "\(name)-1", api: "apps/v1", labels: labels, owner: ("Deployment", name),
      ["spec": spec, "status": status])
    self["ReplicaSet/\(name)-1", "metadata.annotations"] = ["deployment.kubernetes.io/revision": "1"]
    for number in 1...max(1, replicas) { pod("\(name)-1-\(number)", of: name, main, node: "n\((number - 1) % 2 + 1)") }
  }

  mutating func pod(_ name: String, of deployment: String, _ container: APIValue, node: String) {
    let containerName = container["name"] ?? "c"
    add(
      "Pod", name, labels: ["app": .text(deployment)], owner: ("ReplicaSet", "\(deployment)-1"), age: 7200,
      [
        "spec": ["nodeName": .text(node), "serviceAccountName": "default", "containers": [container]],
        "status": [
          "phase": "Running", "startTime": Self.time(7200),
          "conditions": [
            ["type": "PodScheduled", "status": "True", "lastTransitionTime": Self.time(7200)],
            ["type": "Ready", "status": "True", "lastTransitionTime": Self.time(7190)],
          ],
          "containerStatuses": [
            [
              "name": containerName, "ready": true, "restartCount": 0,
              "state": ["running": ["startedAt": Self.time(7195)]],
            ]
          ],
        ],
      ])
  }

  mutating func service(_ name: String, port: Int = 80) {
    add(
      "Service", name,
      [
        "spec": [
          "selector": ["app": .text(name)], "clusterIP": "10.0.0.9",
          "ports": [["port": .number(port), "targetPort": 8080, "protocol": "TCP"]],
        ]
      ])
  }

  // MARK: - Whole

  static var healthy: MadeUpCluster {
    var cluster = MadeUpCluster()
    cluster.node("cp", isControlPlane: true)
    cluster.node("n1")
    cluster.node("n2")
    cluster.deployment("web")
    cluster.deployment("api")
    cluster.service("web")
    cluster.service("api")
    cluster["Deployment/web", "spec.template.spec.containers.0.env"] = [
      ["name": "API_ADDR", "value": "api:80"], ["name": "TRACING_HOST", "value": "jaeger"],
    ]
    cluster.add("ServiceAccount", "default", [:])
    cluster.add("Secret", "any", ["data": [:]])
    cluster.add("ConfigMap", "any", ["data": [:]])
    cluster.add(
      "StorageClass", "fast", api: "storage.k8s.io/v1", namespace: nil, ["provisioner": "disk.example"])
    cluster.add("PersistentVolumeClaim", "other", ["spec": ["volumeName": "pv-other"], "status": ["phase": "Bound"]])
    for component in ["kube-scheduler", "kube-controller-manager"] {
      cluster.add(
        "Lease", component, api: "coordination.k8s.io/v1", namespace: "kube-system",
        ["spec": ["holderIdentity": "cp_1", "renewTime": time(2)]])
    }
    return cluster
  }

  func snapshot(order: [Int]? = nil) throws -> ClusterSnapshot {
    let sorted = objects.sorted { $0.key < $1.key }.map(\.value.json)
    let items = order.map { places in places.map { sorted[$0] } } ?? sorted
    let text = #"{"apiVersion":"v1","kind":"List","items":[\#(items.joined(separator: ","))]}"#
    var snapshot = ClusterSnapshot()
    try ObjectReader().read(FileBytes(name: "cluster.json", bytes: Array(text.utf8)), into: &snapshot)
    snapshot.nodeProcesses = processes
    snapshot.probes = probes
    for (name, log) in logs { snapshot.podLogs[ObjectName(name, in: "shop")] = log }
    return snapshot
  }

  func diagnosis() throws -> ClusterDiagnosis { ClusterDiagnosis(try snapshot(), measurements: measurements) }

  /// An hour of a series, every half minute, that left its usual level twenty minutes ago.
  /// - Parameter age: seconds since it went back; 0 where it has not.
  mutating func measure(
    _ component: String, _ metric: String, _ quantity: ClusterMeasurements.Quantity, usual: Double, now: Double,
    until age: Int = 0
  ) {
    let ages = (0..<120).map { 30 * (119 - $0) }
    measurements.series.append(
      ClusterMeasurements.Series(
        component: component, metric: metric, quantity: quantity,
        times: ages.map { Self.now.nanoseconds - Int64($0) * 1_000_000_000 },
        values: ages.enumerated().map { row, rowAge in
          (rowAge <= 1200 && rowAge >= age ? now : usual) * (1 + 0.02 * Double(row % 5 - 2))
        }))
  }

  // MARK: - Damage that many tests need

  /// A pod of `web` that has no node, with what the scheduler said.
  mutating func pending(_ message: String?, age: Int = 600) {
    remove("Pod/web-1-2")
    self["Deployment/web", "status.readyReplicas"] = 1
    add(
      "Pod", "web-1-9", labels: ["app": "web"], owner: ("ReplicaSet", "web-1"), age: age,
      [
        "spec": self["Deployment/web", "spec.template.spec"] ?? [:],
        "status": ["phase": "Pending"],
      ])
    guard let message else { return }
    self["Pod/web-1-9", "status.conditions"] = [
      [
        "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": .text(message),
        "lastTransitionTime": Self.time(age),
      ]
    ]
    event("Pod", "web-1-9", "FailedScheduling", message)
  }

  /// The first pod of `web` does not get going.
  mutating func waiting(_ reason: String, _ message: String, restarts: Int = 0) {
    unready()
    self["Pod/web-1-1", "status.containerStatuses.0.restartCount"] = .number(restarts)
    self["Pod/web-1-1", "status.containerStatuses.0.state"] = [
      "waiting": ["reason": .text(reason), "message": .text(message)]
    ]
  }

  mutating func unready(since age: Int = 500) {
    self["Pod/web-1-1", "status.conditions.1.status"] = "False"
    self["Pod/web-1-1", "status.conditions.1.lastTransitionTime"] = Self.time(age)
    self["Pod/web-1-1", "status.containerStatuses.0.ready"] = false
  }

  /// It has ended, and is about to be started again.
  mutating func crashed(_ reason: String, exitCode: Int, message: String = "", restarts: Int = 6) {
    waiting("CrashLoopBackOff", "back-off 5m0s restarting failed container", restarts: restarts)
    self["Pod/web-1-1", "status.containerStatuses.0.lastState"] = [
      "terminated": [
        "reason": .text(reason), "exitCode": .number(exitCode), "message": .text(message), "finishedAt": Self.time(60),
      ]
    ]
  }

  /// A probe that fails now; liveness restarts the container.
  mutating func probe(_ kind: String, _ probe: APIValue, _ failure: String) {
    unready()
    self["Pod/web-1-1", "spec.containers.0.\(kind)Probe"] = probe
    if kind == "liveness" {
      self["Pod/web-1-1", "status.containerStatuses.0.restartCount"] = 4
      self["Pod/web-1-1", "status.containerStatuses.0.state"] = ["running": ["startedAt": Self.time(15)]]
      event("Pod", "web-1-1", "Killing", "Container web failed liveness probe, will be restarted", type: "Normal")
    }
    event("Pod", "web-1-1", "Unhealthy", "\(kind.capitalized) probe failed: \(failure)")
  }

  /// What replicas lack, and why the controller says they do.
  mutating func refused(_ message: String) {
    remove("Pod/web-1-2")
    self["ReplicaSet/web-1", "status.replicas"] = 1
    self["ReplicaSet/web-1", "status.conditions"] = [
      [
        "type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": .text(message),
        "lastTransitionTime": Self.time(300),
      ]
    ]
    event("ReplicaSet", "web-1", "FailedCreate", "Error creating: \(message)")
  }

  /// A claim that a pod of `web` waits for.
  mutating func claim(_ spec: APIValue, volume: APIValue? = nil, labels: APIValue = [:], phase: String = "Available") {
    pending("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.")
    self["Pod/web-1-9", "spec.volumes"] = [["name": "data", "persistentVolumeClaim": ["claimName": "web-data"]]]
    add("PersistentVolumeClaim", "web-data", age: 600, ["spec": spec, "status": ["phase": "Pending"]])
    guard let volume else { return }
    add(
      "PersistentVolume", "pv-1", namespace: nil, labels: labels, ["spec": volume, "status": ["phase": .text(phase)]])
  }
}

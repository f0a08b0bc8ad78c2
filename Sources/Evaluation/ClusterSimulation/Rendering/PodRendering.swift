extension APIObject {
  func pod(_ pod: ClusterPod) -> APIValue {
    let workload = cluster.workloads[pod.workload]
    let revision = workload.revisions[pod.revision]
    var labels = revision.template.labels
    var annotations: [String: String] = [:]
    let owner: APIValue
    var generateName: String?
    switch workload.kind {
    case .deployment:
      labels["pod-template-hash"] = revision.hash
      let replicaSet = workload.replicaSetName(pod.revision)
      owner = Self.owner("apps/v1", "ReplicaSet", replicaSet, uid: revision.uid)
      generateName = replicaSet + "-"
    case .statefulSet:
      labels["controller-revision-hash"] = "\(workload.name)-\(revision.hash)"
      labels["statefulset.kubernetes.io/pod-name"] = pod.name
      owner = Self.owner("apps/v1", "StatefulSet", workload.name, uid: workload.uid)
      generateName = workload.name + "-"
    case .daemonSet:
      labels["controller-revision-hash"] = revision.hash
      labels["pod-template-generation"] = "1"
      owner = Self.owner("apps/v1", "DaemonSet", workload.name, uid: workload.uid)
      generateName = workload.name + "-"
    case .job:
      labels["job-name"] = workload.name
      labels["batch.kubernetes.io/job-name"] = workload.name
      owner = Self.owner("batch/v1", "Job", workload.name, uid: workload.uid)
      generateName = workload.name + "-"
    case .staticPod:
      annotations["kubernetes.io/config.source"] = "file"
      annotations["kubernetes.io/config.mirror"] = revision.hash
      owner = pod.node.map { Self.owner("v1", "Node", cluster.nodes[$0].name, uid: cluster.nodes[$0].uid) } ?? .null
    }
    var metadata = Self.metadata(
      pod.name, namespace: workload.namespace, uid: pod.uid, created: pod.createdAt, labels: labels,
      annotations: annotations, owner: owner, changed: pod.readinessChangedAt, manager: "kubelet", fields: "f:status")
    metadata["generateName"] = APIValue(generateName)
    if let deletedAt = pod.deletedAt {
      metadata["deletionTimestamp"] = Self.time(deletedAt)
      metadata["deletionGracePeriodSeconds"] = 30
    }
    return [
      "apiVersion": "v1", "kind": "Pod", "metadata": metadata,
      "spec": podSpec(revision.template, workload: workload, pod: pod), "status": podStatus(pod, revision.template),
    ]
  }

  private func podStatus(_ pod: ClusterPod, _ template: PodTemplate) -> APIValue {
    let isBestEffort = template.cpuRequest == 0 && template.memoryRequest == 0
    var status: APIValue = [
      "phase": .string(pod.phase), "qosClass": isBestEffort ? "BestEffort" : "Burstable",
      "conditions": .omittingEmpty(podConditions(pod)), "reason": APIValue(pod.ended?.reason),
      "message": APIValue(pod.ended?.message),
    ]
    guard let node = pod.node else { return status }
    status["hostIP"] = .string(cluster.nodes[node].address)
    status["startTime"] = Self.time(pod.createdAt + 1)
    if pod.ended?.reason == "Evicted" { return status }
    status["hostIPs"] = [["ip": .string(cluster.nodes[node].address)]]
    if !pod.address.isEmpty {
      status["podIP"] = .string(pod.address)
      status["podIPs"] = [["ip": .string(pod.address)]]
    }
    status["containerStatuses"] = .list(pod.containers.map { containerStatus($0, template.containers) })
    status["initContainerStatuses"] = .omittingEmpty(
      pod.initContainers.map { containerStatus($0, template.initContainers) })
    return status
  }

  private func podConditions(_ pod: ClusterPod) -> [APIValue] {
    guard pod.node != nil else {
      guard let message = pod.unschedulable else { return [] }
      return [
        Self.condition("PodScheduled", false, at: pod.createdAt, reason: "Unschedulable", message: message)
      ]
    }
    if pod.ended?.reason == "Evicted" {
      return [
        Self.condition(
          "DisruptionTarget", true, at: pod.readinessChangedAt, reason: "TerminationByKubelet",
          message: pod.ended?.message)
      ]
    }
    let isComplete = pod.ended?.phase == "Succeeded"
    let waiting = pod.containers.filter { !$0.isReady }.map(\.name)
    let unready = "containers with unready status: [\(waiting.joined(separator: " "))]"
    let reason = pod.isReady ? nil : isComplete ? "PodCompleted" : "ContainersNotReady"
    let initialization = pod.initContainers.filter {
      if case .terminated(let end) = $0.state { end.exitCode != 0 } else { true }
    }.map(\.name)
    let incomplete = "containers with incomplete status: [\(initialization.joined(separator: " "))]"
    func ready(_ type: String) -> APIValue {
      if pod.isOnLostNode, waiting.isEmpty {
        return Self.condition(type, type == "ContainersReady", at: pod.readinessChangedAt)
      }
      return Self.condition(
        type, pod.isReady, at: pod.readinessChangedAt, reason: reason,
        message: pod.isReady || isComplete ? nil : unready)
    }
    var conditions = [
      Self.condition(
        "Initialized", pod.isInitialized, at: pod.createdAt + 1,
        reason: pod.isInitialized ? nil : "ContainersNotInitialized", message: pod.isInitialized ? nil : incomplete),
      ready("Ready"), ready("ContainersReady"), Self.condition("PodScheduled", true, at: pod.createdAt),
    ]
    if cluster.minorVersion >= 29 {
      conditions.insert(
        Self.condition("PodReadyToStartContainers", !pod.address.isEmpty, at: pod.createdAt + 2), at: 0)
    }
    return conditions
  }

  private func containerStatus(_ record: ContainerRecord, _ templates: [ContainerTemplate]) -> APIValue {
    let image = templates.first { $0.name == record.name }?.image ?? ""
    let hasRun: Bool
    let state: APIValue
    switch record.state {
    case .running(let since):
      hasRun = true
      state = ["running": ["startedAt": Self.time(since)]]
    case .waiting(let reason, let message):
      hasRun = record.last != nil
      state = ["waiting": ["reason": .string(reason), "message": APIValue(message)]]
    case .terminated(let end):
      hasRun = true
      state = ["terminated": termination(end, record.name)]
    }
    let isRunning = if case .running = record.state { true } else { false }
    let digest = Self.uid(of: image).replacing("-", with: "")
    let repository = String(image.prefix(upTo: image.lastIndex(of: ":") ?? image.endIndex))
    return [
      "name": .string(record.name), "image": .string(image), "ready": .bool(record.isReady),
      "restartCount": .int(record.restarts), "started": .bool(isRunning), "state": state,
      "imageID": .string(hasRun ? "\(repository)@sha256:\(digest)\(digest)" : ""),
      "containerID": hasRun ? .string("containerd://" + containerID(record.name, record.restarts)) : .null,
      "lastState": record.last.map { ["terminated": termination($0, record.name)] } ?? [:],
    ]
  }

  private func termination(_ end: ContainerRecord.Termination, _ name: String) -> APIValue {
    [
      "reason": .string(end.reason), "exitCode": .int(end.exitCode), "startedAt": Self.time(end.startedAt),
      "finishedAt": Self.time(end.finishedAt), "message": APIValue(end.message),
      "containerID": .string("containerd://" + containerID(name, end.startedAt)),
    ]
  }

  private func containerID(_ name: String, _ number: Int) -> String {
    let digits = Self.uid(of: "\(name) \(number)").replacing("-", with: "")
    return digits + digits
  }
}

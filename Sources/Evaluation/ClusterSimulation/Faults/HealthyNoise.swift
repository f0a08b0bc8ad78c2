/// What has happened and is over, or looks wrong and is meant: in every cluster, faulty or not.
extension FaultInjection {
  mutating func addNoise() {
    let scale = max(1, cluster.applications.count / 25)
    for _ in 0..<(1 + random.index(below: 2 * scale)) { recoveredServiceAccount() }
    for _ in 0..<(1 + random.index(below: 3 * scale)) { optionalAddress() }
    for _ in 0..<(2 + random.index(below: 4 * scale)) { probeFailuresOfReadyPod() }
    for _ in 0..<(1 + random.index(below: 2 * scale)) { rebootEvent() }
    for _ in 0..<(1 + random.index(below: 2 * scale)) { pastScheduling() }
    for _ in 0..<(1 + random.index(below: 2 * scale)) { completedJob() }
    for _ in 0..<(1 + random.index(below: 2 * scale)) { pastOutOfMemory() }
    if random.chance(0.6) { freshRollout() }
    if random.chance(0.6) { scaledToZero() }
    if random.chance(0.4) { pastImagePull() }
    if random.chance(0.3) { undeclaredPort() }
    if random.chance(0.4) { reservedNode() }
    if random.chance(0.3) { pastEviction() }
    if random.chance(0.3) { nearlyFullQuota() }
    if random.chance(0.3) { unusedVolumes() }
  }

  /// What somebody may also have measured: states of units, and who reaches whom.
  mutating func addObservations() {
    // Nothing is made beyond a quota.
    for position in cluster.quotas.indices {
      let used = QuotaUse(of: cluster.quotas[position].namespace, in: cluster)
      for (key, hard) in cluster.quotas[position].hard { cluster.quotas[position].hard[key] = max(hard, used[key]) }
    }
    if random.chance(0.2) { healthyProcesses() }
    if random.chance(0.2) { probeEverything() }
    measure()
  }

  private mutating func anyPod() -> Int? {
    let workloads = cluster.workloads
    let fit = cluster.pods.indices.filter {
      let pod = cluster.pods[$0]
      return pod.isReady && pod.deletedAt == nil && workloads[pod.workload].kind != .staticPod
    }
    return random.pick(fit)
  }

  /// An application of its own for a noise, so that faults stay away from it.
  private mutating func quietDeployment() -> Int? {
    let pods = cluster.pods
    let byWorkload = Dictionary(grouping: pods.indices, by: { pods[$0].workload })
    return deployment { one in byWorkload[one.workload]?.allSatisfy { pods[$0].isReady } ?? false }
  }

  /// Written in the second between a namespace's workloads and its service accounts.
  private mutating func recoveredServiceAccount() {
    guard let application = random.pick(Array(cluster.applications.indices)) else { return }
    let one = workload(application)
    guard one.kind == .deployment, one.createFailure == nil, !one.revisions.isEmpty else { return }
    let at = now - 900 - random.index(below: 2500)
    let name = one.replicaSetName(one.revisions.count - 1)
    cluster.note(
      replicaSetOf: cluster.applications[application].workload, revision: one.revisions.count - 1, "FailedCreate",
      "Error creating: pods \"\(name)-\" is forbidden: error looking up service account \(one.namespace)/"
        + "\(one.template.serviceAccount): serviceaccount \"\(one.template.serviceAccount)\" not found",
      first: at, last: at + 2, count: 4)
  }

  /// A variable that names something nobody has installed, and nobody needs.
  private mutating func optionalAddress() {
    guard let application = random.pick(Array(cluster.applications.indices)) else { return }
    let optional = [
      ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://opentelemetry-collector:4317"), ("JAEGER_AGENT_HOST", "jaeger"),
      ("STATSD_ADDR", "statsd-exporter:9125"), ("PROFILER_ADDR", "pyroscope:4040"),
      ("FEATURE_FLAG_URL", "http://unleash-proxy:4242/api"), ("COLLECTOR_SERVICE_ADDR", "tempo-distributor:4317"),
    ]
    guard let choice = random.pick(optional) else { return }
    editAll(application) { template in
      template.containers[0].environment.append(
        ContainerTemplate.EnvironmentVariable(name: choice.0, value: .text(choice.1)))
    }
  }

  private mutating func probeFailuresOfReadyPod() {
    guard let pod = anyPod() else { return }
    let one = cluster.pods[pod]
    let container = cluster.workloads[one.workload].template.containers[0]
    guard container.readiness != nil || container.liveness != nil else { return }
    let kind =
      container.readiness == nil || (container.liveness != nil && random.chance(0.3)) ? "Liveness" : "Readiness"
    let port = container.ports.first?.number ?? 8080
    let at = now - 300 - random.index(below: 3000)
    let failures = [
      "Get \"http://\(one.address):\(port)/ready\": context deadline exceeded (Client.Timeout exceeded while awaiting "
        + "headers)",
      "Get \"http://\(one.address):\(port)/ready\": dial tcp \(one.address):\(port): connect: "
        + "connection refused", "HTTP probe failed with statuscode: 503",
    ]
    cluster.note(
      one, "Unhealthy", "\(kind) probe failed: \(random.pick(failures) ?? failures[0])", from: "kubelet", first: at,
      last: at + random.index(below: 60), count: 1 + random.index(below: kind == "Liveness" ? 2 : 12),
      container: container.name)
  }

  private mutating func rebootEvent() {
    let node = random.index(below: cluster.nodes.count)
    let at = now - 1500 - random.index(below: 1800)
    cluster.note(
      node: node, "Rebooted",
      "Node \(cluster.nodes[node].name) has been rebooted, boot id: "
        + APIObject.uid(of: "boot \(cluster.nodes[node].uid) \(cluster.nodes[node].bootedAt)"), from: "kubelet",
      first: at, last: at)
    if random.chance(0.5) {
      cluster.note(
        node: node, "NodeNotReady", "Node \(cluster.nodes[node].name) status is now: NodeNotReady", warning: false,
        from: "kubelet", first: at - 40, last: at - 40)
    }
  }

  private mutating func pastScheduling() {
    guard let pod = anyPod() else { return }
    let at = now - 600 - random.index(below: 2400)
    let all = "0/\(cluster.nodes.count) nodes are available"
    let messages = [
      "\(all): \(cluster.nodes.count) Insufficient cpu. preemption: \(all): \(cluster.nodes.count) No preemption victims "
        + "found for incoming pod.",
      "\(all): pod has unbound immediate PersistentVolumeClaims. preemption: \(all): \(cluster.nodes.count) Preemption is "
        + "not helpful for scheduling.",
    ]
    cluster.note(
      cluster.pods[pod], "FailedScheduling", random.pick(messages) ?? messages[0], from: "default-scheduler", first: at,
      last: at + 20, count: 2)
  }

  /// A Job that succeeded at the second or third attempt; the failed pods are kept.
  private mutating func completedJob() {
    let namespaces = cluster.namespaces.keys.filter { !$0.hasPrefix("kube-") }.sorted()
    let name = "\(names.application())-\(29_000_000 + random.index(below: 900_000))"
    let failed = random.index(below: 3)
    let created = now - 1800 - random.index(below: 80_000)
    var template = PodTemplate(
      labels: ["job": name],
      containers: [
        ContainerTemplate(
          name: "job", image: "\(names.registry)/batch:\(names.imageTag())", cpuRequest: 50, memoryRequest: 64,
          cpuLimit: 200, memoryLimit: 128)
      ])
    template.restartPolicy = "Never"
    template.tolerations = ClusterGeneration.usualTolerations
    cluster.workloads.append(
      ClusterWorkload(
        kind: .job, namespace: random.pick(namespaces) ?? "default", name: name, uid: names.uid(),
        labels: ["job": name], selector: [:], replicas: 1,
        revisions: [
          ClusterWorkload.Revision(
            template: template, hash: names.templateHash(), uid: names.uid(), createdAt: created, number: 1)
        ], createdAt: created, changedAt: created, changedBy: "kube-controller-manager", generation: 1,
        failedAttempts: failed, completedAt: created + 90 * (failed + 1)))
    for attempt in 0...failed {
      let pod = newPod(cluster.workloads.count - 1, at: created + 90 * attempt, ordinal: 0)
      assign(pod)
      let isLast = attempt == failed
      let end = created + 90 * attempt + 60
      cluster.pods[pod].containers[0].state = .terminated(
        ContainerRecord.Termination(
          reason: isLast ? "Completed" : "Error", exitCode: isLast ? 0 : 1, startedAt: end - 55, finishedAt: end))
      cluster.pods[pod].ended = ClusterPod.Ending(phase: isLast ? "Succeeded" : "Failed", at: end)
      cluster.pods[pod].readinessChangedAt = end
    }
  }

  private mutating func pastOutOfMemory() {
    guard let pod = anyPod() else { return }
    let at = now - 8 * 3600 - random.index(below: 20 * 86_400)
    guard at > cluster.pods[pod].createdAt else { return }
    cluster.pods[pod].containers[0].restarts = 1 + random.index(below: 3)
    cluster.pods[pod].containers[0].last = ContainerRecord.Termination(
      reason: random.chance(0.7) ? "OOMKilled" : "Error", exitCode: 137, startedAt: cluster.pods[pod].createdAt,
      finishedAt: at)
    cluster.pods[pod].containers[0].state = .running(since: at + 1)
  }

  /// Half a minute old: the new pod is being started.
  private mutating func freshRollout() {
    guard let application = quietDeployment() else { return }
    let before = since
    since = now - 8 - random.index(below: 20)
    let image = "\(names.registry)/\(workload(application).name):\(names.imageTag())"
    let position = cluster.applications[application].workload
    let wasRecreating = cluster.workloads[position].recreates
    let draw = random
    // A rollout that replaces all at once would leave nothing in between.
    for attempt in 0..<20 {
      var trial = self
      trial.random = SeededRandom(seed: UInt64(attempt), purpose: "rollout")
      let pods = trial.rollOut(application, .stuck) { $0.containers[0].image = image }
      guard trial.cluster.workloads[position].recreates == wasRecreating else { continue }
      for pod in pods { trial.assign(pod, hasAddress: false) }
      self = trial
      break
    }
    random = draw
    since = before
  }

  private mutating func scaledToZero() {
    let called = Set(cluster.applications.flatMap(\.calls))
    let services = Set(called.map { cluster.applications[$0].service })
    guard let application = deployment(where: { !services.contains($0.service) }) else { return }
    let position = cluster.applications[application].workload
    cluster.workloads[position].replicas = 0
    cluster.workloads[position].revisions[cluster.workloads[position].revisions.count - 1].number = 0
    cluster.workloads[position].changedAt = now - 86_400
    cluster.pods = cluster.pods.filter { $0.workload != position }
  }

  private mutating func pastImagePull() {
    guard let pod = anyPod() else { return }
    let one = cluster.pods[pod]
    let container = cluster.workloads[one.workload].template.containers[0]
    let at = now - 900 - random.index(below: 2400)
    cluster.note(
      one, "Failed",
      "Failed to pull image \"\(container.image)\": rpc error: code = Unknown desc = failed to pull and "
        + "unpack image \"\(container.image)\": failed to resolve reference \"\(container.image)\": failed to do request: "
        + "Head \"https://registry/v2/\": dial tcp: lookup registry on 172.16.0.2:53: no such host", from: "kubelet",
      first: at, last: at + 30, count: 2, container: container.name)
  }

  /// Ports in a manifest are for information: an application may listen on one that is not there.
  private mutating func undeclaredPort() {
    guard let application = quietDeployment() else { return }
    let port = workload(application).template.containers[0].ports.first?.number ?? 8080
    editAll(application) { template in
      template.containers[0].ports = []
      template.containers[0].readiness = template.containers[0].readiness.map { probe in
        var probe = probe
        probe.action = .tcp(.number(port))
        return probe
      }
      template.containers[0].liveness = nil
    }
    cluster.services[cluster.applications[application].service].ports[0].target = .number(port)
  }

  /// A worker that is reserved, with nothing waiting for it.
  private mutating func reservedNode() {
    guard cluster.nodes.count > 6, let node = worker() else { return }
    cluster.nodes[node].taints.append(NodeTaint(key: "dedicated", value: names.word(), effect: "NoSchedule"))
  }

  /// A pod that was evicted hours ago; its place has long been taken.
  private mutating func pastEviction() {
    guard let pod = anyPod(), cluster.workloads[cluster.pods[pod].workload].kind == .deployment else { return }
    var gone = cluster.pods[pod]
    let workload = cluster.workloads[gone.workload]
    gone.name = "\(workload.replicaSetName(gone.revision))-\(names.podSuffix())"
    gone.uid = names.uid()
    let at = now - 5 * 3600
    gone.ended = ClusterPod.Ending(
      phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory. ", at: at)
    gone.containers[0].isReady = false
    gone.createdAt = at - 9000
    gone.readinessChangedAt = at
    cluster.pods.append(gone)
  }

  /// Used up to the last, with nothing missing.
  private mutating func nearlyFullQuota() {
    let applied = Set(cluster.quotas.map(\.namespace))
    let free = cluster.namespaces.keys.filter { !$0.hasPrefix("kube-") && $0 != "default" && !applied.contains($0) }
    guard let namespace = random.pick(free.sorted()), take(namespace: namespace) else { return }
    let used = QuotaUse(of: namespace, in: cluster)["pods"]
    cluster.quotas.append(
      ClusterQuota(
        namespace: namespace, name: "object-counts", hard: ["pods": used], createdAt: now - 86_400 * 20,
        changedAt: now - 86_400 * 20))
  }

  private mutating func unusedVolumes() {
    cluster.volumes.append(
      ClusterVolume(
        name: "pv-spare-\(names.word())", uid: names.uid(), storageClass: "archive", accessModes: ["ReadWriteMany"],
        gibibytes: 100, phase: random.chance(0.5) ? "Available" : "Released", reclaimPolicy: "Retain",
        createdAt: now - 86_400 * 25))
  }
}

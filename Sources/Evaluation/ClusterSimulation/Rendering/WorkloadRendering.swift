extension APIObject {
  func workload(_ position: Int) -> APIValue {
    let workload = cluster.workloads[position]
    return switch workload.kind {
    case .deployment: deployment(position, workload)
    case .statefulSet: statefulSet(position, workload)
    case .daemonSet: daemonSet(position, workload)
    case .job: job(position, workload)
    case .staticPod: .null
    }
  }

  private func object(
    _ workload: ClusterWorkload, apiVersion: String, annotations: [String: String] = [:], spec: APIValue,
    status: APIValue
  ) -> APIValue {
    [
      "apiVersion": .string(apiVersion), "kind": .string(workload.kind.rawValue),
      "metadata": Self.metadata(
        workload.name, namespace: workload.namespace, uid: workload.uid, created: workload.createdAt,
        labels: workload.labels, annotations: annotations, generation: workload.generation,
        changed: workload.changedAt, manager: workload.changedBy), "spec": spec, "status": status,
    ]
  }

  private func template(_ template: PodTemplate, _ workload: ClusterWorkload, hash: String? = nil) -> APIValue {
    var labels = template.labels
    labels["pod-template-hash"] = hash
    return [
      "metadata": ["labels": .map(labels), "creationTimestamp": .null],
      "spec": podSpec(template, workload: workload, pod: nil),
    ]
  }

  private func deployment(_ position: Int, _ workload: ClusterWorkload) -> APIValue {
    let counts = podCounts(position)
    let current = counts[counts.count - 1]
    let all = counts.reduce(0) { $0 + $1.all }
    let available = counts.reduce(0) { $0 + $1.ready }
    let wanted = workload.revisions.reduce(0) { $0 + $1.number }
    let strategy: APIValue =
      workload.recreates
      ? ["type": "Recreate"]
      : ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": "25%", "maxUnavailable": "25%"]]
    let spec: APIValue = [
      "replicas": .int(workload.replicas), "selector": ["matchLabels": .map(workload.selector)],
      "strategy": strategy, "progressDeadlineSeconds": 600, "revisionHistoryLimit": 10,
      "template": template(workload.template, workload),
    ]
    let status: APIValue = [
      "observedGeneration": .int(workload.generation), "replicas": .omittingZero(all),
      "updatedReplicas": .omittingZero(current.all), "readyReplicas": .omittingZero(available),
      "availableReplicas": .omittingZero(available),
      "unavailableReplicas": .omittingZero(max(wanted - available, 0)),
      "conditions": .list(deploymentConditions(workload, counts)),
    ]
    return object(
      workload, apiVersion: "apps/v1",
      annotations: ["deployment.kubernetes.io/revision": "\(workload.revisions.count)"], spec: spec, status: status)
  }

  private func deploymentConditions(_ workload: ClusterWorkload, _ counts: [PodCounts]) -> [APIValue] {
    let current = counts[counts.count - 1]
    let available = counts.reduce(0) { $0 + $1.ready }
    let revision = workload.revisions[workload.revisions.count - 1]
    let isAvailable = available >= workload.replicas - (workload.recreates ? 0 : workload.replicas / 4)
    let isComplete = current.ready >= workload.replicas && counts.dropLast().allSatisfy { $0.all == 0 }
    // A rollout that was once complete stays so, whatever becomes of its pods.
    let isRollingOut = !isComplete && cluster.now - revision.createdAt < 7200
    let isLate = isRollingOut && cluster.now - revision.createdAt > 600
    let name = workload.replicaSetName(workload.revisions.count - 1)
    let progress: (reason: String, words: String) =
      isLate
      ? ("ProgressDeadlineExceeded", "has timed out progressing.")
      : isRollingOut
        ? ("ReplicaSetUpdated", "is progressing.") : ("NewReplicaSetAvailable", "has successfully progressed.")
    var conditions = [
      Self.condition(
        "Available", isAvailable,
        at: isAvailable ? workload.createdAt + 30 : max(revision.createdAt, cluster.now - 2400),
        reason: isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        message: isAvailable
          ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
        updated: revision.createdAt + 20),
      Self.condition(
        "Progressing", !isLate, at: isLate ? revision.createdAt + 600 : workload.createdAt, reason: progress.reason,
        message: "ReplicaSet \"\(name)\" \(progress.words)",
        updated: isLate ? revision.createdAt + 600 : revision.createdAt + 20),
    ]
    if let failure = workload.createFailure {
      conditions.append(
        Self.condition(
          "ReplicaFailure", true, at: failure.since, reason: "FailedCreate", message: failure.message,
          updated: failure.since))
    }
    return conditions
  }

  /// The ReplicaSets of a Deployment, oldest first.
  func replicaSets(_ position: Int) -> [APIValue] {
    let workload = cluster.workloads[position]
    guard workload.kind == .deployment else { return [] }
    let counts = podCounts(position)
    return workload.revisions.indices.map { number in
      let revision = workload.revisions[number]
      var labels = workload.labels
      labels["pod-template-hash"] = revision.hash
      var selector = workload.selector
      selector["pod-template-hash"] = revision.hash
      var status: APIValue = [
        "observedGeneration": 1, "replicas": .int(counts[number].all),
        "fullyLabeledReplicas": .omittingZero(counts[number].all), "readyReplicas": .omittingZero(counts[number].ready),
        "availableReplicas": .omittingZero(counts[number].ready),
      ]
      if number == workload.revisions.count - 1, let failure = workload.createFailure {
        status["conditions"] = [
          Self.condition(
            "ReplicaFailure", true, at: failure.since, reason: "FailedCreate", message: failure.message)
        ]
      }
      return [
        "apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": Self.metadata(
          workload.replicaSetName(number), namespace: workload.namespace, uid: revision.uid,
          created: revision.createdAt, labels: labels,
          annotations: [
            "deployment.kubernetes.io/revision": "\(number + 1)",
            "deployment.kubernetes.io/desired-replicas": "\(workload.replicas)",
          ], generation: 1, owner: Self.owner("apps/v1", "Deployment", workload.name, uid: workload.uid)),
        "spec": [
          "replicas": .int(revision.number), "selector": ["matchLabels": .map(selector)],
          "template": template(revision.template, workload, hash: revision.hash),
        ], "status": status,
      ]
    }
  }

  private func statefulSet(_ position: Int, _ workload: ClusterWorkload) -> APIValue {
    let counts = podCounts(position)
    let all = counts.reduce(0) { $0 + $1.all }
    let ready = counts.reduce(0) { $0 + $1.ready }
    let names = workload.revisions.map { "\(workload.name)-\($0.hash)" }
    let updated = counts[counts.count - 1].all
    let isUpdated = updated == all
    let claims: APIValue =
      workload.claimGibibytes.map {
        [
          [
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": ["name": "data"],
            "spec": [
              "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "\($0)Gi"]],
              "storageClassName": APIValue(workload.claimClass), "volumeMode": "Filesystem",
            ], "status": ["phase": "Pending"],
          ]
        ]
      } ?? .null
    return object(
      workload, apiVersion: "apps/v1",
      spec: [
        "replicas": .int(workload.replicas), "selector": ["matchLabels": .map(workload.selector)],
        "serviceName": .string(workload.name), "podManagementPolicy": "OrderedReady", "revisionHistoryLimit": 10,
        "template": template(workload.template, workload), "volumeClaimTemplates": claims,
        "updateStrategy": ["type": "RollingUpdate", "rollingUpdate": ["partition": 0]],
      ],
      status: [
        "observedGeneration": .int(workload.generation), "replicas": .int(all), "readyReplicas": .omittingZero(ready),
        "availableReplicas": .int(ready), "currentReplicas": .omittingZero(isUpdated ? all : all - updated),
        "updatedReplicas": .omittingZero(updated), "collisionCount": 0,
        "currentRevision": .string(names[isUpdated ? names.count - 1 : max(names.count - 2, 0)]),
        "updateRevision": .string(names[names.count - 1]),
      ])
  }

  private func daemonSet(_ position: Int, _ workload: ClusterWorkload) -> APIValue {
    let counts = podCounts(position)
    let all = counts.reduce(0) { $0 + $1.all }
    let ready = counts.reduce(0) { $0 + $1.ready }
    return object(
      workload, apiVersion: "apps/v1", annotations: ["deprecated.daemonset.template.generation": "1"],
      spec: [
        "selector": ["matchLabels": .map(workload.selector)], "revisionHistoryLimit": 10,
        "template": template(workload.template, workload),
        "updateStrategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 0, "maxUnavailable": 1]],
      ],
      status: [
        "observedGeneration": .int(workload.generation), "desiredNumberScheduled": .int(workload.replicas),
        "currentNumberScheduled": .int(all), "numberReady": .int(ready), "numberAvailable": .omittingZero(ready),
        "numberUnavailable": .omittingZero(workload.replicas - ready), "updatedNumberScheduled": .int(all),
        "numberMisscheduled": 0,
      ])
  }

  private func job(_ position: Int, _ workload: ClusterWorkload) -> APIValue {
    var conditions: [APIValue] = []
    if let completedAt = workload.completedAt {
      conditions = [Self.condition("Complete", true, at: completedAt, reason: "CompletionsReached")]
    }
    return object(
      workload, apiVersion: "batch/v1",
      spec: [
        "backoffLimit": 6, "completions": 1, "parallelism": 1, "completionMode": "NonIndexed", "suspend": false,
        "selector": ["matchLabels": ["batch.kubernetes.io/controller-uid": .string(workload.uid)]],
        "template": template(workload.template, workload),
      ],
      status: [
        "startTime": Self.time(workload.createdAt), "completionTime": Self.time(workload.completedAt),
        "succeeded": workload.completedAt == nil ? .null : 1, "failed": .omittingZero(workload.failedAttempts),
        "active": workload.completedAt == nil ? 1 : .null, "ready": 0, "terminating": 0,
        "conditions": .omittingEmpty(conditions),
      ])
  }
}

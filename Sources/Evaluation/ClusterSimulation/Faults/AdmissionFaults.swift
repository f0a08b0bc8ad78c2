/// Pods, claims and services that the API server does not let be made.
extension FaultInjection {
  mutating func admission(_ fault: ClusterFault) -> (component: String, alsoAccept: [String])? {
    switch fault {
    case .namespaceCPUQuota: podQuota(["requests.cpu", "limits.cpu", "cpu"])
    case .namespaceMemoryQuota: podQuota(["requests.memory", "limits.memory", "memory"])
    case .namespacePodQuota: podQuota(["pods", "count/pods"])
    case .namespaceStorageQuota: storageQuota()
    case .namespaceServiceQuota: serviceQuota()
    case .serviceAccountMissing: missingServiceAccount()
    case .admissionRejected: rejection()
    case .admissionWebhookUnavailable: webhook()
    default: nil
    }
  }

  /// The controller tries and is refused; `message` is what the API server answers for a pod of that name.
  mutating func refuse(_ application: Int, _ message: (String) -> String) {
    let position = cluster.applications[application].workload
    let workload = cluster.workloads[position]
    let revision = workload.revisions.count - 1
    let prefix = workload.kind == .deployment ? workload.replicaSetName(revision) : workload.name
    let text = message("\(prefix)-\(names.podSuffix())")
    let count = 3 + random.index(below: 15)
    cluster.workloads[position].createFailure = ClusterWorkload.CreateFailure(
      message: text, since: since, count: count)
    let last = max(since, now - random.index(below: min(now - since, 900)))
    // After ten of a kind the event recorder writes one that stands for all of them.
    let combined = count > 10 ? "(combined from similar events): " : ""
    if workload.kind == .deployment {
      cluster.note(
        replicaSetOf: position, revision: revision, "FailedCreate", "\(combined)Error creating: \(text)",
        first: since, last: last, count: count)
    } else {
      cluster.note(
        workload: position, "FailedCreate",
        "create Pod \(workload.name)-\(workload.replicas - 1) in StatefulSet \(workload.name) failed error: \(text)",
        first: since, last: last, count: count)
    }
  }

  /// Takes pods away, or wants more than there are.
  private mutating func wantMore(_ application: Int, by missing: Int) {
    let position = cluster.applications[application].workload
    let last = cluster.workloads[position].revisions.count - 1
    if random.chance(0.5) {
      cluster.workloads[position].replicas += missing
      cluster.workloads[position].revisions[last].number += missing
      cluster.workloads[position].generation += 1
      cluster.workloads[position].changedAt = since
      cluster.workloads[position].changedBy = "kubectl"
    } else {
      let gone = Set(cluster.pods(of: position).prefix(missing))
      cluster.pods = cluster.pods.indices.filter { !gone.contains($0) }.map { cluster.pods[$0] }
    }
  }

  private mutating func podQuota(_ keys: [String]) -> (component: String, alsoAccept: [String])? {
    guard let application = deployment() else { return nil }
    let namespace = workload(application).namespace
    takeOthers(of: namespace, besides: application)
    wantMore(application, by: 1 + random.index(below: workload(application).replicas))
    let key = random.pick(keys) ?? keys[0]
    let used = QuotaUse(of: namespace, in: cluster)[key]
    let request = QuotaUse.requests(of: workload(application).template)[key] ?? 1
    guard request > 0 else { return nil }
    let hard = used + random.index(below: request)
    let name = random.pick(["compute-quota", "team-limits", "\(namespace)-quota", "object-counts"]) ?? "quota"
    cluster.quotas.removeAll { $0.namespace == namespace }
    cluster.quotas.append(
      ClusterQuota(
        namespace: namespace, name: name, hard: [key: hard], createdAt: now - 86_400 * (1 + random.index(below: 20)),
        changedAt: since))
    func amount(_ value: Int) -> String { "\(key)=\(Quantity.text(value, of: key))" }
    refuse(application) { pod in
      "pods \"\(pod)\" is forbidden: exceeded quota: \(name), requested: \(amount(request)), used: \(amount(used)), "
        + "limited: \(amount(hard))"
    }
    return ("namespace/\(namespace)", [])
  }

  /// A quota reaches all of a namespace, so nothing else may go wrong in it.
  private mutating func takeOthers(of namespace: String, besides application: Int) {
    let others = cluster.applications.indices.filter { $0 != application && workload($0).namespace == namespace }
    for other in others { take(application: other) }
  }

  private mutating func storageQuota() -> (component: String, alsoAccept: [String])? {
    let workloads = cluster.workloads
    guard let application = application(where: { workloads[$0.workload].claimGibibytes != nil }) else {
      return missingClaim()
    }
    if random.chance(0.4) { return missingClaim() }
    let position = cluster.applications[application].workload
    let one = cluster.workloads[position]
    takeOthers(of: one.namespace, besides: application)
    let ordinal = one.replicas
    cluster.workloads[position].replicas += 1
    cluster.workloads[position].generation += 1
    cluster.workloads[position].changedAt = since
    let size = one.claimGibibytes ?? 1
    let used = QuotaUse(of: one.namespace, in: cluster)["requests.storage"]
    let hard = used + random.index(below: size)
    let name = random.pick(["storage-quota", "disk"]) ?? "storage-quota"
    cluster.quotas.removeAll { $0.namespace == one.namespace }
    cluster.quotas.append(
      ClusterQuota(
        namespace: one.namespace, name: name, hard: ["requests.storage": hard], createdAt: now - 86_400 * 9,
        changedAt: now - 86_400 * 9))
    let claim = "data-\(one.name)-\(ordinal)"
    let refusal =
      "persistentvolumeclaims \"\(claim)\" is forbidden: exceeded quota: \(name), requested: requests.storage=\(size)Gi, "
      + "used: requests.storage=\(used)Gi, limited: requests.storage=\(hard)Gi"
    let count = 3 + random.index(below: 12)
    cluster.note(
      workload: position, "FailedCreate",
      "create Claim \(claim) for Pod \(one.name)-\(ordinal) in StatefulSet \(one.name) failed error: \(refusal)",
      first: since, last: now - random.index(below: 120), count: count)
    cluster.note(
      workload: position, "FailedCreate",
      "create Pod \(one.name)-\(ordinal) in StatefulSet \(one.name) failed error: failed to create PVC \(claim): \(refusal)",
      first: since, last: now - random.index(below: 120), count: count)
    return ("namespace/\(one.namespace)", [])
  }

  /// A claim that could not be made, and a pod that waits for it.
  private mutating func missingClaim() -> (component: String, alsoAccept: [String])? {
    guard let application = deployment() else { return nil }
    let namespace = workload(application).namespace
    takeOthers(of: namespace, besides: application)
    let claim = "\(workload(application).name)-data"
    let pods = rollOut(application, .stuck) { template in
      template.volumes.append(PodTemplate.TemplateVolume(name: "data", source: .claim(claim)))
      template.containers[0].mounts["data"] = "/data"
    }
    let key = random.pick(["requests.storage", "persistentvolumeclaims"]) ?? "requests.storage"
    let used = QuotaUse(of: namespace, in: cluster)[key]
    guard used > 0 else { return nil }
    cluster.quotas.removeAll { $0.namespace == namespace }
    cluster.quotas.append(
      ClusterQuota(
        namespace: namespace, name: "storage-quota", hard: [key: used], createdAt: now - 86_400 * 12,
        changedAt: now - 86_400 * 12))
    return schedule(pods) > 0 ? ("namespace/\(namespace)", []) : nil
  }

  private mutating func serviceQuota() -> (component: String, alsoAccept: [String])? {
    let called = Set(cluster.applications.flatMap(\.calls))
    let fitting = Set(called.map { cluster.applications[$0].service })
    guard let application = deployment(where: { fitting.contains($0.service) }) else { return nil }
    let namespace = workload(application).namespace
    takeOthers(of: namespace, besides: application)
    for caller in cluster.applications.indices where cluster.applications[caller].calls.contains(application) {
      take(application: caller)
    }
    cluster.services[cluster.applications[application].service].isAbsent = true
    let used = QuotaUse(of: namespace, in: cluster)["services"]
    guard used > 0 else { return nil }
    cluster.quotas.removeAll { $0.namespace == namespace }
    cluster.quotas.append(
      ClusterQuota(
        namespace: namespace, name: "object-counts", hard: [random.chance(0.7) ? "services" : "count/services": used],
        createdAt: now - 86_400 * 15, changedAt: now - 86_400 * 15))
    return ("namespace/\(namespace)", [])
  }

  private mutating func missingServiceAccount() -> (component: String, alsoAccept: [String])? {
    guard let application = deployment() else { return nil }
    let account = workload(application).name + (random.pick(["-sa", "-runner", "-svc"]) ?? "-sa")
    let namespace = workload(application).namespace
    dropPods(rollOut(application, .stuck) { $0.serviceAccount = account })
    let prefix = workload(application).replicaSetName(workload(application).revisions.count - 1)
    refuse(application) { _ in
      "pods \"\(prefix)-\" is forbidden: error looking up service account \(namespace)/\(account): "
        + "serviceaccount \"\(account)\" not found"
    }
    return answer(application)
  }

  /// Those that were never made.
  private mutating func dropPods(_ pods: [Int]) {
    let gone = Set(pods)
    cluster.pods = cluster.pods.indices.filter { !gone.contains($0) }.map { cluster.pods[$0] }
  }

  private mutating func rejection() -> (component: String, alsoAccept: [String])? {
    guard let application = deployment() else { return nil }
    let container = workload(application).template.containers[0].name
    let form = random.index(below: 4)
    dropPods(
      rollOut(application, .stuck) { template in
        if form == 1 { template.containers[0].cpuLimit = 16_000 }
        if form == 2 { template.containers[0].memoryLimit = nil }
      })
    if form == 2 {
      let namespace = workload(application).namespace
      cluster.quotas.removeAll { $0.namespace == namespace }
      cluster.quotas.append(
        ClusterQuota(
          namespace: namespace, name: "compute", hard: ["limits.memory": 400_000], createdAt: now - 86_400 * 7,
          changedAt: now - 86_400 * 7))
    }
    if form == 1 {
      cluster.limitRanges.append(limitRange(workload(application).namespace))
    }
    refuse(application) { pod in
      switch form {
      case 0:
        "pods \"\(pod)\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false "
          + "(container \"\(container)\" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true "
          + "(pod or container \"\(container)\" must set securityContext.runAsNonRoot=true)"
      case 1: "pods \"\(pod)\" is forbidden: maximum cpu usage per Container is 8, but limit is 16"
      case 2:
        "pods \"\(pod)\" is forbidden: failed quota: compute: must specify limits.memory for: \(container)"
      default:
        "admission webhook \"validation.gatekeeper.sh\" denied the request: [required-labels] you must provide labels: "
          + "{\"owner\"}"
      }
    }
    return answer(application)
  }

  private func limitRange(_ namespace: String) -> APIValue {
    [
      "apiVersion": "v1", "kind": "LimitRange",
      "metadata": APIObject.metadata(
        "limits", namespace: namespace, uid: APIObject.uid(of: "limits \(namespace)"), created: now - 86_400 * 3),
      "spec": ["limits": [["type": "Container", "max": ["cpu": "8"]]]],
    ]
  }

  private mutating func webhook() -> (component: String, alsoAccept: [String])? {
    guard let application = deployment() else { return nil }
    let hook = "\(names.word())-webhook"
    guard let hookNamespace = random.pick(cluster.namespaces.keys.filter { !$0.hasPrefix("kube-") }.sorted()) else {
      return nil
    }
    let address = "10.96.240.\(2 + random.index(below: 200))"
    takeOthers(of: workload(application).namespace, besides: application)
    addWebhook(hook, in: hookNamespace, address: address, guarding: workload(application).namespace)
    let lost = losePods(application, count: 1 + random.index(below: workload(application).replicas))
    dropPods(lost)
    let url = "https://\(hook).\(hookNamespace).svc:443/validate?timeout=10s"
    let reason = "no endpoints available for service \"\(hook)\""
    refuse(application) { _ in
      "Internal error occurred: failed calling webhook \"\(hook).policies.example.com\": failed to call webhook: "
        + "Post \"\(url)\": \(reason)"
    }
    return ("service/\(service(of: application).name)", ["service/\(hook)"])
  }

  /// A webhook whose deployment somebody has scaled down.
  private mutating func addWebhook(
    _ name: String, in namespace: String, address: String, guarding guarded: String
  ) {
    let container = ContainerTemplate(
      name: "webhook", image: "\(names.registry)/\(name):\(names.imageTag())",
      ports: [ContainerTemplate.ContainerPort(name: "https", number: 9443)], cpuRequest: 50, memoryRequest: 64)
    let template = PodTemplate(labels: ["app": name], containers: [container])
    let created = now - 86_400 * 10
    cluster.workloads.append(
      ClusterWorkload(
        kind: .deployment, namespace: namespace, name: name, uid: names.uid(), labels: ["app": name],
        selector: ["app": name], replicas: 0,
        revisions: [
          ClusterWorkload.Revision(
            template: template, hash: names.templateHash(), uid: names.uid(), createdAt: created, number: 0)
        ], createdAt: created, changedAt: since, changedBy: "kubectl", generation: 2))
    cluster.services.append(
      ClusterService(
        namespace: namespace, name: name, uid: names.uid(), labels: ["app": name], selector: ["app": name],
        ports: [ClusterService.ServicePort(number: 443, target: .number(9443))], clusterAddress: address,
        createdAt: created, changedAt: created, changedBy: "helm"))
    cluster.webhooks.append([
      "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
      "metadata": APIObject.metadata(name, uid: APIObject.uid(of: "webhook \(name)"), created: created, generation: 1),
      "webhooks": [
        [
          "name": "\(name).policies.example.com", "failurePolicy": "Fail", "timeoutSeconds": 10, "sideEffects": "None",
          "admissionReviewVersions": ["v1"],
          "clientConfig": [
            "service": [
              "name": .string(name), "namespace": .string(namespace), "path": "/validate", "port": 443,
            ]
          ],
          "namespaceSelector": ["matchLabels": ["kubernetes.io/metadata.name": .string(guarded)]],
          "rules": [["apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]]],
        ]
      ],
    ])
  }
}

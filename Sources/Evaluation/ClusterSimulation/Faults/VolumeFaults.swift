/// Claims that find no volume.
extension FaultInjection {
  mutating func volume(_ fault: ClusterFault) -> (component: String, alsoAccept: [String])? {
    switch fault {
    case .storageClassMismatch, .accessModeMismatch, .capacityMismatch, .volumeSelectorMismatch, .volumeOccupied:
      unboundClaim(fault)
    case .provisionerFailed: failedProvisioning()
    default: nil
    }
  }

  /// How volumes that were made by hand are told from others.
  private enum StaticClass {
    /// A class with the provisioner `kubernetes.io/no-provisioner`, no class, or a class that is a name alone.
    case object(String)
    case none
    case nameAlone(String)

    var name: String? {
      switch self {
      case .object(let name), .nameAlone(let name): name
      case .none: nil
      }
    }
  }

  private mutating func staticClass() -> StaticClass {
    let name = random.pick(["local-storage", "nfs", "manual", "static-\(names.word())"]) ?? "manual"
    switch random.index(below: 4) {
    case 0, 1:
      addStaticClass(name)
      return .object(name)
    case 2: return .nameAlone(name)
    default: return .none
    }
  }

  private mutating func addStaticClass(_ name: String) {
    guard !cluster.storageClasses.contains(where: { $0.name == name }) else { return }
    cluster.storageClasses.append(
      ClusterStorageClass(
        name: name, provisioner: "kubernetes.io/no-provisioner", waitsForConsumer: false, isDefault: false,
        createdAt: now - 86_400 * 20))
  }

  private mutating func unboundClaim(_ fault: ClusterFault) -> (component: String, alsoAccept: [String])? {
    guard let application = deployment() else { return nil }
    let one = workload(application)
    let kind = staticClass()
    if case .none = kind, fault == .storageClassMismatch { return nil }
    let size = 5 * (1 + random.index(below: 10))
    var claim = VolumeClaim(
      namespace: one.namespace, name: "\(one.name)-data", uid: names.uid(), storageClass: kind.name ?? "",
      accessModes: ["ReadWriteOnce"], gibibytes: size, createdAt: since)
    var volume = ClusterVolume(
      name: "pv-\(one.name)", uid: names.uid(), storageClass: kind.name, accessModes: ["ReadWriteOnce"],
      gibibytes: size + 5 * random.index(below: 3), phase: "Available", reclaimPolicy: "Retain",
      createdAt: now - 86_400 * 5)
    if random.chance(0.3) {
      claim.selector = ["volume": one.name]
      volume.labels = ["volume": one.name]
    }
    switch fault {
    case .storageClassMismatch:
      claim.storageClass = "\(kind.name ?? "x")-\(random.pick(["ssd", "fast", "v2"]) ?? "v2")"
      if random.chance(0.3), let name = claim.storageClass { addStaticClass(name) }
    case .accessModeMismatch: claim.accessModes = [random.pick(["ReadWriteMany", "ReadOnlyMany"]) ?? "ReadWriteMany"]
    case .capacityMismatch: volume.gibibytes = max(size - 1 - random.index(below: 3), 1)
    case .volumeSelectorMismatch:
      claim.selector = ["tier": random.pick(["gold", "fast", one.name]) ?? "gold"]
      volume.labels = random.chance(0.5) ? ["tier": "bronze"] : [:]
    default: occupy(&volume, by: one)
    }
    cluster.volumes.append(volume)
    addOtherVolumes()
    bindLater(application, claim)
    noteUnbound(claim)
    return schedule(losePods(application)) > 0 ? answer(application) : nil
  }

  /// The volume is another claim's, which uses it or did so.
  private mutating func occupy(_ volume: inout ClusterVolume, by one: ClusterWorkload) {
    let isReleased = random.chance(0.5)
    let uid = names.uid()
    volume.phase = isReleased ? "Released" : "Bound"
    volume.claim = NamespacedName(namespace: one.namespace, name: "\(one.name)-old")
    volume.claimUID = uid
    guard !isReleased else { return }
    cluster.claims.append(
      VolumeClaim(
        namespace: one.namespace, name: "\(one.name)-old", uid: uid, storageClass: volume.storageClass ?? "",
        accessModes: volume.accessModes, gibibytes: volume.gibibytes, selector: [:], volume: volume.name,
        createdAt: volume.createdAt + 60))
  }

  /// Volumes that could not serve the claim for several reasons.
  private mutating func addOtherVolumes() {
    for number in 0..<random.index(below: 3) {
      cluster.volumes.append(
        ClusterVolume(
          name: "pv-\(names.word())-\(number)", uid: names.uid(), storageClass: "archive-\(names.word())",
          accessModes: ["ReadOnlyMany"], gibibytes: 1 + random.index(below: 3), labels: ["media": "tape"],
          phase: "Available", reclaimPolicy: "Retain", createdAt: now - 86_400 * 8))
    }
  }

  private mutating func bindLater(_ application: Int, _ claim: VolumeClaim) {
    cluster.claims.append(claim)
    editAll(application) { template in
      template.volumes.append(PodTemplate.TemplateVolume(name: "data", source: .claim(claim.name)))
      template.containers[0].mounts["data"] = "/data"
    }
  }

  /// What the volume controller writes every fifteen seconds.
  private mutating func noteUnbound(_ claim: VolumeClaim) {
    let last = now - random.index(below: 15)
    let count = max((last - since) / 15, 1)
    let name = claim.storageClass ?? ""
    if name.isEmpty {
      cluster.note(
        claim: claim, "FailedBinding",
        "no persistent volumes available for this claim and no storage class is set", warning: false, first: since,
        last: last, count: count)
    } else if cluster.storageClasses.contains(where: { $0.name == name }) {
      cluster.note(
        claim: claim, "ProvisioningFailed", "no volume plugin matched name: kubernetes.io/no-provisioner",
        first: since, last: last, count: count)
    } else {
      cluster.note(
        claim: claim, "ProvisioningFailed", "storageclass.storage.k8s.io \"\(name)\" not found", first: since,
        last: last, count: count)
    }
  }

  private mutating func failedProvisioning() -> (component: String, alsoAccept: [String])? {
    guard let application = deployment() else { return nil }
    let one = workload(application)
    let name = "fast-\(names.word())"
    cluster.storageClasses.append(
      ClusterStorageClass(
        name: name, provisioner: cluster.provisioner, waitsForConsumer: false, isDefault: false,
        createdAt: now - 86_400 * 12))
    let claim = VolumeClaim(
      namespace: one.namespace, name: "\(one.name)-data", uid: names.uid(), storageClass: name,
      accessModes: ["ReadWriteOnce"], gibibytes: 10 * (1 + random.index(below: 20)), createdAt: since)
    bindLater(application, claim)
    cluster.note(
      claim: claim, "ExternalProvisioning",
      "Waiting for a volume to be created either by the external provisioner '\(cluster.provisioner)' or manually by the "
        + "system administrator. If volume creation is delayed, please verify that the provisioner is running and "
        + "correctly registered.", warning: false, first: since, last: now - 5, count: max((now - since) / 15, 1))
    let reasons = [
      "rpc error: code = Internal desc = Could not create volume: UnauthorizedOperation: not authorized to perform this "
        + "operation",
      "rpc error: code = ResourceExhausted desc = quota for volumes of this project is used up",
      "rpc error: code = DeadlineExceeded desc = context deadline exceeded",
    ]
    if random.chance(0.7) || !isAlone {
      let controller = "\(cluster.provisioner)_csi-controller-\(names.podSuffix())"
      cluster.note(
        claim: claim, "ProvisioningFailed",
        "failed to provision volume with StorageClass \"\(name)\": \(random.pick(reasons) ?? reasons[0])",
        from: controller, first: since + 2, last: now - random.index(below: 120), count: 4 + random.index(below: 9))
    } else {
      stopProvisioner()
    }
    return schedule(losePods(application)) > 0 ? answer(application) : nil
  }

  /// Somebody has scaled the volume controller down.
  private mutating func stopProvisioner() {
    guard let position = cluster.workloads.firstIndex(where: { $0.name == "csi-controller" }) else { return }
    cluster.workloads[position].replicas = 0
    cluster.workloads[position].revisions[0].number = 0
    cluster.workloads[position].changedAt = since
    cluster.pods = cluster.pods.filter { $0.workload != position }
  }
}

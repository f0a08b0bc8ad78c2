import IncidentModel
import KubernetesObjects

/// Claims that no volume answers.
struct VolumeRules {
  private let view: ClusterView
  /// A provisioner that is well makes a volume within a minute.
  private static let provisionerPatienceSeconds = 120.0

  init(_ view: ClusterView) { self.view = view }

  var findings: [KubernetesFinding] {
    var waiting: [ObjectName: Pod] = [:]
    var lacking: [ObjectName: Pod] = [:]
    for pod in view.pods where pod.isAlive && !pod.isAssigned {
      for claim in pod.claims {
        let name = ObjectName(claim, in: pod.namespace)
        if view.snapshot.claims[name] == nil {
          if lacking[name] == nil { lacking[name] = pod }
        } else if waiting[name] == nil {
          waiting[name] = pod
        }
      }
    }
    var found: [KubernetesFinding] = []
    for (name, pod) in waiting.sorted(by: { $0.key < $1.key }) {
      guard let claim = view.snapshot.claims[name], claim.volumeName.isEmpty || claim.phase == "Pending",
        claim.phase != "Bound"
      else { continue }
      found += unbound(claim, pod)
    }
    guard view.snapshot.knows(.persistentVolumeClaim) else { return found }
    for (name, pod) in lacking.sorted(by: { $0.key < $1.key }) { found += missing(name, pod) }
    return found
  }

  // MARK: - A claim that does not exist

  private func missing(_ claim: ObjectName, _ pod: Pod) -> [KubernetesFinding] {
    let reference = pod.metadata.reference(.pod)
    let use = KubernetesFinding.Quotation(
      reference, "spec.volumes.persistentVolumeClaim", "\(claim.name), which does not exist")
    let quotas = view.snapshot.quotas.values.filter { $0.namespace == claim.namespace }
      .sorted { $0.metadata.name < $1.metadata.name }
    for quota in quotas {
      for entry in quota.hard.entries where QuotaRefusal.cause(ofKey: entry.name) == .namespaceStorageQuota {
        guard let used = quota.used[entry.name], used.value >= 0.9 * entry.amount.value else { continue }
        let object = quota.metadata.reference(.resourceQuota)
        return [
          KubernetesFinding(
            .namespaceStorageQuota, component: ObjectReference("Namespace", ObjectName(claim.namespace, in: "")),
            object: object, score: used >= entry.amount ? 0.96 : 0.8,
            "\(reference) waits for the claim \(claim.name), and the quota \(quota.name) leaves no room for it.",
            evidence: [use, .init(object, "status.used of hard \(entry.name)", "\(used) of \(entry.amount)")],
            since: pod.metadata.createdAt)
        ]
      }
    }
    // A claim template's claim is about to be made.
    guard view.age(pod.metadata.createdAt) > 30 || view.moment == nil else { return [] }
    var found = KubernetesFinding(
      .configurationReferenceMissing, component: view.component(of: pod), object: view.group(of: pod), score: 0.85,
      "\(reference) waits for the claim \(claim.name), which does not exist.", evidence: [use],
      since: pod.metadata.createdAt)
    found.value = claim.name
    return [found]
  }

  // MARK: - A claim without a volume

  private func unbound(_ claim: VolumeClaim, _ pod: Pod) -> [KubernetesFinding] {
    let reference = claim.metadata.reference(.persistentVolumeClaim)
    let failure = view.events(of: reference).first { $0.reason == "ProvisioningFailed" }
    let className = claim.storageClass ?? view.snapshot.storageClasses.values.first(where: \.isDefault)?.name ?? ""
    let storage = view.snapshot.storageClasses[ObjectName(className, in: "")]
    let use = KubernetesFinding.Quotation(
      pod.metadata.reference(.pod), "spec.volumes.persistentVolumeClaim", "\(claim.name), \(claim.phase)")
    func finding(
      _ cause: KubernetesCause, _ score: Double, _ why: String, _ evidence: [KubernetesFinding.Quotation]
    ) -> KubernetesFinding {
      KubernetesFinding(
        cause, component: view.component(of: pod), object: reference, score: score,
        "\(reference) has no volume: \(why).",
        evidence: [use] + evidence, since: claim.metadata.createdAt)
    }
    let asked = KubernetesFinding.Quotation(reference, "spec.storageClassName", className.isEmpty ? "none" : className)
    let isUnknownClass =
      storage == nil && !className.isEmpty
      && (failure?.message.mentions(["not found"]) ?? false || view.snapshot.knows(.storageClass))
    let fits = fits(of: claim, className: className)
    if isUnknownClass,
      !fits.contains(where: { $0.violations.isEmpty || $0.violations.first?.cause != .storageClassMismatch })
    {
      return [
        finding(
          .storageClassMismatch, 0.96, "there is no storage class \(className)",
          [asked] + (failure.map { [.init($0)] } ?? []))
      ]
    }
    if let storage, storage.isDynamic {
      return provisioning(claim, storage, failure).map { score, evidence in
        [finding(.provisionerFailed, score, "the provisioner \(storage.provisioner) has made none", [asked] + evidence)]
      } ?? []
    }
    return unfit(claim, fits, finding)
  }

  /// Nil while a volume may still come.
  private func provisioning(
    _ claim: VolumeClaim, _ storage: StorageClass, _ failure: ClusterEvent?
  ) -> (Double, [KubernetesFinding.Quotation])? {
    let events = view.events(of: claim.metadata.reference(.persistentVolumeClaim))
    if let failure { return (0.93, [.init(failure)]) }
    let asked = events.first { $0.reason == "ExternalProvisioning" || $0.reason == "Provisioning" }
    let isChosen = claim.metadata.annotations["volume.kubernetes.io/selected-node"] != nil
    guard !storage.waitsForConsumer || isChosen || asked != nil else { return nil }
    guard view.age(claim.metadata.createdAt) > Self.provisionerPatienceSeconds else { return nil }
    return (asked == nil ? 0.8 : 0.9, asked.map { [.init($0)] } ?? [])
  }

  private struct Violation {
    var cause: KubernetesCause
    var words: String
    var field: KubernetesFinding.Quotation
  }

  private struct Fit {
    var volume: PersistentVolume
    var violations: [Violation]
    var isOccupied: Bool
  }

  /// Each volume with what speaks against it.
  private func fits(of claim: VolumeClaim, className: String) -> [Fit] {
    view.snapshot.volumes.values.sorted { $0.name < $1.name }.map { volume in
      let reference = volume.metadata.reference(.persistentVolume)
      var violations: [Violation] = []
      func add(_ cause: KubernetesCause, _ words: String, _ field: String, _ value: String) {
        violations.append(Violation(cause: cause, words: words, field: .init(reference, field, value)))
      }
      if volume.storageClass != className {
        add(.storageClassMismatch, "of another class", "spec.storageClassName", volume.storageClass)
      }
      if !Set(claim.accessModes).isSubset(of: volume.accessModes) {
        add(
          .accessModeMismatch, "without the access mode \(claim.accessModes.joined(separator: ", "))",
          "spec.accessModes", volume.accessModes.joined(separator: ", "))
      }
      if let wanted = claim.request, let capacity = volume.capacity, capacity < wanted {
        add(.capacityMismatch, "smaller than the \(wanted) asked for", "spec.capacity.storage", "\(capacity)")
      }
      if !claim.selector.isEmpty, !claim.selector.matches(volume.metadata.labels) {
        add(
          .volumeSelectorMismatch, "outside the selector \(claim.selector)", "metadata.labels",
          "\(volume.metadata.labels)")
      }
      let isForIt =
        volume.claim == nil
        || volume.claim == claim.metadata.name
          && (volume.claimUID.isEmpty || claim.metadata.uid.isEmpty || volume.claimUID == claim.metadata.uid)
      let isOccupied = !isForIt || volume.phase == "Released" || volume.phase == "Failed"
      if isOccupied {
        let owner = volume.claim.map { "\($0.namespace)/\($0.name)" } ?? "nobody"
        add(.volumeOccupied, "taken by another claim", "spec.claimRef, status.phase", "\(owner), \(volume.phase)")
      }
      return Fit(volume: volume, violations: violations, isOccupied: isOccupied)
    }
  }

  private func unfit(
    _ claim: VolumeClaim, _ fits: [Fit],
    _ finding: (KubernetesCause, Double, String, [KubernetesFinding.Quotation]) -> KubernetesFinding
  ) -> [KubernetesFinding] {
    // A free volume that fits will be bound in a moment.
    guard !fits.contains(where: { $0.violations.isEmpty }) else { return [] }
    let reference = claim.metadata.reference(.persistentVolumeClaim)
    let wish = KubernetesFinding.Quotation(
      reference, "spec",
      "\(claim.request.map { "\($0)" } ?? "any size"), \(claim.accessModes.joined(separator: "+")), class "
        + "\(claim.storageClass ?? "default"), selector \(claim.selector)")
    let free = fits.filter { !$0.isOccupied }
    let near = free.filter { $0.violations.count == 1 }
    // Volumes that others use differ from the wish by that alone in every cluster; free ones say more.
    let single = near.isEmpty ? fits.filter { $0.violations.count == 1 } : near
    var found: [KubernetesFinding] = []
    if !single.isEmpty {
      let causes = Dictionary(grouping: single) { $0.violations[0].cause }
      for (cause, some) in causes.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) }) {
        guard let violation = some.first?.violations.first, let volume = some.first?.volume else { continue }
        let isFirst = found.isEmpty
        found.append(
          finding(
            cause, isFirst ? (cause == .volumeOccupied ? 0.93 : 0.95) : 0.6,
            "the nearest volume, \(volume.name), is \(violation.words)", [wish, violation.field]))
      }
      return found
    }
    let nearest = free.isEmpty ? fits : free
    guard let fewest = nearest.map(\.violations.count).min(),
      let best = nearest.first(where: { $0.violations.count == fewest })
    else {
      return [finding(.volumeOccupied, 0.5, "there is no volume at all", [wish])]
    }
    return best.violations.map { violation in
      finding(
        violation.cause, 0.55, "the nearest volume, \(best.volume.name), is \(violation.words)",
        [wish, violation.field])
    }
  }
}

import KubernetesObjects

/// Images that do not come.
struct ImageRules {
  private let view: ClusterView

  init(_ view: ClusterView) { self.view = view }

  private static let lookup = [
    "no such host", "temporary failure in name resolution", "server misbehaving", "lookup ",
  ]
  private static let absent = [
    "not found", "manifest unknown", "invalid reference", "couldn't parse image", "name unknown", "notfound",
    "invalid image name", "could not parse reference", "no match for platform",
  ]
  private static let refused = [
    "401", "403", "unauthorized", "authentication required", "denied", "forbidden", "no basic auth",
    "authorization failed",
  ]
  /// Registries say this of what does not exist and of what is private alike.
  private static let ambiguous = ["may require", "repository does not exist", "insufficient_scope"]

  func findings(_ pod: Pod, _ container: Container, _ status: ContainerStatus) -> [KubernetesFinding] {
    let reference = pod.metadata.reference(.pod)
    let events = view.events(of: pod).filter { event in
      event.reason == "Failed" && event.message.mentions(["pull"]) && !event.message.hasPrefix("Error:")
        && (event.message.contains(container.image) || event.fieldPath.isEmpty || event.fieldPath.contains(status.name))
    }
    let secretEvent = view.events(of: pod).first { $0.reason == "FailedToRetrieveImagePullSecret" }
    let state = KubernetesFinding.Quotation(
      reference, "containerStatuses[\(status.name)].waiting", "\(status.state.reason): \(status.state.message)")
    let image = KubernetesFinding.Quotation(reference, "spec.containers[\(container.name)].image", container.image)
    let evidence = [image, state] + events.prefix(1).map { .init($0) }
    let text = ([status.state.message] + events.map(\.message)).joined(separator: "\n")
    func found(_ cause: KubernetesCause, _ score: Double, _ why: String, _ extra: [KubernetesFinding.Quotation] = [])
      -> KubernetesFinding
    {
      var finding = KubernetesFinding(
        cause, component: view.component(of: pod), object: view.group(of: pod), score: score,
        "\(reference) cannot pull \(container.image): \(why).", evidence: evidence + extra,
        since: pod.status.startedAt)
      finding.container = container.name
      finding.value = container.image
      return finding
    }
    if status.state.reason == "InvalidImageName" {
      return [found(.imageReferenceInvalid, 0.96, "the name is none")]
    }
    if text.mentions(Self.lookup) {
      var finding = found(.registryNameNotResolved, 0.96, "the registry's name is not resolved")
      finding.check = "Resolve the name on that node: where other names fail too, its DNS is at fault."
      return [finding]
    }
    let isRefused = text.mentions(Self.refused)
    if isRefused, text.mentions(Self.ambiguous) {
      return privateOrAbsent(pod, container, secretEvent, found)
    }
    if isRefused {
      return [
        found(.pullSecretMissing, 0.96, "the registry refuses it", secretEvent.map { [.init($0)] } ?? [])
      ]
    }
    if text.mentions(Self.absent) { return [found(.imageReferenceInvalid, 0.96, "there is no such image")] }
    if let secretEvent {
      return [found(.pullSecretMissing, 0.9, "its pull secret does not exist", [.init(secretEvent)])]
    }
    return []
  }

  private func privateOrAbsent(
    _ pod: Pod, _ container: Container, _ secretEvent: ClusterEvent?,
    _ found: (KubernetesCause, Double, String, [KubernetesFinding.Quotation]) -> KubernetesFinding
  ) -> [KubernetesFinding] {
    let missing = missingSecret(pod)
    if secretEvent != nil || missing != nil {
      let name = missing ?? "named"
      return [
        found(
          .pullSecretMissing, 0.96, "the pull secret \(name) does not exist", secretEvent.map { [.init($0)] } ?? [])
      ]
    }
    var absent = found(.imageReferenceInvalid, 0.72, "the repository does not exist, or is private", [])
    var refused = found(.pullSecretMissing, 0.7, "the repository is private, or does not exist", [])
    switch sameRepositoryBefore(pod, container) {
    case true?: refused.score = 0.9
    case false?: absent.score = 0.9
    case nil: break
    }
    let check = "Pull the image with an account that may see the repository: the registry says the same of both."
    absent.check = check
    refused.check = check
    return [absent, refused]
  }

  /// A secret that the pod names and that does not exist.
  private func missingSecret(_ pod: Pod) -> String? {
    guard view.snapshot.knows(.secret) else { return nil }
    let account = view.snapshot.serviceAccounts[ObjectName(pod.spec.serviceAccountName, in: pod.namespace)]
    return (pod.spec.imagePullSecrets + (account?.imagePullSecrets ?? [])).first {
      view.snapshot.secrets[ObjectName($0, in: pod.namespace)] == nil
    }
  }

  /// Whether the last template that worked had its image from the same repository; nil where that is not known.
  private func sameRepositoryBefore(_ pod: Pod, _ container: Container) -> Bool? {
    guard let workload = view.workload(of: pod), workload.kind == .deployment else { return nil }
    let earlier = view.replicaSets(of: workload).compactMap { set in
      set.template.containers.first { $0.name == container.name }?.image
    }.first { $0 != container.image }
    return earlier.map { Self.repository($0) == Self.repository(container.image) }
  }

  private static func repository(_ image: String) -> Substring {
    let path = image.prefix { $0 != "@" }
    let name = path.split(separator: "/").last ?? path
    return name.contains(":") ? path.prefix(path.count - (name.split(separator: ":").last?.count ?? 0) - 1) : path
  }
}

/// Images that cannot be pulled.
extension FaultInjection {
  mutating func image(_ fault: ClusterFault) -> (component: String, alsoAccept: [String])? {
    guard [.registryNameNotResolved, .imageReferenceInvalid, .pullSecretMissing, .certificateExpired].contains(fault),
      let application = application()
    else { return nil }
    if fault == .certificateExpired, random.chance(0.4) { return expiredWebhookCertificate(application) }
    let name = workload(application).name
    let old = workload(application).template.containers[0].image
    var isNameInvalid = false
    var secret: String?
    let reference: String
    switch fault {
    case .registryNameNotResolved:
      reference =
        "\(names.word())-registry.\(names.word()).\(random.pick(["io", "internal", "lan"]) ?? "io")/\(name):"
        + names.imageTag()
    case .imageReferenceInvalid:
      isNameInvalid = random.chance(0.2)
      reference =
        isNameInvalid
        ? "\(names.registry)/\(name.uppercased()):\(names.imageTag())"
        : random.chance(0.6)
          ? "\(old.prefix(upTo: old.lastIndex(of: ":") ?? old.endIndex)):\(names.imageTag())"
          : old.replacing("/\(name):", with: "/\(name)x:")
    case .pullSecretMissing:
      reference = "private.\(names.word()).io/\(name):\(names.imageTag())"
      secret = random.chance(0.6) ? "\(names.word())-pull" : nil
    default: reference = "registry.\(names.word()).internal/\(name):\(names.imageTag())"
    }
    let pods = rollOut(application, .stuck) { template in
      template.containers[0].image = reference
      if let secret { template.pullSecrets = [secret] }
    }
    let problem = pullProblem(fault, reference)
    let minimal = isNameInvalid
    for pod in pods {
      assign(pod)
      if minimal {
        invalidName(pod, reference)
      } else {
        failPull(pod, reference, problem, secret: secret)
      }
    }
    return answer(application)
  }

  /// What containerd answers.
  private mutating func pullProblem(_ fault: ClusterFault, _ reference: String) -> String {
    let host = String(reference.split(separator: "/")[0])
    let path = reference.dropFirst(host.count + 1)
    let repository = path.prefix(upTo: path.lastIndex(of: ":") ?? path.endIndex)
    let tag = reference[reference.index(after: reference.lastIndex(of: ":") ?? reference.startIndex)...]
    let start = "failed to pull and unpack image \"\(reference)\": failed to resolve reference \"\(reference)\": "
    let request = "failed to do request: Head \"https://\(host)/v2/\(repository)/manifests/\(tag)\": "
    switch fault {
    case .registryNameNotResolved:
      let reason = random.pick(["no such host", "server misbehaving", "Temporary failure in name resolution"])
      return start + request + "dial tcp: lookup \(host) on 172.16.0.2:53: \(reason ?? "no such host")"
    case .imageReferenceInvalid: return start + "\(reference): not found"
    case .pullSecretMissing:
      return start
        + (random.chance(0.5)
          ? "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to "
            + "https://\(host)/token?scope=repository%3A\(repository)%3Apull&service=\(host): 401 Unauthorized"
          : "pull access denied, repository does not exist or may require authorization: authorization failed: "
            + "no basic auth credentials")
    default:
      let end = (APIObject.time(now - 86_400 * 2 - random.index(below: 86_400)).text ?? "")
      return start + request
        + "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time "
        + "\(APIObject.time(now - 60).text ?? "") is after \(end)"
    }
  }

  private mutating func failPull(_ pod: Int, _ image: String, _ problem: String, secret: String?) {
    let isNewer = cluster.minorVersion >= 31
    let code = problem.hasSuffix(": not found") ? "NotFound" : "Unknown"
    let full = "rpc error: code = \(code) desc = \(problem)"
    let isBackingOff = random.chance(0.75)
    let name = cluster.pods[pod].containers[0].name
    // Later releases repeat the reason while they wait.
    let waiting =
      isNewer ? "Back-off pulling image \"\(image)\": ErrImagePull: \(full)" : "Back-off pulling image \"\(image)\""
    cluster.pods[pod].containers[0].state =
      isBackingOff
      ? .waiting(reason: "ImagePullBackOff", message: waiting) : .waiting(reason: "ErrImagePull", message: full)
    let one = cluster.pods[pod]
    let tries = max(2, min(2 + (now - since) / 300, 9))
    func note(_ reason: String, _ message: String, warning: Bool, count: Int, ago: Int) {
      cluster.note(
        one, reason, message, warning: warning, from: "kubelet", first: since + 4, last: max(since + 4, now - ago),
        count: count, container: name)
    }
    if let secret {
      cluster.note(
        one, "FailedToRetrieveImagePullSecret",
        "Unable to retrieve some image pull secrets (\(secret)); attempting to pull the image may not succeed.",
        from: "kubelet", first: since + 3, last: now - random.index(below: 60), count: tries * 3)
    }
    note("Pulling", "Pulling image \"\(image)\"", warning: false, count: tries, ago: random.index(below: 280))
    note(
      "Failed", "Failed to pull image \"\(image)\": \(full)", warning: true, count: tries, ago: random.index(below: 280)
    )
    note("Failed", "Error: ErrImagePull", warning: true, count: tries, ago: random.index(below: 280))
    note("BackOff", waiting, warning: false, count: tries * 4, ago: random.index(below: 20))
    note("Failed", "Error: ImagePullBackOff", warning: true, count: tries * 4, ago: random.index(below: 20))
  }

  private mutating func invalidName(_ pod: Int, _ image: String) {
    let message =
      "Failed to apply default image tag \"\(image)\": couldn't parse image name \"\(image)\": invalid reference format: "
      + "repository name must be lowercase"
    cluster.pods[pod].containers[0].state = .waiting(reason: "InvalidImageName", message: message)
    let one = cluster.pods[pod]
    for (reason, text) in [("InspectFailed", message), ("Failed", "Error: InvalidImageName")] {
      cluster.note(
        one, reason, text, from: "kubelet", first: since + 4, last: now - random.index(below: 20),
        count: 3 + (now - since) / 14, container: one.containers[0].name)
    }
  }

  /// A webhook that answers with a certificate that has run out.
  private mutating func expiredWebhookCertificate(
    _ application: Int
  ) -> (component: String, alsoAccept: [String])? {
    guard workload(application).kind == .deployment else { return nil }
    let hook = "\(names.word())-admission"
    let namespace = "kube-system"
    let gone = Set(losePods(application, count: 1))
    cluster.pods = cluster.pods.indices.filter { !gone.contains($0) }.map { cluster.pods[$0] }
    let end = APIObject.time(now - 3600 - random.index(below: 86_400)).text ?? ""
    let moment = APIObject.time(now - 40).text ?? ""
    refuse(application) { _ in
      "Internal error occurred: failed calling webhook \"\(hook).\(namespace).svc\": failed to call webhook: Post "
        + "\"https://\(hook).\(namespace).svc:443/mutate?timeout=10s\": tls: failed to verify certificate: x509: "
        + "certificate has expired or is not yet valid: current time \(moment) is after \(end)"
    }
    return answer(application)
  }
}

extension APIValue {
  /// The text of a string.
  var text: String? { if case .string(let text) = self { text } else { nil } }
}

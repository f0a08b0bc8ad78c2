import IncidentModel
import KubernetesObjects

/// Pods, claims and services that the API server does not let be made.
struct AdmissionRules {
  private let view: ClusterView

  init(_ view: ClusterView) { self.view = view }

  var findings: [KubernetesFinding] { view.workloads.flatMap(refusals) + ServiceQuotaRule(view).findings }

  // MARK: - Replicas that are missing

  /// Only what makes pods itself: of a deployment that is its replica set.
  private func refusals(_ workload: Workload) -> [KubernetesFinding] {
    guard workload.kind != .deployment, workload.hasStatus, !workload.isPaused, workload.metadata.deletedAt == nil
    else { return [] }
    let present = workload.status.count
    let isDone = workload.kind == .job && workload.status.conditions["Complete"]?.isTrue == true
    guard workload.desiredCount > present, !isDone else { return [] }
    let missing = KubernetesFinding.Quotation(
      workload.reference, "spec.replicas less status.replicas", "\(workload.desiredCount) - \(present)")
    if let account = missingAccount(workload, missing) { return [account] }
    guard let refusal = refusal(workload) else { return [] }
    return finding(workload, refusal, missing).map { [$0] } ?? []
  }

  private func top(_ workload: Workload) -> Workload { view.top(workload.reference) ?? workload }

  private func finding(
    _ workload: Workload, _ refusal: KubernetesFinding.Quotation, _ missing: KubernetesFinding.Quotation
  ) -> KubernetesFinding? {
    let text = refusal.value
    let top = top(workload)
    let name = "\(top.reference)"
    func found(
      _ cause: KubernetesCause, _ component: ObjectReference, _ object: ObjectReference, _ score: Double, _ why: String
    ) -> KubernetesFinding {
      KubernetesFinding(
        cause, component: component, object: object, score: score, "\(name) lacks pods: \(why).",
        evidence: [missing, refusal], since: refusal.at)
    }
    let lower = text.lowercased()
    if lower.contains("exceeded quota"), let quota = QuotaRefusal(text), let cause = quota.cause {
      let object = ObjectReference(.resourceQuota, ObjectName(quota.name, in: workload.namespace))
      var finding = found(
        cause, namespace(workload), object, 0.97,
        "the quota \(quota.name) leaves no room for \(quota.key) (\(quota.numbers))")
      finding.check = "Compare what the namespace uses with what it needs: the quota may be too small, or too much run."
      if let held = view.snapshot.quotas[object.name], let hard = held.hard[quota.key], let used = held.used[quota.key]
      {
        finding.evidence.append(.init(object, "status.used of hard \(quota.key)", "\(used) of \(hard)"))
      }
      return finding
    }
    if lower.contains("certificate has expired") {
      return found(
        .certificateExpired, view.component(of: top), webhook(text) ?? top.reference, 0.96,
        "a certificate on the way has expired")
    }
    if lower.contains("failed calling webhook") || lower.contains("failed to call webhook") {
      return found(
        .admissionWebhookUnavailable, view.component(of: top), webhook(text) ?? top.reference, 0.95,
        "an admission webhook does not answer")
    }
    // Whether an account is missing now was asked before; this is what the message said then.
    if lower.contains("service account") || lower.contains("serviceaccount") { return nil }
    if text.mentions(Self.passing) { return nil }
    if text.mentions(Self.refusals) {
      return found(
        .admissionRejected, view.component(of: top), top.reference, 0.95, "a policy of the cluster refuses them")
    }
    return nil
  }

  private static let passing = [
    "is being terminated", "being deleted", "already exists", "etcdserver", "connection refused", "context deadline",
    "i/o timeout", "try again",
  ]
  private static let refusals = [
    "denied the request", "violates podsecurity", "must specify", "usage per", "is forbidden", "is invalid",
    "invalid value", "exceeded quota",
  ]

  private func namespace(_ workload: Workload) -> ObjectReference {
    ObjectReference("Namespace", ObjectName(workload.namespace, in: ""))
  }

  /// The newest word on why pods are not made: a condition, which is present state, before an event.
  private func refusal(_ workload: Workload) -> KubernetesFinding.Quotation? {
    let owner = top(workload)
    for one in [workload, owner] {
      if let failure = one.status.conditions["ReplicaFailure"], failure.isTrue, !failure.message.isEmpty {
        return .init(
          one.reference, "status.conditions[ReplicaFailure].message", failure.message, at: failure.changedAt)
      }
    }
    let event = [workload.reference, owner.reference].flatMap { view.events(of: $0) }
      .filter { $0.reason == "FailedCreate" }.min(by: ClusterEvent.isLater)
    return event.map { .init($0) }
  }

  private func missingAccount(
    _ workload: Workload, _ missing: KubernetesFinding.Quotation
  ) -> KubernetesFinding? {
    let account = workload.template.serviceAccountName
    guard !account.isEmpty, view.snapshot.knows(.serviceAccount),
      view.snapshot.serviceAccounts[ObjectName(account, in: workload.namespace)] == nil
    else { return nil }
    let refusal = refusal(workload)
    let saysSo = refusal?.value.mentions(["service account", "serviceaccount"]) ?? false
    let top = top(workload)
    var found = KubernetesFinding(
      .serviceAccountMissing, component: view.component(of: top), object: top.reference, score: saysSo ? 0.97 : 0.85,
      "\(top.reference) lacks pods: the service account \(account) does not exist.",
      evidence: [.init(workload.reference, "spec.template.spec.serviceAccountName", account), missing]
        + (refusal.map { [$0] } ?? []), since: refusal?.at)
    found.value = account
    return found
  }

  /// The service behind the webhook, from the address in the message.
  private func webhook(_ text: String) -> ObjectReference? {
    guard let host = text.firstMatch(of: /https:\/\/([a-z0-9-]+)\.([a-z0-9-]+)\.svc/) else { return nil }
    return ObjectReference(.service, ObjectName(String(host.1), in: String(host.2)))
  }
}

/// What "exceeded quota: NAME, requested: K=V, used: K=V, limited: K=V" says.
struct QuotaRefusal {
  var name: String
  /// The resource that has no room.
  var key: String
  /// `requested 2, used 9 of 10`.
  var numbers: String

  init?(_ message: String) {
    guard let match = message.firstMatch(of: /exceeded quota: ([^,\s]+), requested: (.+?), used: (.+?), limited: (.+)/)
    else { return nil }
    name = String(match.1)
    let requested = Self.amounts(match.2)
    let used = Self.amounts(match.3)
    let limited = Self.amounts(match.4)
    func amount(_ key: String, in list: [(key: String, value: String)]) -> Quantity? {
      list.first { $0.key == key }.flatMap { Quantity($0.value) }
    }
    let tight = requested.first { key, _ in
      guard let wanted = amount(key, in: requested), let use = amount(key, in: used),
        let limit = amount(key, in: limited)
      else { return false }
      return wanted + use > limit
    }
    guard let key = (tight ?? requested.first)?.key else { return nil }
    self.key = key
    func text(_ list: [(key: String, value: String)]) -> String { list.first { $0.key == key }?.value ?? "?" }
    numbers = "requested \(text(requested)), used \(text(used)) of \(text(limited))"
  }

  /// In the order of the message.
  private static func amounts(_ text: Substring) -> [(key: String, value: String)] {
    text.split(separator: ",").compactMap { part in
      let sides = part.split(separator: "=")
      guard sides.count == 2 else { return nil }
      let value = sides[1].prefix { !$0.isWhitespace && $0 != "\"" && $0 != ";" }
      return (key: sides[0].filter { !$0.isWhitespace }, value: String(value))
    }
  }

  var cause: KubernetesCause? { Self.cause(ofKey: key) }

  static func cause(ofKey key: String) -> KubernetesCause? {
    if key.contains("storage") || key.contains("persistentvolumeclaims") { return .namespaceStorageQuota }
    if key.contains("services") { return .namespaceServiceQuota }
    if key.hasSuffix("cpu") { return .namespaceCPUQuota }
    if key.hasSuffix("memory") { return .namespaceMemoryQuota }
    if key.hasSuffix("pods") || key.hasPrefix("count/") { return .namespacePodQuota }
    return nil
  }
}

/// A service that a full quota keeps from being made: nobody says so, its absence does.
struct ServiceQuotaRule {
  private let view: ClusterView

  init(_ view: ClusterView) { self.view = view }

  var findings: [KubernetesFinding] {
    view.snapshot.quotas.values.sorted { $0.metadata.name < $1.metadata.name }.flatMap { quota in
      quota.hard.entries.flatMap { entry -> [KubernetesFinding] in
        guard QuotaRefusal.cause(ofKey: entry.name) == .namespaceServiceQuota,
          let used = quota.used[entry.name], used >= entry.amount
        else { return [] }
        return missingServices(quota).prefix(1).map { workload, client in
          let reference = quota.metadata.reference(.resourceQuota)
          return KubernetesFinding(
            .namespaceServiceQuota, component: ObjectReference("Namespace", ObjectName(quota.namespace, in: "")),
            object: reference, score: 0.96,
            "\(workload.reference) has no service, and the quota \(quota.name) leaves no room for one.",
            evidence: [
              .init(reference, "status.used of hard \(entry.name)", "\(used) of \(entry.amount)"),
              .init(workload.reference, "spec.template.metadata.labels", "\(workload.templateLabels), in no selector"),
              client,
            ])
        }
      }
    }
  }

  /// Workloads that listen, run and are called by name, and that no service selects.
  private func missingServices(_ quota: ResourceQuota) -> [(Workload, KubernetesFinding.Quotation)] {
    view.workloads.compactMap { workload in
      guard workload.namespace == quota.namespace, workload.kind == .deployment || workload.kind == .statefulSet,
        workload.desiredCount > 0, workload.template.containers.contains(where: { !$0.ports.isEmpty }),
        view.snapshot.services[workload.metadata.name] == nil,
        view.services(selecting: workload.templateLabels, in: workload.namespace).isEmpty,
        let client = client(of: workload)
      else { return nil }
      return (workload, client)
    }
  }

  /// Somebody else's variable that is this workload's name.
  private func client(of workload: Workload) -> KubernetesFinding.Quotation? {
    for other in view.workloads where other.kind != .replicaSet && other.reference != workload.reference {
      for address in other.template.containers.flatMap(\.addresses) {
        guard let host = ServiceHost(address.host, from: other.namespace)?.name,
          view.snapshot.services[host] == nil, host.namespace == workload.namespace
        else { continue }
        // Services are called like their workload, or so with an ending.
        if host.name == workload.name || host.name.hasPrefix("\(workload.name)-") {
          return .init(other.reference, "env \(address.variable)", address.host)
        }
      }
    }
    return nil
  }
}

/// The service that a host name means inside the cluster.
struct ServiceHost {
  var name: ObjectName

  /// Nil for names that end outside the cluster.
  init?(_ host: String, from namespace: String) {
    let parts = host.split(separator: ".").map(String.init)
    switch parts.count {
    case 1: name = ObjectName(parts[0], in: namespace)
    case 2 where !Self.publicEndings.contains(parts[1]): name = ObjectName(parts[0], in: parts[1])
    case 3... where parts[2] == "svc": name = ObjectName(parts[0], in: parts[1])
    default: return nil
    }
  }

  private static let publicEndings: Set<String> = [
    "com", "net", "org", "io", "dev", "local", "internal", "cloud", "de",
  ]
}

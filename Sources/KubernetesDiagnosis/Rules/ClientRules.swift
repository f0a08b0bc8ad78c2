import IncidentModel
import KubernetesObjects

/// Clients whose environment names a host or port that no service has.
struct ClientRules {
  private let view: ClusterView
  private let namesByNamespace: [String: [String]]

  init(_ view: ClusterView) {
    self.view = view
    namesByNamespace = Dictionary(grouping: view.services) { $0.namespace }.mapValues { $0.map(\.name) }
  }

  private struct Use {
    var workload: Workload
    var address: EnvironmentAddress
    var host: ObjectName
  }

  private static let nearLine = 0.8

  var findings: [KubernetesFinding] {
    guard view.snapshot.knows(.service) else { return [] }
    let uses = uses
    return uses.compactMap(unknownHost) + ports(uses)
  }

  private var uses: [Use] {
    view.workloads.flatMap { workload -> [Use] in
      guard [.deployment, .statefulSet, .daemonSet].contains(workload.kind), workload.desiredCount > 0 else {
        return []
      }
      var seen: Set<String> = []
      return workload.template.containers.flatMap(\.addresses).compactMap { address in
        guard let host = ServiceHost(address.host, from: workload.namespace)?.name,
          seen.insert("\(address.host):\(address.port ?? 0)").inserted
        else { return nil }
        return Use(workload: workload, address: address, host: host)
      }
    }
  }

  // MARK: - Host

  private func unknownHost(_ use: Use) -> KubernetesFinding? {
    guard view.snapshot.services[use.host] == nil else { return nil }
    // A workload without its service: what is missing is the service, not the client's address.
    let isWorkload = [ObjectKind.deployment, .statefulSet].contains {
      view.snapshot.workloads[ObjectReference($0, use.host)] != nil
    }
    guard !isWorkload else { return nil }
    let names = namesByNamespace[use.host.namespace] ?? []
    let nearest = names.map { ($0, likeness($0, use.host.name)) }.filter { $0.1 >= Self.nearLine }
      .min { ($1.1, $0.0) < ($0.1, $1.0) }
    let lookup = failedLookup(use)
    guard nearest != nil || lookup != nil else { return nil }
    // Somebody who also calls the namesake rightly means another thing.
    let means =
      nearest.map { near in
        use.workload.template.containers.flatMap(\.addresses).contains {
          ServiceHost($0.host, from: use.workload.namespace)?.name == ObjectName(near.0, in: use.host.namespace)
        }
      } ?? false
    guard lookup != nil || !means else { return nil }
    var evidence: [KubernetesFinding.Quotation] = [
      .init(use.workload.reference, "env \(use.address.variable)", text(use.address))
    ]
    if let nearest {
      evidence.append(
        .init(ObjectReference(.service, ObjectName(nearest.0, in: use.host.namespace)), "metadata.name", nearest.0))
    }
    if let lookup { evidence.append(lookup) }
    var found = KubernetesFinding(
      .clientAddressMismatch, component: view.component(of: use.workload), object: use.workload.reference,
      score: lookup == nil ? 0.93 : 0.94,
      "\(use.workload.reference) calls \(use.address.host), which is no service"
        + (nearest.map { "; \($0.0) is one" } ?? "") + ".", evidence: evidence,
      since: use.workload.metadata.changedAt)
    found.container = container(use)
    found.value = text(use.address)
    return found
  }

  private func container(_ use: Use) -> String? {
    use.workload.template.containers.first { $0.addresses.contains(use.address) }?.name
  }

  private func text(_ address: EnvironmentAddress) -> String {
    address.host + (address.port.map { ":\($0)" } ?? "")
  }

  /// A line of the client's log in which that name is not resolved.
  private func failedLookup(_ use: Use) -> KubernetesFinding.Quotation? {
    guard !view.snapshot.podLogs.isEmpty else { return nil }
    for pod in view.pods(of: use.workload) {
      guard let log = view.snapshot.podLogs[pod.metadata.name] else { continue }
      for line in log.split(separator: "\n") where line.contains(use.address.host) {
        let words = [
          "no such host", "could not resolve", "name or service not known", "nxdomain", "enotfound",
          "temporary failure in name resolution", "unknownhost",
        ]
        if String(line).mentions(words) {
          return .init(pod.metadata.reference(.pod), "log", String(line.prefix(300)))
        }
      }
    }
    return nil
  }

  /// One less the edits (letters put in, taken out, changed or swapped) by the longer length.
  private func likeness(_ left: String, _ right: String) -> Double {
    let a = Array(left.utf8)
    let b = Array(right.utf8)
    let longest = max(a.count, b.count)
    guard longest > 0, Double(abs(a.count - b.count)) <= 0.2 * Double(longest) else { return 0 }
    var before: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var best = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
        row.append(best)
      }
      before = previous
      previous = row
    }
    return 1 - Double(previous[b.count]) / Double(longest)
  }

  // MARK: - Port

  private func ports(_ uses: [Use]) -> [KubernetesFinding] {
    let byService = Dictionary(grouping: uses.filter { $0.address.port != nil }) { $0.host }
    return byService.sorted { $0.key < $1.key }.flatMap { name, uses -> [KubernetesFinding] in
      guard let service = view.snapshot.services[name], service.type != "ExternalName", !service.ports.isEmpty else {
        return []
      }
      let exposed = Set(service.ports.map(\.port))
      let wrong = uses.filter { !exposed.contains($0.address.port ?? 0) }
      guard !wrong.isEmpty else { return [] }
      let declared = Set(
        view.pods(matching: service.selector, in: service.namespace).first?.spec.containers.flatMap(\.ports).map(\.port)
          ?? [])
      // Without an address of its own a service passes every port of its pods.
      if service.clusterIP == "None", wrong.allSatisfy({ declared.contains($0.address.port ?? 0) }) { return [] }
      let clients = Set(uses.map(\.workload.reference))
      let wrongClients = Set(wrong.map(\.workload.reference))
      if wrongClients.count < clients.count { return wrong.map { client($0, service, 0.92, nil) } }
      let isContainerPort = wrong.allSatisfy { declared.contains($0.address.port ?? 0) }
      if clients.count > 1 || isContainerPort { return [ownPort(service, wrong, 0.92, nil)] }
      // One client and one service: who was changed last is more likely wrong.
      let changedService = service.metadata.changedAt ?? Timestamp(nanoseconds: .min)
      let changedClient = wrong[0].workload.metadata.changedAt ?? Timestamp(nanoseconds: .min)
      let check = "Ask which of the two was changed last: client and service disagree, and nobody else calls."
      let isService = changedService > changedClient
      return [
        client(wrong[0], service, isService ? 0.6 : 0.8, check),
        ownPort(service, wrong, isService ? 0.8 : 0.6, check),
      ]
    }
  }

  private func client(_ use: Use, _ service: ClusterService, _ score: Double, _ check: String?) -> KubernetesFinding {
    KubernetesFinding(
      .clientAddressMismatch, component: view.component(of: use.workload), object: use.workload.reference, score: score,
      "\(use.workload.reference) calls \(text(use.address)), and the service has no such port.",
      evidence: [
        .init(use.workload.reference, "env \(use.address.variable)", text(use.address)), ports(service),
      ], since: use.workload.metadata.changedAt, check: check)
  }

  private func ownPort(
    _ service: ClusterService, _ wrong: [Use], _ score: Double, _ check: String?
  ) -> KubernetesFinding {
    let reference = service.metadata.reference(.service)
    return KubernetesFinding(
      .servicePortMismatch, component: reference, object: reference, score: score,
      "\(reference) does not have the port that its clients call.",
      evidence: [ports(service)]
        + wrong.prefix(3).map { .init($0.workload.reference, "env \($0.address.variable)", text($0.address)) },
      since: service.metadata.changedAt, check: check)
  }

  private func ports(_ service: ClusterService) -> KubernetesFinding.Quotation {
    .init(
      service.metadata.reference(.service), "spec.ports", service.ports.map { "\($0.port)" }.joined(separator: ", "))
  }
}

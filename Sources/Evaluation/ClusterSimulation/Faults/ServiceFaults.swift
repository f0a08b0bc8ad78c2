/// Services that lead nowhere, and clients that call nobody.
extension FaultInjection {
  mutating func service(_ fault: ClusterFault) -> (component: String, alsoAccept: [String])? {
    switch fault {
    case .selectorMatchesNothing: wrongSelector()
    case .servicePortMismatch: wrongServicePort()
    case .serviceProtocolMismatch: wrongTransport()
    case .clientAddressMismatch: wrongAddress()
    case .listenAddress: listensOnLoopback()
    case .networkPolicyBlocks: blockedByPolicy()
    case .clusterDNSUnavailable: deadDNS()
    default: nil
    }
  }

  private mutating func edit(_ application: Int, _ change: (inout ClusterService) -> Void) {
    let position = cluster.applications[application].service
    change(&cluster.services[position])
    cluster.services[position].changedAt = since
    cluster.services[position].changedBy = random.pick(["kubectl-edit", "kubectl-patch", "helm"]) ?? "helm"
  }

  private mutating func wrongSelector() -> (component: String, alsoAccept: [String])? {
    guard let application = application() else { return nil }
    let form = random.index(below: 3)
    let extra = random.pick(["v2", "stable", "blue"]) ?? "v2"
    edit(application) { service in
      guard let (key, value) = service.selector.min(by: { $0.key < $1.key }) else { return }
      switch form {
      case 0: service.selector[key] = value + "-app"
      case 1:
        service.selector[key] = nil
        service.selector["name"] = value
      default: service.selector["version"] = extra
      }
    }
    return answer(application)
  }

  private mutating func wrongServicePort() -> (component: String, alsoAccept: [String])? {
    let workloads = cluster.workloads
    let called = Set(cluster.applications.flatMap(\.calls))
    let wantsClients = random.chance(0.25)
    let services = Set(called.map { cluster.applications[$0].service })
    guard
      let application = application(where: {
        !workloads[$0.workload].template.containers[0].ports.isEmpty && (!wantsClients || services.contains($0.service))
      })
    else { return nil }
    let port = workload(application).template.containers[0].ports[0]
    let other = port.number + 1 + random.index(below: 700)
    let form = wantsClients ? 2 : random.index(below: 2)
    let name = random.pick(["grpc", "http-api", "service"]) ?? "grpc"
    edit(application) { service in
      switch form {
      case 0: service.ports[0].target = .number(other)
      case 1: service.ports[0].target = .name(name)
      default:
        // Every client still calls the port that the service had.
        service.ports[0].number += 1 + other % 90
      }
    }
    for caller in cluster.applications.indices where cluster.applications[caller].calls.contains(application) {
      take(application: caller)
    }
    return answer(application)
  }

  private mutating func wrongTransport() -> (component: String, alsoAccept: [String])? {
    let workloads = cluster.workloads
    guard
      let application = application(where: { !workloads[$0.workload].template.containers[0].ports.isEmpty })
    else { return nil }
    edit(application) { $0.ports[0].transport = "UDP" }
    return answer(application)
  }

  /// One client has a wrong host or a wrong port in its variables.
  private mutating func wrongAddress() -> (component: String, alsoAccept: [String])? {
    let applications = cluster.applications
    let isPort = random.chance(0.3)
    guard
      let client = deployment(where: { one in
        one.calls.contains { target in
          !isPort || applications.count { $0.calls.contains(target) } > 2
        }
      }),
      let target = random.pick(
        applications[client].calls.filter { target in
          !isPort || applications.count { $0.calls.contains(target) } > 2
        })
    else { return nil }
    let server = service(of: target)
    let wrongName = isPort ? server.name : misspelt(server.name)
    let port = server.ports[0].number
    let wrongPort = isPort ? port + 1 + random.index(below: 50) : port
    let stem = server.name.uppercased().replacing("-", with: "_")
    let pods = rollOut(client, .complete) { template in
      for position in template.containers[0].environment.indices {
        let variable = template.containers[0].environment[position]
        guard variable.name.hasPrefix(stem + "_"), case .text(let text) = variable.value else { continue }
        var changed = text
        if isPort {
          changed = text == "\(port)" ? "\(wrongPort)" : text.replacing(":\(port)", with: ":\(wrongPort)")
        } else {
          changed = text.replacing(server.name, with: wrongName)
        }
        template.containers[0].environment[position].value = .text(changed)
      }
    }
    for pod in pods {
      assign(pod)
      run(pod)
      guard random.chance(0.6) else { continue }
      log(
        pod, "error",
        isPort
          ? "request failed: dial tcp \(server.clusterAddress):\(wrongPort): i/o timeout"
          : "request failed: dial tcp: lookup \(wrongName) on 10.96.0.10:53: no such host")
    }
    take(application: target)
    return answer(client)
  }

  /// A letter lost, doubled or swapped with its neighbour.
  private mutating func misspelt(_ name: String) -> String {
    for _ in 0..<20 {
      var letters = Array(name)
      let position = 1 + random.index(below: max(letters.count - 2, 1))
      switch random.index(below: 3) {
      case 0: letters.remove(at: position)
      case 1: letters.insert(letters[position], at: position)
      default: letters.swapAt(position, position - 1)
      }
      let result = String(letters)
      if result != name, !result.hasPrefix("-"), !result.hasSuffix("-"),
        !cluster.services.contains(where: { $0.name == result })
      {
        return result
      }
    }
    return name + "x"
  }

  /// Pods are ready and nobody reaches them.
  private mutating func listensOnLoopback() -> (component: String, alsoAccept: [String])? {
    guard let application = deployment(where: { _ in true }) else { return nil }
    let port = workload(application).template.containers[0].ports.first?.number ?? 8080
    for pod in rollOut(
      application, .complete,
      { template in
        template.containers[0].arguments = ["--listen=127.0.0.1:\(port)"]
        template.containers[0].readiness = ProbeTemplate(
          action: .command(["wget", "-qO-", "http://127.0.0.1:\(port)/ready"]), initialDelaySeconds: 3)
        template.containers[0].liveness = nil
      })
    {
      assign(pod)
      run(pod)
    }
    probeEverything()
    let name = "\(service(of: application).name).\(service(of: application).namespace)"
    for position in cluster.probes.indices where cluster.probes[position].to == name {
      cluster.probes[position].isReachable = false
    }
    return answer(application)
  }

  /// Whether each of some nodes reaches each of some services, as things stand.
  mutating func probeEverything() {
    guard cluster.probes.isEmpty else { return }
    let object = APIObject(cluster)
    let workers = cluster.nodes.filter { !$0.isControlPlane && $0.health == .ready }.map(\.name)
    for service in cluster.services.prefix(400) where !service.isAbsent && service.clusterAddress != "None" {
      let hasEndpoints = object.endpointSlices(service).contains { slice in
        guard case .list(let endpoints) = slice["endpoints"], slice["ports"] != .null else { return false }
        return endpoints.contains { $0["conditions"]["ready"] == true }
      }
      guard let port = service.ports.first(where: { $0.transport == "TCP" }), service.name != "kubernetes" else {
        continue
      }
      for node in workers.prefix(40) {
        cluster.probes.append(
          ReachabilityProbe(
            from: node, to: "\(service.name).\(service.namespace)", port: port.number, isReachable: hasEndpoints))
      }
    }
  }

  private mutating func blockedByPolicy() -> (component: String, alsoAccept: [String])? {
    let applications = cluster.applications
    guard
      let target = application(where: { one in
        applications.contains { caller in caller.calls.contains { applications[$0].service == one.service } }
      })
    else { return nil }
    let callers = applications.indices.filter { applications[$0].calls.contains(target) }
    for caller in callers { take(application: caller) }
    let one = workload(target)
    cluster.policies.removeAll { $0.selector == one.selector && $0.namespace == one.namespace }
    let form = random.index(below: 3)
    cluster.policies.append(
      ClusterNetworkPolicy(
        namespace: one.namespace, name: form == 0 ? "deny-\(one.name)" : "restrict-\(one.name)", selector: one.selector,
        admitted: form == 0 ? [] : [["app": names.word() + "-frontend"]],
        admittedNamespaces: form == 2 ? ["kube-system"] : [], createdAt: since))
    for caller in callers {
      for pod in cluster.pods(of: applications[caller].workload).prefix(2) {
        log(
          pod, "error",
          "call to \(service(of: target).name) failed: dial tcp \(service(of: target).clusterAddress):"
            + "\(service(of: target).ports[0].number): i/o timeout")
      }
    }
    return answer(target)
  }

  private mutating func deadDNS() -> (component: String, alsoAccept: [String])? {
    guard isAlone, let position = cluster.workloads.firstIndex(where: { $0.name == "coredns" }) else { return nil }
    if random.chance(0.25) {
      cluster.workloads[position].replicas = 0
      cluster.workloads[position].revisions[0].number = 0
      cluster.workloads[position].changedAt = since
      cluster.workloads[position].changedBy = "kubectl-scale"
      cluster.pods = cluster.pods.filter { $0.workload != position }
    } else {
      for pod in cluster.pods(of: position) {
        cluster.pods[pod].createdAt = since
        let line =
          random.chance(0.5)
          ? "plugin/loop: Loop (127.0.0.1:55953 -> :53) detected for zone \".\""
          : "/etc/coredns/Corefile:9 - Error during parsing: Unknown directive 'frward'"
        crash(pod, Crash(reason: "Error", exitCode: 1, seconds: 1))
        log(pod, "fatal", line)
      }
    }
    return ("service/kube-dns", [])
  }
}

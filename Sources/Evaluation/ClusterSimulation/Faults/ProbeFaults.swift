/// Probes that ask the wrong question, and applications that do not answer the right one.
extension FaultInjection {
  mutating func probe(_ fault: ClusterFault) -> (component: String, alsoAccept: [String])? {
    switch fault {
    case .livenessProbeWrongPort, .livenessProbeWrongProtocol, .livenessProbeTooTight: liveness(fault)
    case .readinessProbeWrongPort, .readinessProbeWrongProtocol, .applicationNotAnswering: readiness(fault)
    default: nil
    }
  }

  /// A probe and what the kubelet writes when it fails, for a pod's address.
  private struct FailingProbe {
    var probe: ProbeTemplate
    var failure: (String) -> String
  }

  private mutating func wrongPort(_ application: Int) -> FailingProbe {
    let declared = workload(application).template.containers[0].ports.map(\.number)
    let port = (declared.first ?? 8080) + 1 + random.index(below: 900)
    let path = random.pick(["/healthz", "/live", "/ping"]) ?? "/healthz"
    if random.chance(0.3) {
      return FailingProbe(
        probe: ProbeTemplate(action: .tcp(.number(port)), initialDelaySeconds: 15)
      ) { "dial tcp \($0):\(port): connect: connection refused" }
    }
    return FailingProbe(
      probe: ProbeTemplate(action: .http(path: path, port: .number(port), isTLS: false), initialDelaySeconds: 15)
    ) { "Get \"http://\($0):\(port)\(path)\": dial tcp \($0):\(port): connect: connection refused" }
  }

  private mutating func wrongProtocol(_ application: Int) -> FailingProbe {
    let port = workload(application).template.containers[0].ports.first?.number ?? 8080
    let path = random.pick(["/healthz", "/live"]) ?? "/healthz"
    let plain = ProbeTemplate(action: .http(path: path, port: .number(port), isTLS: false), initialDelaySeconds: 15)
    switch random.index(below: 4) {
    case 0:
      return FailingProbe(
        probe: ProbeTemplate(action: .http(path: path, port: .number(port), isTLS: true), initialDelaySeconds: 15)
      ) { "Get \"https://\($0):\(port)\(path)\": http: server gave HTTP response to HTTPS client" }
    case 1:
      return FailingProbe(probe: plain) {
        "Get \"http://\($0):\(port)\(path)\": net/http: HTTP/1.x transport connection broken: malformed HTTP response "
          + "\"\\x00\\x00\\x06\\x04\\x00\\x00\\x00\\x00\\x00\\x00\\x05\\x00\\x00@\\x00\""
      }
    case 2:
      return FailingProbe(
        probe: ProbeTemplate(action: .grpc(port), initialDelaySeconds: 15)
      ) { _ in
        "service unhealthy (responded with \"UNKNOWN\"): error reading server preface: http2: frame too large"
      }
    default: return FailingProbe(probe: plain) { "Get \"http://\($0):\(port)\(path)\": EOF" }
    }
  }

  private mutating func tooTight(_ application: Int) -> FailingProbe {
    let port = workload(application).template.containers[0].ports.first?.number ?? 8080
    let path = random.pick(["/healthz", "/actuator/health"]) ?? "/healthz"
    var probe = ProbeTemplate(action: .http(path: path, port: .number(port), isTLS: false))
    probe.initialDelaySeconds = random.index(below: 3)
    probe.periodSeconds = 1 + random.index(below: 3)
    probe.failureThreshold = 1 + random.index(below: 2)
    let isSlow = random.chance(0.5)
    return FailingProbe(probe: probe) {
      isSlow
        ? "Get \"http://\($0):\(port)\(path)\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
        : "Get \"http://\($0):\(port)\(path)\": dial tcp \($0):\(port): connect: connection refused"
    }
  }

  private mutating func liveness(_ fault: ClusterFault) -> (component: String, alsoAccept: [String])? {
    guard let application = declaring() else { return nil }
    // The container is killed over and over: a probe that passes after all would not be seen.
    since = min(since, now - 400)
    var failing: FailingProbe
    switch fault {
    case .livenessProbeWrongPort: failing = wrongPort(application)
    case .livenessProbeWrongProtocol: failing = wrongProtocol(application)
    default: failing = tooTight(application)
    }
    let probe = failing.probe
    let pods = rollOut(application, .complete) { template in
      template.containers[0].liveness = probe
      if fault == .livenessProbeTooTight { template.containers[0].readiness = nil }
    }
    let isCrashing = random.chance(0.5)
    for pod in pods {
      assign(pod)
      killAgainAndAgain(pod, probe, failure: failing.failure(cluster.pods[pod].address), isCrashing: isCrashing)
    }
    return answer(application)
  }

  private mutating func killAgainAndAgain(_ pod: Int, _ probe: ProbeTemplate, failure: String, isCrashing: Bool) {
    let lasts = probe.initialDelaySeconds + probe.periodSeconds * probe.failureThreshold + 2
    let name = cluster.pods[pod].containers[0].name
    crash(pod, Crash(reason: "Error", exitCode: random.chance(0.5) ? 137 : 143, seconds: lasts))
    let restarts = cluster.pods[pod].containers[0].restarts
    if !isCrashing, let finished = cluster.pods[pod].containers[0].last?.finishedAt {
      cluster.pods[pod].containers[0].state = .running(since: finished + 1)
      cluster.pods[pod].containers[0].isReady =
        cluster.workloads[cluster.pods[pod].workload].template.containers[0].readiness == nil
    }
    let one = cluster.pods[pod]
    let last = one.containers[0].last?.finishedAt ?? now
    cluster.note(
      one, "Unhealthy", "Liveness probe failed: \(failure)", from: "kubelet",
      first: one.createdAt + probe.initialDelaySeconds + 4, last: last, count: (restarts + 1) * probe.failureThreshold,
      container: name)
    cluster.note(
      one, "Killing", "Container \(name) failed liveness probe, will be restarted", warning: false, from: "kubelet",
      first: one.createdAt + lasts, last: last, count: restarts + 1, container: name)
  }

  /// An application that says on which port it listens.
  private mutating func declaring() -> Int? {
    let workloads = cluster.workloads
    return deployment { !workloads[$0.workload].template.containers[0].ports.isEmpty }
  }

  private mutating func readiness(_ fault: ClusterFault) -> (component: String, alsoAccept: [String])? {
    guard let application = declaring() else { return nil }
    let failing: FailingProbe
    switch fault {
    case .readinessProbeWrongPort: failing = wrongPort(application)
    case .readinessProbeWrongProtocol: failing = wrongProtocol(application)
    default: failing = hanging(application)
    }
    let probe = failing.probe
    let pods: [Int]
    if fault == .applicationNotAnswering {
      // Nothing was rolled out: the same pods have stopped answering.
      editAll(application) { template in
        template.containers[0].readiness = probe
        template.containers[0].liveness = nil
      }
      pods = cluster.pods(of: cluster.applications[application].workload)
    } else {
      pods = rollOut(application, .stuck) { template in
        template.containers[0].readiness = probe
        template.containers[0].liveness = nil
      }
      for pod in pods {
        assign(pod)
        run(pod)
      }
    }
    for pod in pods {
      cluster.pods[pod].containers[0].isReady = false
      cluster.pods[pod].readinessChangedAt = max(since, cluster.pods[pod].createdAt)
      let one = cluster.pods[pod]
      let first = max(since, one.createdAt) + probe.initialDelaySeconds
      cluster.note(
        one, "Unhealthy", "Readiness probe failed: \(failing.failure(one.address))", from: "kubelet",
        first: min(first, now), last: now - random.index(below: 10), count: max((now - first) / probe.periodSeconds, 3),
        container: one.containers[0].name)
    }
    return answer(application)
  }

  /// The question is right and there is no answer, or the answer is that it cannot.
  private mutating func hanging(_ application: Int) -> FailingProbe {
    let port = workload(application).template.containers[0].ports.first?.number ?? 8080
    let path = random.pick(["/ready", "/healthz"]) ?? "/ready"
    let isSilent = random.chance(0.6)
    var probe = ProbeTemplate(action: .http(path: path, port: .number(port), isTLS: false))
    probe.initialDelaySeconds = 5
    probe.timeoutSeconds = 2
    return FailingProbe(probe: probe) {
      isSilent
        ? "Get \"http://\($0):\(port)\(path)\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
        : "HTTP probe failed with statuscode: 503"
    }
  }
}

/// Containers that do not come up or do not stay up.
extension FaultInjection {
  mutating func start(_ fault: ClusterFault) -> (component: String, alsoAccept: [String])? {
    switch fault {
    case .outOfMemoryKilled: outOfMemory()
    case .volumePermissionDenied: permissionDenied()
    case .configurationReferenceMissing: missingReference()
    case .entrypointInvalid: wrongEntrypoint()
    case .initContainerFailing: failingInit()
    default: nil
    }
  }

  /// How a container ends each time it is started.
  struct Crash {
    var reason: String
    var exitCode: Int
    /// How long it lasts.
    var seconds: Int
    var message: String?
  }

  /// A container that has been restarted over and over since the fault began.
  mutating func crash(_ pod: Int, container: Int = 0, isInit: Bool = false, _ crash: Crash) {
    let elapsed = now - cluster.pods[pod].createdAt
    // 10 s, 20 s, 40 s … up to five minutes between the attempts.
    var restarts = 0
    var spent = crash.seconds
    while spent < elapsed, restarts < 40 {
      spent += min(10 << min(restarts, 5), 300) + crash.seconds
      restarts += 1
    }
    restarts = max(restarts - 1, 1)
    let delay = min(10 << min(restarts - 1, 5), 300)
    let finished = max(now - 2 - random.index(below: delay), cluster.pods[pod].createdAt + crash.seconds)
    let end = ContainerRecord.Termination(
      reason: crash.reason, exitCode: crash.exitCode, startedAt: finished - crash.seconds, finishedAt: finished,
      message: crash.message)
    let one = cluster.pods[pod]
    let name = isInit ? one.initContainers[container].name : one.containers[container].name
    let namespace = cluster.workloads[one.workload].namespace
    let wait = delay < 60 ? "\(delay)s" : delay % 60 == 0 ? "\(delay / 60)m0s" : "\(delay / 60)m\(delay % 60)s"
    let record = ContainerRecord(
      name: name, isReady: false, restarts: restarts,
      state: .waiting(
        reason: "CrashLoopBackOff",
        message: "back-off \(wait) restarting failed container=\(name) pod=\(one.name)_\(namespace)(\(one.uid))"),
      last: end)
    if isInit {
      cluster.pods[pod].initContainers[container] = record
    } else {
      cluster.pods[pod].containers[container] = record
    }
    cluster.pods[pod].readinessChangedAt = finished
    cluster.note(
      one, "BackOff", "Back-off restarting failed container \(name) in pod \(one.name)_\(namespace)(\(one.uid))",
      from: "kubelet", first: min(one.createdAt + 20, now), last: now - random.index(below: 15),
      count: max(restarts * 3, 1), container: name)
  }

  private mutating func outOfMemory() -> (component: String, alsoAccept: [String])? {
    guard let application = application() else { return nil }
    let limit = 16 * (1 + random.index(below: 6))
    if random.chance(0.15) { return sandboxOutOfMemory(application) }
    for pod in rollOut(
      application, .stuck,
      { template in
        template.containers[0].memoryRequest = limit
        template.containers[0].memoryLimit = limit
      })
    {
      assign(pod)
      crash(pod, Crash(reason: "OOMKilled", exitCode: 137, seconds: 2 + random.index(below: 30)))
    }
    return answer(application)
  }

  /// A limit so small that the sandbox itself does not start.
  private mutating func sandboxOutOfMemory(_ application: Int) -> (component: String, alsoAccept: [String])? {
    for pod in rollOut(
      application, .stuck,
      { template in
        template.containers[0].memoryRequest = 4
        template.containers[0].memoryLimit = 4
      })
    {
      assign(pod, hasAddress: false)
      cluster.note(
        cluster.pods[pod], "FailedCreatePodSandBox",
        "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create containerd task: failed to "
          + "create shim task: OCI runtime create failed: runc create failed: unable to start container process: "
          + "container init was OOM-killed (memory limit too low?): unknown", from: "kubelet", first: since + 5,
        last: now - random.index(below: 15), count: max((now - since) / 13, 2))
    }
    return answer(application)
  }

  private mutating func permissionDenied() -> (component: String, alsoAccept: [String])? {
    let workloads = cluster.workloads
    guard let application = application(where: { workloads[$0.workload].claimGibibytes != nil }) else { return nil }
    let form = random.index(below: 3)
    let directory = workload(application).template.containers[0].mounts["data"] ?? "/data"
    let line =
      "open \(directory)/\(random.pick(["lock", "wal.log", "db.sqlite"]) ?? "lock"): "
      + (random.pick(["permission denied", "read-only file system"]) ?? "permission denied")
    for pod in rollOut(application, .stuck, { $0.containers[0].readsTerminationFromLog = form == 0 }) {
      assign(pod, hasAddress: form != 2)
      let one = cluster.pods[pod]
      if form == 2 {
        cluster.note(
          one, "FailedMount",
          "MountVolume.SetUp failed for volume \"pvc-\(names.uid())\" : mount failed: exit status 32 Mounting command: "
            + "mount Mounting arguments: -t nfs 172.16.200.10:/exports/\(one.name) Output: mount.nfs: access denied by "
            + "server while mounting 172.16.200.10:/exports/\(one.name): permission denied", from: "kubelet",
          first: since + 3, last: now - random.index(below: 110), count: max((now - since) / 120, 2))
        continue
      }
      crash(pod, Crash(reason: "Error", exitCode: 1, seconds: 2, message: form == 0 ? "fatal: \(line)\n" : nil))
      if form == 1 { log(pod, "error", "fatal: \(line)") }
    }
    return answer(application)
  }

  /// A line of the log of each of the last attempts.
  mutating func log(_ pod: Int, _ severity: String, _ body: String) {
    for attempt in 0..<3 {
      cluster.logs.append(
        ClusterLogLine(
          at: max(since, now - 300 * (3 - attempt) + 5), component: cluster.pods[pod].name, severity: severity,
          body: body))
    }
  }

  private mutating func missingReference() -> (component: String, alsoAccept: [String])? {
    guard let application = application() else { return nil }
    let namespace = workload(application).namespace
    let name = workload(application).name + (random.pick(["-settings", "-tls", "-env", "-token"]) ?? "-env")
    let form = random.index(below: 5)
    if form == 4 {
      cluster.configMaps.append(
        KeyedObject(namespace: namespace, name: name, keys: ["mode", "region"], createdAt: now - 86_400 * 4))
    }
    let pods = rollOut(application, .stuck) { template in
      switch form {
      case 0:
        template.containers[0].environment.append(
          ContainerTemplate.EnvironmentVariable(name: "TOKEN", value: .secretKey(name: name, key: "token")))
      case 1: template.containers[0].environmentFrom.append(name)
      case 2: template.volumes.append(PodTemplate.TemplateVolume(name: "extra", source: .configMap(name)))
      case 3: template.volumes.append(PodTemplate.TemplateVolume(name: "extra", source: .secret(name)))
      default:
        template.containers[0].environment.append(
          ContainerTemplate.EnvironmentVariable(name: "ENDPOINT", value: .configMapKey(name: name, key: "endpoint")))
      }
      if form == 2 || form == 3 { template.containers[0].mounts["extra"] = "/etc/extra" }
    }
    let kind = form == 0 || form == 3 ? "secret" : "configmap"
    let message =
      form == 4 ? "couldn't find key endpoint in ConfigMap \(namespace)/\(name)" : "\(kind) \"\(name)\" not found"
    for pod in pods {
      let isMount = form == 2 || form == 3
      assign(pod, hasAddress: !isMount)
      let one = cluster.pods[pod]
      if isMount {
        cluster.note(
          one, "FailedMount", "MountVolume.SetUp failed for volume \"extra\" : \(message)", from: "kubelet",
          first: since + 3, last: now - random.index(below: 110), count: max((now - since) / 120, 2))
      } else {
        cluster.pods[pod].containers[0].state = .waiting(reason: "CreateContainerConfigError", message: message)
        cluster.note(
          one, "Failed", "Error: \(message)", from: "kubelet", first: since + 4, last: now - random.index(below: 14),
          count: max((now - since) / 13, 2), container: one.containers[0].name)
      }
    }
    return answer(application)
  }

  private mutating func wrongEntrypoint() -> (component: String, alsoAccept: [String])? {
    guard let application = application() else { return nil }
    let form = random.index(below: 3)
    let path = "/usr/local/bin/\(workload(application).name)-server"
    let pods = rollOut(application, .stuck) { template in
      template.containers[0].command = form == 1 ? ["/bin/sh", "-c", "\(path) --serve"] : [path, "--serve"]
      template.containers[0].readsTerminationFromLog = form != 0
    }
    for pod in pods {
      assign(pod)
      switch form {
      case 0:
        let message =
          "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
          + "unable to start container process: exec: \"\(path)\": stat \(path): no such file or directory: unknown"
        crash(pod, Crash(reason: "StartError", exitCode: 128, seconds: 0, message: message))
        cluster.note(
          cluster.pods[pod], "Failed", "Error: \(message)", from: "kubelet", first: since + 5,
          last: now - random.index(below: 200), count: 3 + random.index(below: 6),
          container: cluster.pods[pod].containers[0].name)
      case 1:
        crash(
          pod, Crash(reason: "Error", exitCode: 127, seconds: 0, message: "/bin/sh: 1: \(path): not found\n"))
      default:
        crash(pod, Crash(reason: "Error", exitCode: 1, seconds: 0, message: "exec \(path): exec format error\n"))
      }
    }
    return answer(application)
  }

  private mutating func failingInit() -> (component: String, alsoAccept: [String])? {
    guard let application = application() else { return nil }
    let name = random.pick(["migrate", "init-schema", "fetch-assets"]) ?? "migrate"
    let pods = rollOut(application, .stuck) { template in
      template.initContainers = [
        ContainerTemplate(
          name: name, image: template.containers[0].image, cpuRequest: 10, memoryRequest: 16,
          command: ["/app/\(name)"], readsTerminationFromLog: true)
      ]
    }
    for pod in pods {
      assign(pod)
      for container in cluster.pods[pod].containers.indices {
        cluster.pods[pod].containers[container].state = .waiting(reason: "PodInitializing", message: nil)
      }
      crash(
        pod, isInit: true,
        Crash(
          reason: "Error", exitCode: 1 + random.index(below: 3), seconds: 3 + random.index(below: 20),
          message: "\(name): the step did not finish: unexpected schema version\n"))
    }
    return answer(application)
  }
}

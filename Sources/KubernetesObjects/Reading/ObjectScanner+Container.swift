extension ObjectScanner {
  mutating func containers() throws -> [Container] {
    guard try array() else { return [] }
    var all: [Container] = []
    while try json.nextElement() {
      guard try object() else { continue }
      all.append(try container())
    }
    return all
  }

  private mutating func container() throws -> Container {
    var container = Container()
    while try json.nextMember() {
      if json.keyIs("name") {
        container.name = try text()
      } else if json.keyIs("image") {
        container.image = try text()
      } else if json.keyIs("ports") {
        container.ports = try containerPorts()
      } else if json.keyIs("env") {
        try environment(&container)
      } else if json.keyIs("envFrom") {
        try environmentSources(&container)
      } else if json.keyIs("resources") {
        try requirements(&container)
      } else if json.keyIs("livenessProbe") {
        container.liveness = try probe()
      } else if json.keyIs("readinessProbe") {
        container.readiness = try probe()
      } else if json.keyIs("startupProbe") {
        container.startup = try probe()
      } else if json.keyIs("volumeMounts") {
        container.mounts = try mounts()
      } else if json.keyIs("command") {
        container.command = try texts(8)
      } else if json.keyIs("restartPolicy") {
        container.restartPolicy = try text()
      } else if json.keyIs("securityContext") {
        try security(&container)
      } else {
        try json.skipValue()
      }
    }
    return container
  }

  private mutating func requirements(_ container: inout Container) throws {
    guard try object() else { return }
    while try json.nextMember() {
      if json.keyIs("requests") {
        container.requests = try resources()
      } else if json.keyIs("limits") {
        container.limits = try resources()
      } else {
        try json.skipValue()
      }
    }
    // A limit without a request is its own request.
    for limit in container.limits.entries where container.requests[limit.name] == nil {
      container.requests[limit.name] = limit.amount
    }
  }

  private mutating func security(_ container: inout Container) throws {
    guard try object() else { return }
    while try json.nextMember() {
      if json.keyIs("runAsUser") {
        container.runsAsUser = try integerIfAny()
      } else if json.keyIs("readOnlyRootFilesystem") {
        container.hasReadOnlyRoot = try flag()
      } else {
        try json.skipValue()
      }
    }
  }

  mutating func transport() throws -> String {
    let text = try text()
    return text.isEmpty ? "TCP" : text
  }

  private mutating func containerPorts() throws -> [ContainerPort] {
    guard try array() else { return [] }
    var all: [ContainerPort] = []
    while try json.nextElement() {
      guard try object() else { continue }
      var port = ContainerPort()
      while try json.nextMember() {
        if json.keyIs("name") {
          port.name = try text()
        } else if json.keyIs("containerPort") {
          port.port = try integer()
        } else if json.keyIs("protocol") {
          port.transport = try transport()
        } else if json.keyIs("hostPort") {
          port.hostPort = try integer()
        } else if json.keyIs("hostIP") {
          port.hostAddress = try text()
        } else {
          try json.skipValue()
        }
      }
      all.append(port)
    }
    return all
  }

  private mutating func mounts() throws -> [VolumeMount] {
    guard try array() else { return [] }
    var all: [VolumeMount] = []
    while try json.nextElement() {
      guard try object() else { continue }
      var mount = VolumeMount()
      while try json.nextMember() {
        if json.keyIs("name") {
          mount.name = try text()
        } else if json.keyIs("mountPath") {
          mount.path = try text()
        } else if json.keyIs("readOnly") {
          mount.isReadOnly = try flag()
        } else {
          try json.skipValue()
        }
      }
      all.append(mount)
    }
    return all
  }

  private mutating func probe() throws -> Probe? {
    guard try object() else { return nil }
    var probe = Probe()
    while try json.nextMember() {
      if json.keyIs("httpGet") {
        probe.handler = .http
        try handler(&probe)
      } else if json.keyIs("tcpSocket") {
        probe.handler = .tcp
        try handler(&probe)
      } else if json.keyIs("grpc") {
        probe.handler = .grpc
        try handler(&probe)
      } else if json.keyIs("exec") {
        probe.handler = .exec
        try json.skipValue()
      } else if json.keyIs("initialDelaySeconds") {
        probe.initialDelaySeconds = try integer()
      } else if json.keyIs("periodSeconds") {
        probe.periodSeconds = max(1, try integerIfAny() ?? 10)
      } else if json.keyIs("timeoutSeconds") {
        probe.timeoutSeconds = max(1, try integerIfAny() ?? 1)
      } else if json.keyIs("failureThreshold") {
        probe.failureThreshold = max(1, try integerIfAny() ?? 3)
      } else {
        try json.skipValue()
      }
    }
    // Bounded, so that nobody's numbers overflow a product.
    probe.initialDelaySeconds = min(max(0, probe.initialDelaySeconds), 1 << 30)
    probe.periodSeconds = min(probe.periodSeconds, 1 << 30)
    probe.failureThreshold = min(probe.failureThreshold, 1 << 30)
    return probe
  }

  private mutating func handler(_ probe: inout Probe) throws {
    guard try object() else { return }
    while try json.nextMember() {
      if json.keyIs("port") {
        probe.port = try text()
      } else if json.keyIs("path") {
        probe.path = try text()
      } else if json.keyIs("scheme") {
        probe.scheme = try text()
      } else if json.keyIs("host") {
        probe.host = try text()
      } else {
        try json.skipValue()
      }
    }
  }
}

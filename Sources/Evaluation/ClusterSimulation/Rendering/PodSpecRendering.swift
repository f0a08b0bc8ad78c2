extension APIObject {
  /// - Parameter pod: nil for the template in a workload, which lacks what admission and the scheduler add.
  func podSpec(_ template: PodTemplate, workload: ClusterWorkload, pod: ClusterPod?) -> APIValue {
    var volumes = template.volumes.map(volume)
    if let pod, workload.claimGibibytes != nil {
      volumes.append(["name": "data", "persistentVolumeClaim": ["claimName": "data-\(pod.name)"]])
    }
    if pod != nil, workload.kind != .staticPod { volumes.append(Self.tokenVolume) }
    let tolerations = pod == nil ? template.tolerations.filter { $0.seconds == nil } : template.tolerations
    var spec: APIValue = [
      "containers": .list(template.containers.map { container($0, isInPod: pod != nil) }),
      "initContainers": .omittingEmpty(template.initContainers.map { container($0, isInPod: pod != nil) }),
      "restartPolicy": .string(template.restartPolicy), "terminationGracePeriodSeconds": 30,
      "dnsPolicy": "ClusterFirst", "schedulerName": "default-scheduler", "securityContext": [:],
      "nodeSelector": .map(template.nodeSelector), "affinity": affinity(template),
      "tolerations": .omittingEmpty(tolerations.map(toleration)), "volumes": .omittingEmpty(volumes),
      "imagePullSecrets": .omittingEmpty(template.pullSecrets.map { ["name": .string($0)] }),
      "priorityClassName": APIValue(template.priorityClass),
      "topologySpreadConstraints": template.spread.map { [spread($0)] } ?? .null,
    ]
    if template.isOnHostNetwork { spec["hostNetwork"] = true }
    if template.serviceAccount != "default" || pod != nil {
      spec["serviceAccountName"] = .string(template.serviceAccount)
      spec["serviceAccount"] = .string(template.serviceAccount)
    }
    if let pod {
      spec["nodeName"] = pod.node.map { .string(cluster.nodes[$0].name) } ?? .null
      spec["enableServiceLinks"] = true
      spec["preemptionPolicy"] = "PreemptLowerPriority"
      spec["priority"] = template.priorityClass == nil ? 0 : 2_000_000_000
    }
    return spec
  }

  private static let tokenVolume: APIValue = [
    "name": "kube-api-access",
    "projected": [
      "defaultMode": 420,
      "sources": [
        ["serviceAccountToken": ["expirationSeconds": 3607, "path": "token"]],
        ["configMap": ["items": [["key": "ca.crt", "path": "ca.crt"]], "name": "kube-root-ca.crt"]],
      ],
    ],
  ]

  private func volume(_ volume: PodTemplate.TemplateVolume) -> APIValue {
    switch volume.source {
    case .claim(let name): ["name": .string(volume.name), "persistentVolumeClaim": ["claimName": .string(name)]]
    case .configMap(let name):
      ["name": .string(volume.name), "configMap": ["defaultMode": 420, "name": .string(name)]]
    case .secret(let name):
      ["name": .string(volume.name), "secret": ["defaultMode": 420, "secretName": .string(name)]]
    case .emptyDirectory: ["name": .string(volume.name), "emptyDir": [:]]
    }
  }

  private func container(_ container: ContainerTemplate, isInPod: Bool) -> APIValue {
    var mounts: [APIValue] = container.mounts.sorted { $0.key < $1.key }.map {
      ["name": .string($0.key), "mountPath": .string($0.value)]
    }
    if isInPod {
      mounts.append([
        "name": "kube-api-access", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "readOnly": true,
      ])
    }
    var requests = container.extended.mapValues { APIValue.string("\($0)") }
    if container.cpuRequest > 0 { requests["cpu"] = .string(Quantity.cpu(container.cpuRequest)) }
    if container.memoryRequest > 0 { requests["memory"] = .string(Quantity.memory(container.memoryRequest)) }
    var limits = container.extended.mapValues { APIValue.string("\($0)") }
    if let cpu = container.cpuLimit { limits["cpu"] = .string(Quantity.cpu(cpu)) }
    if let memory = container.memoryLimit { limits["memory"] = .string(Quantity.memory(memory)) }
    return [
      "name": .string(container.name), "image": .string(container.image), "imagePullPolicy": "IfNotPresent",
      "terminationMessagePath": "/dev/termination-log",
      "terminationMessagePolicy": container.readsTerminationFromLog ? "FallbackToLogsOnError" : "File",
      "ports": .omittingEmpty(container.ports.map(port)), "env": .omittingEmpty(container.environment.map(variable)),
      "envFrom": .omittingEmpty(container.environmentFrom.map { ["configMapRef": ["name": .string($0)]] }),
      "resources": [
        "requests": requests.isEmpty ? .null : .object(requests), "limits": limits.isEmpty ? .null : .object(limits),
      ],
      "livenessProbe": container.liveness.map(probe) ?? .null,
      "readinessProbe": container.readiness.map(probe) ?? .null,
      "startupProbe": container.startup.map(probe) ?? .null, "volumeMounts": .omittingEmpty(mounts),
      "command": .texts(container.command), "args": .texts(container.arguments),
    ]
  }

  private func port(_ port: ContainerTemplate.ContainerPort) -> APIValue {
    [
      "name": APIValue(port.name), "containerPort": .int(port.number), "protocol": .string(port.transport),
      "hostPort": APIValue(port.hostPort),
    ]
  }

  private func variable(_ variable: ContainerTemplate.EnvironmentVariable) -> APIValue {
    switch variable.value {
    case .text(let text): ["name": .string(variable.name), "value": .string(text)]
    case .secretKey(let name, let key):
      [
        "name": .string(variable.name),
        "valueFrom": ["secretKeyRef": ["name": .string(name), "key": .string(key)]],
      ]
    case .configMapKey(let name, let key):
      [
        "name": .string(variable.name),
        "valueFrom": ["configMapKeyRef": ["name": .string(name), "key": .string(key)]],
      ]
    }
  }

  static func port(_ reference: PortReference) -> APIValue {
    switch reference {
    case .number(let number): .int(number)
    case .name(let name): .string(name)
    }
  }

  private func probe(_ probe: ProbeTemplate) -> APIValue {
    var fields: APIValue = [
      "initialDelaySeconds": .omittingZero(probe.initialDelaySeconds), "periodSeconds": .int(probe.periodSeconds),
      "timeoutSeconds": .int(probe.timeoutSeconds), "failureThreshold": .int(probe.failureThreshold),
      "successThreshold": 1,
    ]
    switch probe.action {
    case .http(let path, let port, let isTLS):
      fields["httpGet"] = [
        "path": .string(path), "port": Self.port(port), "scheme": isTLS ? "HTTPS" : "HTTP",
      ]
    case .tcp(let port): fields["tcpSocket"] = ["port": Self.port(port)]
    case .grpc(let port): fields["grpc"] = ["port": .int(port), "service": ""]
    case .command(let words): fields["exec"] = ["command": .texts(words)]
    }
    return fields
  }

  private func toleration(_ toleration: Toleration) -> APIValue {
    [
      "key": APIValue(toleration.key), "operator": toleration.value == nil ? "Exists" : "Equal",
      "value": APIValue(toleration.value), "effect": APIValue(toleration.effect),
      "tolerationSeconds": APIValue(toleration.seconds),
    ]
  }

  private func affinity(_ template: PodTemplate) -> APIValue {
    var affinity: APIValue = [:]
    if !template.nodeAffinity.isEmpty {
      let expressions: [APIValue] = template.nodeAffinity.map {
        ["key": .string($0.key), "operator": .string($0.operation), "values": .texts($0.values)]
      }
      affinity["nodeAffinity"] = [
        "requiredDuringSchedulingIgnoredDuringExecution": [
          "nodeSelectorTerms": [["matchExpressions": .list(expressions)]]
        ]
      ]
    }
    if let rule = template.antiAffinity {
      affinity["podAntiAffinity"] = [
        "requiredDuringSchedulingIgnoredDuringExecution": [
          ["labelSelector": ["matchLabels": .map(rule.labels)], "topologyKey": .string(rule.topologyKey)]
        ]
      ]
    }
    return affinity == [:] ? .null : affinity
  }

  private func spread(_ rule: PodTemplate.SpreadConstraint) -> APIValue {
    [
      "labelSelector": ["matchLabels": .map(rule.labels)], "topologyKey": .string(rule.topologyKey),
      "maxSkew": .int(rule.maximumSkew), "minDomains": APIValue(rule.minimumDomains),
      "whenUnsatisfiable": "DoNotSchedule",
    ]
  }
}

extension ObjectScanner {
  mutating func podSpec() throws -> PodSpec {
    var spec = PodSpec()
    guard try object() else { return spec }
    while try json.nextMember() {
      if try readPlacement(&spec) { continue }
      if json.keyIs("containers") {
        spec.containers = try containers()
      } else if json.keyIs("initContainers") {
        spec.initContainers = try containers()
      } else if json.keyIs("volumes") {
        spec.volumes = try volumes()
      } else if json.keyIs("serviceAccountName") {
        spec.serviceAccountName = try text()
      } else if json.keyIs("imagePullSecrets") {
        spec.imagePullSecrets = try texts(under: "name")
      } else if json.keyIs("overhead") {
        spec.overhead = try resources()
      } else if json.keyIs("hostNetwork") {
        spec.usesHostNetwork = try flag()
      } else if json.keyIs("priority") {
        spec.priority = try integer()
      } else if json.keyIs("restartPolicy") {
        spec.restartPolicy = try text()
      } else if json.keyIs("securityContext") {
        try security(&spec)
      } else {
        try json.skipValue()
      }
    }
    return spec
  }

  /// The member at hand, where it says onto which node the pod may go; false where it does not.
  private mutating func readPlacement(_ spec: inout PodSpec) throws -> Bool {
    if json.keyIs("nodeName") {
      spec.nodeName = try text()
    } else if json.keyIs("nodeSelector") {
      spec.nodeSelector = try labels()
    } else if json.keyIs("affinity") {
      spec.affinity = try affinity()
    } else if json.keyIs("tolerations") {
      spec.tolerations = try tolerations()
    } else if json.keyIs("topologySpreadConstraints") {
      spec.topologySpread = try topologySpread()
    } else if json.keyIs("schedulerName") {
      spec.schedulerName = try text()
    } else if json.keyIs("schedulingGates") {
      spec.schedulingGates = try texts(under: "name")
    } else {
      return false
    }
    return true
  }

  private mutating func security(_ spec: inout PodSpec) throws {
    guard try object() else { return }
    while try json.nextMember() {
      if json.keyIs("runAsUser") {
        spec.runsAsUser = try integerIfAny()
      } else if json.keyIs("fsGroup") {
        spec.ownsFilesAsGroup = try integerIfAny()
      } else {
        try json.skipValue()
      }
    }
  }

  private mutating func volumes() throws -> [PodVolume] {
    guard try array() else { return [] }
    var all: [PodVolume] = []
    while try json.nextElement() {
      guard try object() else { continue }
      var volume = PodVolume()
      while try json.nextMember() {
        if json.keyIs("name") {
          volume.name = try text()
          continue
        }
        volume.source = key()
        if json.keyIs("persistentVolumeClaim") {
          volume.claim = try member("claimName")
        } else if json.keyIs("configMap") {
          if let reference = try reference(isSecret: false, name: "name") { volume.references = [reference] }
        } else if json.keyIs("secret") {
          if let reference = try reference(isSecret: true, name: "secretName") { volume.references = [reference] }
        } else {
          volume.isEphemeralClaim = json.keyIs("ephemeral")
          try json.skipValue()
        }
      }
      all.append(volume)
    }
    return all
  }

  /// One text member of the object at hand; nil where it is missing.
  mutating func member(_ name: StaticString) throws -> String? {
    guard try object() else { return nil }
    var value: String?
    while try json.nextMember() {
      if json.keyIs(name) { value = try textIfAny() } else { try json.skipValue() }
    }
    return value
  }

  /// A reference to a config map or secret; nil where it names none.
  mutating func reference(isSecret: Bool, name: StaticString) throws -> ConfigurationReference? {
    guard try object() else { return nil }
    var reference = ConfigurationReference(isSecret: isSecret, name: "")
    while try json.nextMember() {
      if json.keyIs(name) {
        reference.name = try text()
      } else if json.keyIs("key") {
        reference.key = try textIfAny()
      } else if json.keyIs("optional") {
        reference.isOptional = try flag()
      } else {
        try json.skipValue()
      }
    }
    return reference.name.isEmpty ? nil : reference
  }
}

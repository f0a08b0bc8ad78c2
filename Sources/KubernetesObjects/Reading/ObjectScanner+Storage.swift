extension ObjectScanner {
  mutating func claim() throws -> VolumeClaim {
    var claim = VolumeClaim()
    while try json.nextMember() {
      if json.keyIs("metadata") {
        claim.metadata = try metadata()
      } else if json.keyIs("spec") {
        try specification(&claim)
      } else if json.keyIs("status") {
        claim.hasStatus = json.peek() == UInt8(ascii: "{")
        claim.phase = try member("phase") ?? ""
      } else {
        try json.skipValue()
      }
    }
    if claim.storageClass == nil {
      claim.storageClass = claim.metadata.annotations["volume.beta.kubernetes.io/storage-class"]
    }
    return claim
  }

  private mutating func specification(_ claim: inout VolumeClaim) throws {
    guard try object() else { return }
    while try json.nextMember() {
      if json.keyIs("storageClassName") {
        claim.storageClass = try textIfAny()
      } else if json.keyIs("accessModes") {
        claim.accessModes = try texts()
      } else if json.keyIs("resources") {
        guard try object() else { continue }
        while try json.nextMember() {
          if json.keyIs("requests") { claim.request = try resources()["storage"] } else { try json.skipValue() }
        }
      } else if json.keyIs("selector") {
        claim.selector = try selector()
      } else if json.keyIs("volumeName") {
        claim.volumeName = try text()
      } else if json.keyIs("volumeMode") {
        claim.volumeMode = try text()
      } else {
        try json.skipValue()
      }
    }
  }

  mutating func volume() throws -> PersistentVolume {
    var volume = PersistentVolume()
    while try json.nextMember() {
      if json.keyIs("metadata") {
        volume.metadata = try metadata()
      } else if json.keyIs("spec") {
        try specification(&volume)
      } else if json.keyIs("status") {
        volume.phase = try member("phase") ?? ""
      } else {
        try json.skipValue()
      }
    }
    volume.metadata.name.namespace = ""
    return volume
  }

  private mutating func specification(_ volume: inout PersistentVolume) throws {
    guard try object() else { return }
    while try json.nextMember() {
      if json.keyIs("storageClassName") {
        volume.storageClass = try text()
      } else if json.keyIs("accessModes") {
        volume.accessModes = try texts()
      } else if json.keyIs("capacity") {
        volume.capacity = try resources()["storage"]
      } else if json.keyIs("claimRef") {
        try claimReference(&volume)
      } else if json.keyIs("nodeAffinity") {
        guard try object() else { continue }
        while try json.nextMember() {
          if json.keyIs("required") { volume.nodeTerms = try nodeSelector() } else { try json.skipValue() }
        }
      } else if json.keyIs("persistentVolumeReclaimPolicy") {
        volume.reclaimPolicy = try text()
      } else if json.keyIs("volumeMode") {
        volume.volumeMode = try text()
      } else {
        try json.skipValue()
      }
    }
  }

  private mutating func claimReference(_ volume: inout PersistentVolume) throws {
    guard try object() else { return }
    var name = ObjectName("", in: "")
    while try json.nextMember() {
      if json.keyIs("name") {
        name.name = try text()
      } else if json.keyIs("namespace") {
        name.namespace = try text()
      } else if json.keyIs("uid") {
        volume.claimUID = try text()
      } else {
        try json.skipValue()
      }
    }
    if !name.name.isEmpty { volume.claim = name }
  }

  mutating func storageClass() throws -> StorageClass {
    var storage = StorageClass()
    while try json.nextMember() {
      if json.keyIs("metadata") {
        storage.metadata = try metadata()
      } else if json.keyIs("provisioner") {
        storage.provisioner = try text()
      } else if json.keyIs("volumeBindingMode") {
        storage.waitsForConsumer = try text() == "WaitForFirstConsumer"
      } else {
        try json.skipValue()
      }
    }
    storage.metadata.name.namespace = ""
    return storage
  }
}

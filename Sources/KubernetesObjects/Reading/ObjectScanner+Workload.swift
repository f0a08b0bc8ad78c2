extension ObjectScanner {
  mutating func workload(_ kind: ObjectKind) throws -> Workload {
    var workload = Workload(kind: kind)
    while try json.nextMember() {
      if json.keyIs("metadata") {
        workload.metadata = try metadata()
      } else if json.keyIs("spec") {
        try specification(&workload)
      } else if json.keyIs("status") {
        workload.hasStatus = json.peek() == UInt8(ascii: "{")
        try status(&workload)
      } else {
        try json.skipValue()
      }
    }
    return workload
  }

  private mutating func specification(_ workload: inout Workload) throws {
    guard try object() else { return }
    while try json.nextMember() {
      if json.keyIs("replicas") {
        workload.desiredCount = try integerIfAny() ?? 1
      } else if json.keyIs("parallelism"), workload.kind == .job {
        workload.desiredCount = try integerIfAny() ?? 1
      } else if json.keyIs("selector") {
        workload.selector = try selector()
      } else if json.keyIs("template") {
        try template(&workload)
      } else if json.keyIs("paused") || json.keyIs("suspend") {
        workload.isPaused = try flag()
      } else if json.keyIs("serviceName") {
        workload.serviceName = try text()
      } else if json.keyIs("volumeClaimTemplates") {
        workload.claimTemplates = try claimTemplates()
      } else {
        try json.skipValue()
      }
    }
  }

  private mutating func template(_ workload: inout Workload) throws {
    guard try object() else { return }
    while try json.nextMember() {
      if json.keyIs("metadata") {
        workload.templateLabels = try metadata().labels
      } else if json.keyIs("spec") {
        workload.template = try podSpec()
      } else {
        try json.skipValue()
      }
    }
  }

  private mutating func claimTemplates() throws -> [String] {
    guard try array() else { return [] }
    var names: [String] = []
    while try json.nextElement() {
      guard try object() else { continue }
      while try json.nextMember() {
        if json.keyIs("metadata") { names.append(try metadata().name.name) } else { try json.skipValue() }
      }
    }
    return names
  }

  private mutating func status(_ workload: inout Workload) throws {
    guard try object() else { return }
    while try json.nextMember() {
      if json.keyIs("replicas") || json.keyIs("currentNumberScheduled") || json.keyIs("active") {
        workload.status.count = try integer()
      } else if json.keyIs("readyReplicas") || json.keyIs("numberReady") || json.keyIs("ready") {
        workload.status.readyCount = try integer()
      } else if json.keyIs("availableReplicas") || json.keyIs("numberAvailable") {
        workload.status.availableCount = try integer()
      } else if json.keyIs("updatedReplicas") || json.keyIs("updatedNumberScheduled") {
        workload.status.updatedCount = try integer()
      } else if json.keyIs("failed") {
        workload.status.failedCount = try integer()
      } else if json.keyIs("desiredNumberScheduled") {
        workload.desiredCount = try integer()
      } else if json.keyIs("observedGeneration") {
        workload.status.observedGeneration = try integer()
      } else if json.keyIs("conditions") {
        workload.status.conditions = try conditions()
      } else {
        try json.skipValue()
      }
    }
  }
}

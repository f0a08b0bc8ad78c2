extension ObjectScanner {
  mutating func quota() throws -> ResourceQuota {
    var quota = ResourceQuota()
    var wanted = ResourceList()
    while try json.nextMember() {
      let isStatus = json.keyIs("status")
      if json.keyIs("metadata") {
        quota.metadata = try metadata()
      } else if isStatus || json.keyIs("spec") {
        guard try object() else { continue }
        while try json.nextMember() {
          if json.keyIs("hard") {
            if isStatus { quota.hard = try resources() } else { wanted = try resources() }
          } else if json.keyIs("used") {
            quota.used = try resources()
          } else {
            try json.skipValue()
          }
        }
      } else {
        try json.skipValue()
      }
    }
    // What is wanted counts where the status does not have it yet.
    for entry in wanted.entries { quota.hard[entry.name] = entry.amount }
    return quota
  }

  mutating func limitRange() throws -> LimitRange {
    var range = LimitRange()
    while try json.nextMember() {
      if json.keyIs("metadata") {
        range.metadata = try metadata()
      } else if json.keyIs("spec") {
        guard try object() else { continue }
        while try json.nextMember() {
          guard json.keyIs("limits") else {
            try json.skipValue()
            continue
          }
          guard try array() else { continue }
          while try json.nextElement() { range.items.append(try limitItem()) }
        }
      } else {
        try json.skipValue()
      }
    }
    return range
  }

  private mutating func limitItem() throws -> LimitRange.Item {
    var item = LimitRange.Item()
    guard try object() else { return item }
    while try json.nextMember() {
      if json.keyIs("type") {
        item.type = try text()
      } else if json.keyIs("min") {
        item.minimum = try resources()
      } else if json.keyIs("max") {
        item.maximum = try resources()
      } else if json.keyIs("default") {
        item.defaultLimit = try resources()
      } else if json.keyIs("defaultRequest") {
        item.defaultRequest = try resources()
      } else {
        try json.skipValue()
      }
    }
    return item
  }

  mutating func serviceAccount() throws -> ServiceAccount {
    var account = ServiceAccount()
    while try json.nextMember() {
      if json.keyIs("metadata") {
        account.metadata = try metadata()
      } else if json.keyIs("imagePullSecrets") {
        account.imagePullSecrets = try texts(under: "name")
      } else {
        try json.skipValue()
      }
    }
    return account
  }

  /// Names and keys; the values are passed over as raw bytes.
  mutating func configuration() throws -> ConfigurationObject {
    var object = ConfigurationObject()
    while try json.nextMember() {
      if json.keyIs("metadata") {
        object.metadata = try metadata()
      } else if json.keyIs("type") {
        object.type = try text()
      } else if json.keyIs("data") || json.keyIs("stringData") || json.keyIs("binaryData") {
        object.hasKeys = true
        guard try self.object() else { continue }
        while try json.nextMember() {
          object.keys.append(key())
          try json.skipValue()
        }
      } else {
        try json.skipValue()
      }
    }
    object.keys.sort()
    return object
  }

  mutating func disruptionBudget() throws -> DisruptionBudget {
    var budget = DisruptionBudget()
    while try json.nextMember() {
      if json.keyIs("metadata") {
        budget.metadata = try metadata()
      } else if json.keyIs("spec") {
        guard try object() else { continue }
        while try json.nextMember() {
          if json.keyIs("selector") { budget.selector = try selector() } else { try json.skipValue() }
        }
      } else if json.keyIs("status") {
        guard try object() else { continue }
        while try json.nextMember() {
          if json.keyIs("disruptionsAllowed") {
            budget.allowedDisruptions = try integer()
          } else if json.keyIs("currentHealthy") {
            budget.currentHealthy = try integer()
          } else if json.keyIs("desiredHealthy") {
            budget.desiredHealthy = try integer()
          } else {
            try json.skipValue()
          }
        }
      } else {
        try json.skipValue()
      }
    }
    return budget
  }

  mutating func autoscaler() throws -> PodAutoscaler {
    var scaler = PodAutoscaler()
    while try json.nextMember() {
      if json.keyIs("metadata") {
        scaler.metadata = try metadata()
      } else if json.keyIs("spec") || json.keyIs("status") {
        guard try object() else { continue }
        while try json.nextMember() {
          if json.keyIs("scaleTargetRef") {
            try target(&scaler)
          } else if json.keyIs("minReplicas") {
            scaler.minimumCount = try integer()
          } else if json.keyIs("maxReplicas") {
            scaler.maximumCount = try integer()
          } else if json.keyIs("currentReplicas") {
            scaler.currentCount = try integer()
          } else if json.keyIs("desiredReplicas") {
            scaler.desiredCount = try integer()
          } else if json.keyIs("conditions") {
            scaler.conditions = try conditions()
          } else {
            try json.skipValue()
          }
        }
      } else {
        try json.skipValue()
      }
    }
    scaler.target.name.namespace = scaler.namespace
    return scaler
  }

  private mutating func target(_ scaler: inout PodAutoscaler) throws {
    guard try object() else { return }
    while try json.nextMember() {
      if json.keyIs("kind") {
        scaler.target.kind = try text()
      } else if json.keyIs("name") {
        scaler.target.name.name = try text()
      } else {
        try json.skipValue()
      }
    }
  }
}

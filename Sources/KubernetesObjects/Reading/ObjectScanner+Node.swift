extension ObjectScanner {
  mutating func namespaceObject() throws -> ClusterNamespace {
    var namespace = ClusterNamespace()
    while try json.nextMember() {
      if json.keyIs("metadata") { namespace.metadata = try metadata() } else { try json.skipValue() }
    }
    return namespace
  }

  mutating func node() throws -> ClusterNode {
    var node = ClusterNode()
    while try json.nextMember() {
      if json.keyIs("metadata") {
        node.metadata = try metadata()
      } else if json.keyIs("spec") {
        guard try object() else { continue }
        while try json.nextMember() {
          if json.keyIs("unschedulable") {
            node.isUnschedulable = try flag()
          } else if json.keyIs("taints") {
            node.taints = try taints()
          } else {
            try json.skipValue()
          }
        }
      } else if json.keyIs("status") {
        node.hasStatus = json.peek() == UInt8(ascii: "{")
        try status(&node)
      } else {
        try json.skipValue()
      }
    }
    // Nodes have no namespace, whatever the text says.
    node.metadata.name.namespace = ""
    return node
  }

  private mutating func status(_ node: inout ClusterNode) throws {
    guard try object() else { return }
    while try json.nextMember() {
      if json.keyIs("conditions") {
        node.conditions = try conditions(heartbeat: &node.heartbeatAt)
      } else if json.keyIs("allocatable") {
        node.allocatable = try resources()
      } else if json.keyIs("capacity") {
        node.capacity = try resources()
      } else if json.keyIs("addresses") {
        node.addresses = try texts(under: "address")
      } else if json.keyIs("nodeInfo") {
        node.runtimeVersion = try member("containerRuntimeVersion") ?? ""
      } else {
        try json.skipValue()
      }
    }
  }

  mutating func lease() throws -> Lease {
    var lease = Lease()
    while try json.nextMember() {
      if json.keyIs("metadata") {
        lease.metadata = try metadata()
      } else if json.keyIs("spec") {
        guard try object() else { continue }
        while try json.nextMember() {
          if json.keyIs("holderIdentity") {
            lease.holder = try text()
          } else if json.keyIs("leaseDurationSeconds") {
            lease.durationSeconds = try integer()
          } else if json.keyIs("renewTime") {
            lease.renewedAt = try time()
          } else {
            try json.skipValue()
          }
        }
      } else {
        try json.skipValue()
      }
    }
    return lease
  }
}

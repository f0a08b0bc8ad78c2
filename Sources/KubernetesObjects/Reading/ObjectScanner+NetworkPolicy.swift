extension ObjectScanner {
  mutating func networkPolicy() throws -> NetworkPolicy {
    var policy = NetworkPolicy()
    while try json.nextMember() {
      if json.keyIs("metadata") {
        policy.metadata = try metadata()
      } else if json.keyIs("spec") {
        try specification(&policy)
      } else {
        try json.skipValue()
      }
    }
    return policy
  }

  private mutating func specification(_ policy: inout NetworkPolicy) throws {
    guard try object() else { return }
    var types: [String]?
    var hasEgress = false
    while try json.nextMember() {
      if json.keyIs("podSelector") {
        policy.podSelector = try selector()
      } else if json.keyIs("policyTypes") {
        types = try texts()
      } else if json.keyIs("ingress") {
        policy.ingress = try rules(peers: "from")
      } else if json.keyIs("egress") {
        hasEgress = true
        policy.egress = try rules(peers: "to")
      } else {
        try json.skipValue()
      }
    }
    policy.restrictsIngress = types?.contains("Ingress") ?? true
    policy.restrictsEgress = types?.contains("Egress") ?? hasEgress
  }

  private mutating func rules(peers: StaticString) throws -> [NetworkPolicy.Rule] {
    guard try array() else { return [] }
    var all: [NetworkPolicy.Rule] = []
    while try json.nextElement() {
      guard try object() else { continue }
      var rule = NetworkPolicy.Rule()
      while try json.nextMember() {
        if json.keyIs(peers) {
          guard try array() else { continue }
          while try json.nextElement() { rule.peers.append(try peer()) }
        } else if json.keyIs("ports") {
          guard try array() else { continue }
          while try json.nextElement() { rule.ports.append(try policyPort()) }
        } else {
          try json.skipValue()
        }
      }
      all.append(rule)
    }
    return all
  }

  private mutating func peer() throws -> NetworkPolicy.Peer {
    var peer = NetworkPolicy.Peer()
    guard try object() else { return peer }
    while try json.nextMember() {
      if json.keyIs("podSelector") {
        peer.podSelector = try selector()
      } else if json.keyIs("namespaceSelector") {
        peer.namespaceSelector = try selector()
      } else if json.keyIs("ipBlock") {
        peer.addressBlock = try member("cidr")
      } else {
        try json.skipValue()
      }
    }
    return peer
  }

  private mutating func policyPort() throws -> NetworkPolicy.PolicyPort {
    var port = NetworkPolicy.PolicyPort()
    guard try object() else { return port }
    while try json.nextMember() {
      if json.keyIs("port") {
        port.port = try text()
      } else if json.keyIs("endPort") {
        port.endPort = try integerIfAny()
      } else if json.keyIs("protocol") {
        port.transport = try transport()
      } else {
        try json.skipValue()
      }
    }
    return port
  }
}

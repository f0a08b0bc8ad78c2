extension ObjectScanner {
  mutating func tolerations() throws -> [Toleration] {
    guard try array() else { return [] }
    var all: [Toleration] = []
    while try json.nextElement() {
      guard try object() else { continue }
      var toleration = Toleration()
      while try json.nextMember() {
        if json.keyIs("key") {
          toleration.key = try text()
        } else if json.keyIs("operator") {
          toleration.relation = try text()
        } else if json.keyIs("value") {
          toleration.value = try text()
        } else if json.keyIs("effect") {
          toleration.effect = try text()
        } else {
          try json.skipValue()
        }
      }
      all.append(toleration)
    }
    return all
  }

  mutating func taints() throws -> [Taint] {
    guard try array() else { return [] }
    var all: [Taint] = []
    while try json.nextElement() {
      guard try object() else { continue }
      var taint = Taint()
      while try json.nextMember() {
        if json.keyIs("key") {
          taint.key = try text()
        } else if json.keyIs("value") {
          taint.value = try text()
        } else if json.keyIs("effect") {
          taint.effect = try text()
        } else {
          try json.skipValue()
        }
      }
      all.append(taint)
    }
    return all
  }

  mutating func affinity() throws -> Affinity {
    var affinity = Affinity.none
    guard try object() else { return affinity }
    while try json.nextMember() {
      if json.keyIs("nodeAffinity") {
        affinity.nodeTerms = try requiredNodeTerms()
      } else if json.keyIs("podAffinity") {
        affinity.podAffinity = try requiredPodTerms()
      } else if json.keyIs("podAntiAffinity") {
        affinity.podAntiAffinity = try requiredPodTerms()
      } else {
        try json.skipValue()
      }
    }
    return affinity
  }

  private mutating func requiredNodeTerms() throws -> [NodeSelectorTerm]? {
    var terms: [NodeSelectorTerm]?
    guard try object() else { return nil }
    while try json.nextMember() {
      if json.keyIs("requiredDuringSchedulingIgnoredDuringExecution") {
        terms = try nodeSelector()
      } else {
        try json.skipValue()
      }
    }
    return terms
  }

  /// The terms of a node selector; nil where there is none.
  mutating func nodeSelector() throws -> [NodeSelectorTerm]? {
    guard try object() else { return nil }
    var terms: [NodeSelectorTerm]?
    while try json.nextMember() {
      if json.keyIs("nodeSelectorTerms") { terms = try nodeTerms() } else { try json.skipValue() }
    }
    return terms
  }

  private mutating func nodeTerms() throws -> [NodeSelectorTerm] {
    guard try array() else { return [] }
    var terms: [NodeSelectorTerm] = []
    while try json.nextElement() {
      guard try object() else { continue }
      var term = NodeSelectorTerm()
      while try json.nextMember() {
        if json.keyIs("matchExpressions") || json.keyIs("matchLabelExpressions") {
          term.matchExpressions = try requirements()
        } else if json.keyIs("matchFields") {
          term.matchFields = try requirements()
        } else {
          try json.skipValue()
        }
      }
      terms.append(term)
    }
    return terms
  }

  private mutating func requiredPodTerms() throws -> [PodAffinityTerm] {
    var terms: [PodAffinityTerm] = []
    guard try object() else { return terms }
    while try json.nextMember() {
      if json.keyIs("requiredDuringSchedulingIgnoredDuringExecution") {
        terms = try podTerms()
      } else {
        try json.skipValue()
      }
    }
    return terms
  }

  private mutating func podTerms() throws -> [PodAffinityTerm] {
    guard try array() else { return [] }
    var terms: [PodAffinityTerm] = []
    while try json.nextElement() {
      guard try object() else { continue }
      var term = PodAffinityTerm()
      while try json.nextMember() {
        if json.keyIs("labelSelector") {
          term.selector = try selector()
        } else if json.keyIs("topologyKey") {
          term.topologyKey = try text()
        } else if json.keyIs("namespaces") {
          term.namespaces = try texts()
        } else if json.keyIs("namespaceSelector") {
          term.namespaceSelector = json.peek() == UInt8(ascii: "{") ? try selector() : nil
          if term.namespaceSelector == nil { try skipMistyped() }
        } else {
          try json.skipValue()
        }
      }
      terms.append(term)
    }
    return terms
  }

  mutating func topologySpread() throws -> [TopologySpreadConstraint] {
    guard try array() else { return [] }
    var all: [TopologySpreadConstraint] = []
    while try json.nextElement() {
      guard try object() else { continue }
      var constraint = TopologySpreadConstraint()
      while try json.nextMember() {
        if json.keyIs("maxSkew") {
          constraint.maximumSkew = max(1, try integer())
        } else if json.keyIs("topologyKey") {
          constraint.topologyKey = try text()
        } else if json.keyIs("whenUnsatisfiable") {
          constraint.whenUnsatisfiable = try text()
        } else if json.keyIs("labelSelector") {
          constraint.selector = try selector()
        } else if json.keyIs("minDomains") {
          constraint.minimumDomains = try integerIfAny()
        } else if json.keyIs("nodeAffinityPolicy") {
          constraint.nodeAffinityPolicy = try text()
        } else if json.keyIs("nodeTaintsPolicy") {
          constraint.nodeTaintsPolicy = try text()
        } else {
          try json.skipValue()
        }
      }
      all.append(constraint)
    }
    return all
  }
}

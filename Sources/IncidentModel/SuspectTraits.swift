/// Plain features of a suspect that can be named, by which incidents are compared: no more is claimed than what two share.
package struct SuspectTraits: Hashable, Sendable {
  package var component: ComponentID
  package var componentKind: ComponentKind
  package var componentRole: ComponentRole
  package var fault: FaultKind
  /// The mechanism as a slug, where it is known.
  package var cause: String?
  /// The channels that gave to the score, or the kinds of evidence where there are none.
  package var families: Set<String>

  package init(
    component: ComponentID, componentKind: ComponentKind, componentRole: ComponentRole, fault: FaultKind,
    cause: String?, families: Set<String>
  ) {
    self.component = component
    self.componentKind = componentKind
    self.componentRole = componentRole
    self.fault = fault
    self.cause = cause
    self.families = families
  }

  package init(_ hypothesis: Hypothesis) {
    let channels = hypothesis.channelShares.filter { $0.share > 0 }.map(\.channel.rawValue)
    self.init(
      component: hypothesis.component, componentKind: hypothesis.componentKind,
      componentRole: hypothesis.componentRole, fault: hypothesis.fault, cause: hypothesis.cause,
      families: Set(channels.isEmpty ? hypothesis.evidence.map(\.kind.rawValue) : channels))
  }

  package struct Likeness: Hashable, Sendable {
    /// Share of the traits' weights that both have, 0…1.
    package var score: Double
    package var shared: [String]
    package var different: [String]

    /// Below this, nothing worth reading is common.
    package static let least = 0.3
  }

  private struct Trait {
    var name: String
    var weight: Double
    /// 0…1.
    var share: Double
    var words: String
  }

  /// In the other's words; nil where hardly anything is common.
  package func likeness(to other: SuspectTraits) -> Likeness? {
    let traits = compared(to: other)
    let score = traits.reduce(0) { $0 + $1.weight * $1.share } / traits.reduce(0) { $0 + $1.weight }
    guard score >= Likeness.least else { return nil }
    return Likeness(
      score: score, shared: traits.filter { $0.share >= 0.5 }.map(\.words),
      different: traits.filter { $0.share < 0.5 }.map(\.name))
  }

  private func compared(to other: SuspectTraits) -> [Trait] {
    var traits = [
      Trait(
        name: "the kind of fault", weight: 3, share: fault == other.fault ? 1 : 0,
        words: "a \(other.fault.rawValue) fault"),
      Trait(
        name: "the component", weight: 2, share: component == other.component ? 1 : 0,
        words: "the component \(other.component)"),
      Trait(
        name: "the component's role", weight: 1,
        share: componentRole == other.componentRole && componentRole != .unknown ? 1 : 0,
        words: "the role \(other.componentRole.rawValue)"),
      Trait(
        name: "the component's kind", weight: 0.5, share: componentKind == other.componentKind ? 1 : 0,
        words: "the kind \(other.componentKind.rawValue)"),
    ]
    if cause != nil || other.cause != nil {
      traits.append(
        Trait(
          name: "the mechanism", weight: 3, share: cause == other.cause ? 1 : 0,
          words: "the mechanism \(other.cause ?? "")"))
    }
    let common = families.intersection(other.families)
    let union = families.union(other.families)
    if !union.isEmpty {
      traits.append(
        Trait(
          name: "the families of evidence", weight: 2, share: Double(common.count) / Double(union.count),
          words: "evidence of \(common.sorted().joined(separator: " and "))"))
    }
    return traits
  }
}

/// An incident whose cause was found before.
package struct PastIncident: Hashable, Sendable {
  package var id: String
  package var onset: Timestamp?
  package var suspect: SuspectTraits
  /// 0…1.
  package var confidence: Double

  package init(id: String, onset: Timestamp?, suspect: SuspectTraits, confidence: Double) {
    self.id = id
    self.onset = onset
    self.suspect = suspect
    self.confidence = confidence
  }
}

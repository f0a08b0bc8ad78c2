import IncidentModel

/// Channels whose strengths can be added up or compared directly; fusion weighs the families against each other.
package enum EvidenceFamily: String, Hashable, Sendable, CaseIterable {
  /// What no callee explains of the symptom's excess.
  case budget
  case resource
  case serviceLevel
  case traffic
  /// Time lost inside a span or in front of it.
  case delay
  case failures
  case path
  case logs
  case absence
  case alert

  /// Nil for a change, which is no evidence by itself but makes other evidence more likely.
  package init?(_ channel: SignalChannel) {
    switch channel {
    case .latencyExcess, .errorExcess: self = .budget
    case .resource: self = .resource
    case .serviceLevel: self = .serviceLevel
    case .traffic: self = .traffic
    case .traceSelfTime, .traceEdgeGap: self = .delay
    case .traceErrors: self = .failures
    case .tracePath: self = .path
    case .logPattern: self = .logs
    case .absence: self = .absence
    case .alert: self = .alert
    case .change: return nil
    }
  }

  /// What a measurement that leaves it out calls it.
  var ingredient: Ingredient {
    switch self {
    case .budget: .budgetEvidence
    case .resource: .resourceEvidence
    case .serviceLevel: .serviceLevelEvidence
    case .traffic: .trafficEvidence
    case .delay: .delayEvidence
    case .failures: .failureEvidence
    case .path: .pathEvidence
    case .logs: .logEvidence
    case .absence: .absenceEvidence
    case .alert: .alertEvidence
    }
  }
}

/// What each family of evidence is worth: the one place for these constants.
package struct FusionTable: Hashable, Sendable {
  package struct Row: Hashable, Sendable {
    /// The most that the family can add.
    package var weight: Double
    /// The strength at which the family is half believed, in the family's own unit.
    package var saturation: Double
  }

  package var rows: [EvidenceFamily: Row]
  /// Families that are measured alike and scaled together, so that the larger one of them is not made the smaller's equal.
  package var scaledTogether: Set<EvidenceFamily> = []
  /// How much a change right at the onset adds to what a component has otherwise.
  package var changeWeight = 0.5
  /// Below this share of the best total a component has no evidence of its own that a change could confirm.
  package var changeNeedsShare = 0.1

  package subscript(family: EvidenceFamily) -> Row { rows[family] ?? Row(weight: 0, saturation: 1) }

  /// - Parameters:
  ///   - present: families with any signal; where a better one is there, what repeats it counts less.
  ///   - isUnmapped: whether resources and what callers notice are measured by their size.
  package static func standard(present: Set<EvidenceFamily>, isUnmapped: Bool = false) -> FusionTable {
    guard !isUnmapped else {
      var table = standard(present: present)
      // Of two that callers notice alike, the one that also uses more of something is the cause.
      table.rows[.resource] = Row(weight: 1.5, saturation: 1)
      table.rows[.serviceLevel] = Row(weight: 1, saturation: 1)
      table.scaledTogether = [.resource, .serviceLevel]
      return table
    }
    let hasBudget = present.contains(.budget)
    let hasTraces = present.contains(.delay) || present.contains(.path)
    return FusionTable(rows: [
      // Percentiles of a whole service say less than its own spans do.
      .budget: Row(weight: hasTraces ? 0.5 : 1, saturation: 0.3),
      .resource: Row(weight: 1, saturation: 2),
      // Callers of a failing component are as loud as it is: without subtraction this is half blind.
      .serviceLevel: Row(weight: hasBudget || hasTraces ? 0.1 : 1, saturation: 2),
      .traffic: Row(weight: 1, saturation: 2),
      .delay: Row(weight: 1, saturation: 5),
      .failures: Row(weight: 1, saturation: 10),
      .path: Row(weight: 1, saturation: 12),
      .logs: Row(weight: present.contains(.path) ? 0.5 : 1, saturation: 8),
      .absence: Row(weight: 1, saturation: 0.5),
      .alert: Row(weight: 0.3, saturation: 2),
    ])
  }
}

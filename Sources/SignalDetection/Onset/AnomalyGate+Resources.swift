import IncidentModel
import Telemetry

/// Incidents that users may not see yet, or no longer: resources at their end, and users who do not come.
extension AnomalyGate {
  /// Evidence in one resource that is an incident even where users see nothing yet.
  private static let resourceAlone = 4.0
  /// The logarithm of a fifth.
  private static let lostTraffic = -1.6
  /// Twentyfold, and as clear as it can be where the unit is not known.
  private static let grownManifold = 3.0
  private static let grownStrength = 2.5
  /// Of a share hardly anything is left.
  private static let exhausted = 0.95
  private static let exhaustedStrength = 3.0
  /// From this share on a resource leaves too little to be called busy only.
  private static let nearlyFull = 0.7
  /// Evidence of a resource that filled up slowly, which is one where users saw errors before.
  private static let creepWithErrors = 1.5
  /// A clear rise, to the threefold, beside calls that became slower.
  private static let starvedStrength = 2.0
  private static let starvedGrowth = 1.1

  func certaintyOfResources(_ signals: [Signal]) -> Double {
    let resources = signals.filter { $0.channel == .resource && $0.direction == .rise && $0.metricClass != .other }
    // A backup may keep a disk busy and disturb nobody: a share of what there is must come near the whole.
    let scarce = resources.filter { Self.usedShare($0) ?? 1 >= Self.nearlyFull }
    let strongest = scarce.map(\.strength).max() ?? 0
    // What lies far from normal by a spread that is a share of it is never many deviations out: there growth tells, and
    // how little is left.
    let grown = scarce.contains { signal in
      (signal.logRatio >= Self.grownManifold && signal.strength >= Self.grownStrength && Self.fillsUp(signal))
        || (Self.usedShare(signal) ?? 0 >= Self.exhausted && signal.strength >= Self.exhaustedStrength)
    }
    let creep = resources.filter(\.isCreep).map(\.strength).max() ?? 0
    let errors = max(departure, usualDeparture)
    return strongest >= Self.resourceAlone || grown || (creep >= Self.creepWithErrors && errors >= Self.clearDeparture)
      || (isNoticed && isStarved(signals, resources)) ? 1 : 0
  }

  /// Whether a component takes longer for its calls and uses a multiple of some resource: each by itself may be usual in a
  /// system whose busiest parts always are unsteady.
  private func isStarved(_ signals: [Signal], _ resources: [Signal]) -> Bool {
    let slow = signals.filter { $0.channel == .latencyExcess && $0.deviationSigmas >= Self.clearDeparture }
    let components = Set(slow.map(\.component))
    return resources.contains { signal in
      components.contains(signal.component) && signal.strength >= Self.starvedStrength
        && signal.logRatio >= Self.starvedGrowth
    }
  }

  /// A stock or a queue: of processors and networks, and of whatever is counted by the second, more use is no shortage.
  private static func fillsUp(_ signal: Signal) -> Bool {
    guard MetricScale.periods(in: 1, of: signal.evidence.unit) == nil else { return false }
    switch signal.metricClass {
    case .memory, .disk, .connections, .saturation: return true
    default: return false
    }
  }

  /// 0…1; nil for what is no share of a whole.
  private static func usedShare(_ signal: Signal) -> Double? {
    let evidence = signal.evidence
    guard let whole = evidence.unit == "ratio" ? 1.0 : evidence.unit == "%" ? 100 : nil else { return nil }
    let isLeft = signal.metricClass.map { MetricMeaning.isRemainder(metric: signal.subject, $0) } ?? false
    return isLeft ? 1 - evidence.value / whole : evidence.value / whole
  }

  /// Users who no longer come see nothing fail: a fall to a fifth where they come in is an incident by itself where
  /// somebody was called, and otherwise a doubt.
  func certaintyOfTraffic(_ signals: [Signal], _ window: TelemetryWindow) -> Double {
    let map = window.serviceMap
    let symptom = window.incident.symptom?.component
    let isLost = signals.contains { signal in
      signal.channel == .traffic && signal.logRatio <= Self.lostTraffic && signal.deviationSigmas <= -Self.clearSpread
        && (symptom.map { $0 == signal.component || $0 == map[signal.component]?.instanceOf }
          ?? map.isEntry(signal.component))
    }
    return isLost ? (isNoticed ? 1 : Self.doubt) : 0
  }
}

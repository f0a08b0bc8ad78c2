import IncidentModel

/// Components whose answers nobody measures but which show that requests fare badly there: what their callers cannot
/// explain is theirs.
///
/// By Little's law more requests wait where each takes longer, unless more arrive; lost packets, locks, evictions and a
/// full disk hold up or fail whatever comes. Where nothing at all is known of its answers, what it complains of itself
/// tells as well, unless one who calls it was changed, is in trouble or asks more than usual: what comes from there may
/// be wrong or too much. A component with a call excess of its own is not hidden, but for one whose certificate has run
/// out: whoever does not trust it never gets as far as a request.
struct HiddenCallees {
  /// How much of it is believed, 0…1, by component.
  private(set) var belief: [ComponentID: Double] = [:]
  /// Those that are not there at all: whoever waits for their answer waits in vain.
  private(set) var gone: Set<ComponentID> = []

  private static let fullRatio = 0.95
  private static let clear = 1.0
  /// As a log ratio: requests that wait for half as many again hold nobody up so long that calls fail.
  private static let leastWaiting = 0.4
  /// The share of its telemetry, or of its monitor's probes, that a component lacks which is gone.
  private static let goneShare = 0.8
  private static let mostBelief = 0.95
  /// Callers of whom load explains more than the rest may be too many for whom they call.
  private static let leastUnloaded = 0.5

  /// - Parameter unmeasured: those of whose answers nothing is known.
  init(signals: [Signal], map: ServiceMap, load: LoadOrigin, unmeasured: Set<ComponentID> = []) {
    let suspect = unmeasured.isEmpty ? [] : Self.suspectCallers(signals, map)
    let measured = Set(
      signals.filter { $0.channel == .latencyExcess || $0.channel == .errorExcess || $0.channel == .serviceLevel }
        .map(\.component))
    for signal in signals {
      let service = map.service(of: signal.component)
      if signal.channel == .resource, signal.metricClass == .certificate, signal.strength >= Self.clear,
        !map.callers(of: service).isEmpty
      {
        belief[service] = Self.mostBelief
      }
      guard !map.callers(of: service).isEmpty else { continue }
      // Whoever calls others may only not be asked, as long as nothing but its answers is missing.
      let isLeaf = map.callees(of: service).isEmpty
      let isGone = isLeaf || signal.metricClass?.isInternal == true || signal.metricClass == .availability
      if signal.channel == .absence, isGone, service == signal.component, signal.strength >= Self.goneShare {
        belief[service] = Self.mostBelief
        gone.insert(service)
      }
      guard isLeaf else { continue }
      guard !measured.contains(service) else { continue }
      if unmeasured.contains(service), signal.channel == .logPattern, signal.direction == .rise, signal.peer == nil,
        signal.strength >= FamilyScoring.complaintStrength, suspect.isDisjoint(with: map.callers(of: service)),
        map.callers(of: service).allSatisfy({ load.unexplainedShare($0) >= Self.leastUnloaded })
      {
        let share = signal.strength / (signal.strength + FamilyScoring.complaintStrength)
        belief[service] = max(belief[service] ?? 0, share)
      }
      let strength = Self.strength(signal, loadRise: load.rise(service))
      guard strength >= Self.clear else { continue }
      belief[service] = max(belief[service] ?? 0, strength / (strength + Self.clear))
    }
  }

  /// Services that were changed, are gone, or use up something: what they ask of others may be wrong.
  private static func suspectCallers(_ signals: [Signal], _ map: ServiceMap) -> Set<ComponentID> {
    let telling = signals.filter { signal in
      switch signal.channel {
      case .change, .absence: true
      case .resource: signal.isUse
      default: false
      }
    }
    return Set(telling.map { map.service(of: $0.component) })
  }

  /// Believes in others as well.
  mutating func raise(to others: [ComponentID: Double]) { belief.merge(others, uniquingKeysWith: max) }

  private static func strength(_ signal: Signal, loadRise: Double) -> Double {
    guard signal.channel == .resource, signal.direction == .rise else { return 0 }
    let isBeyondLoad = signal.logRatio > 2 * loadRise
    let value = signal.evidence.value
    let used = signal.usual.map { value < $0 } == true ? 1 - value : value
    let isFull = signal.metricClass == .disk && signal.evidence.unit == "ratio" && used >= fullRatio
    let isQueue = signal.isWaiting && signal.logRatio >= leastWaiting
    let holdsUp = isQueue || signal.isAboutLoss || signal.isAboutLocks || signal.isAboutEviction
    return isFull || (holdsUp && isBeyondLoad) ? signal.strength : 0
  }
}

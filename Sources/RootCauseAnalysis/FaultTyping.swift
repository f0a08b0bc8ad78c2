import IncidentModel

/// The kind of fault that a component's own evidence speaks for: ordered rules, the most specific first.
///
/// What a component consumes, and what it says of itself, comes before what its callers notice. Where callers notice
/// nothing but slowness, its shape decides: a delay adds the same to every request, lost packets stretch the tail
/// alone, and slower work multiplies the time of each.
package struct FaultTyping {
  package var fault: FaultKind
  /// The mechanism as a slug, where the rule knows one.
  package var cause: String?

  /// Evidence of this strength is seen as clear: about five robust standard deviations.
  private static let clear = 1.0
  /// Of a resource that fills up, half of it: what is used up does not come back by itself.
  private static let clearFilling = 0.5
  private static let clearLoadRise = 0.25
  /// Whatever keeps a processor busy needs some memory for itself.
  private static let notableGrowthBytes = 134_217_728.0
  /// Requests that wait need a few megabytes as well, and make a process larger by a part of what it was.
  private static let leastGrowthBytes = 8_388_608.0
  private static let leastGrowthShare = 0.5
  private static let clearFailingShare = 0.25
  /// Load that rose by half and more slows those that it is passed on to.
  private static let slowingLoadRise = 0.4

  /// - Parameters:
  ///   - own: all signals at the component and its replicas.
  ///   - role: what the component does.
  ///   - loadBeginsHere: whether more load than usual arrives that no caller passed on.
  package init(own: [Signal], role: ComponentRole, loadBeginsHere: Bool) {
    let seen = FaultObservations(own)
    fault = .unknown
    cause = nil
    if seen.hasOnlyAlerts {
      fault = seen.faultOfAlerts ?? .unknown
    } else if seen.resource(.certificate) > 0 || seen.mentions(.certificate) {
      (fault, cause) = (.certificate, "certificate-expired")
    } else if role == .external {
      fault = .dependency
    } else if seen.hasLockEvidence {
      (fault, cause) = (.code, "lock-contention")
    } else if loadBeginsHere, seen.loadRise >= Self.clearLoadRise, seen.loadExplainsResources {
      fault = .traffic
    } else if let consumed = Self.consumed(seen) {
      fault = consumed
    } else if let changed = Self.changed(own, seen) {
      (fault, cause) = changed
    } else if seen.losesPackets {
      fault = .networkLoss
    } else if seen.resource(.cpu) >= Self.clear, seen.resource(.cpu) >= 0.5 * seen.strongestConsumption {
      fault = .cpu
    } else if seen.isThrottled, seen.loadRise < Self.clearLoadRise {
      fault = .cpu
    } else if let kind = Self.noticed(seen, role) {
      fault = kind
    }
  }

  /// Memory or disk space that is used up, or a disk that has no time left.
  private static func consumed(_ seen: FaultObservations) -> FaultKind? {
    let strongest = seen.strongestConsumption
    if seen.evicts { return .memory }
    if seen.resource(.memory) >= clearFilling, seen.resource(.memory) >= 0.5 * strongest,
      seen.memoryGrowth.map({
        $0.bytes >= notableGrowthBytes || ($0.bytes >= leastGrowthBytes && $0.share >= leastGrowthShare)
      }) ?? true,
      seen.resource(.cpu) < clear || (seen.memoryGrowth?.bytes ?? 0) >= notableGrowthBytes
    {
      return .memory
    }
    if seen.resource(.disk) >= clear, seen.resource(.disk) >= 0.4 * strongest { return .disk }
    if seen.mentions(.memory) { return .memory }
    return seen.mentions(.disk) ? .disk : nil
  }

  /// A release or setting that is on record near the onset, or that the component speaks of.
  private static func changed(_ own: [Signal], _ seen: FaultObservations) -> (FaultKind, String?)? {
    guard seen.fails || seen.isSlow || seen.isWaiting else { return nil }
    switch own.filter({ $0.channel == .change }).max(by: { $0.strength < $1.strength })?.subject {
    case "deploy": return (.code, "faulty-release")
    case "scale", nil: break
    default: return (.config, nil)
    }
    if seen.mentions(.configuration) || seen.looksInTheWrongPlace { return (.config, nil) }
    return seen.hasSmallerPool ? (.config, "pool-too-small") : nil
  }

  /// From what callers and traces notice, where nothing else is known.
  private static func noticed(_ seen: FaultObservations, _ role: ComponentRole) -> FaultKind? {
    if seen.stepsSayMoreThanTimes { return .code }
    if seen.gap > seen.selfTime { return .networkDelay }
    if let alerted = seen.alertedResource { return alerted }
    if seen.isSlow {
      if seen.loadRise >= slowingLoadRise, seen.loadExplainsResources { return .traffic }
      // Stores seldom have spans of their own: what their callers time includes the network.
      if seen.selfTime > 0, !role.isStore { return .cpu }
      switch seen.slowness {
      // Late answers are answers: where much fails, a little time more to all requests is no delay on the way.
      case .constant: return seen.failingShare >= clearFailingShare ? .code : .networkDelay
      case .tail: return .networkLoss
      case .proportional, nil: break
      }
      // Requests wait in a store whose processor has no more to do than usual: they wait for each other.
      if seen.selfTime > 0 { return role.isStore && seen.isWaiting ? .code : .cpu }
    }
    if seen.fails { return .code }
    if seen.isSlow { return .networkDelay }
    // A store at which requests wait although nothing runs short is held up by what it is asked to do.
    if seen.hasCodeEvidence || (seen.isWaiting && role.isStore) { return .code }
    return seen.faultOfAlerts
  }
}

extension ComponentRole {
  fileprivate var isStore: Bool { self == .database || self == .cache || self == .queue }
}

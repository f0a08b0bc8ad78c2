import AlertDesk
import IncidentModel

/// Which alerts there are and which incidents they make: a fold over what was received, under a clock that is told to
/// it. Pure; what it changed since it was last asked is what has to be written down.
struct IncidentLedger: Sendable {
  /// What belongs together: alerts of one scope, near in time.
  struct Correlation: Sendable, Hashable {
    /// Alerts that differ in one of these labels are never of one incident.
    var scopeLabels = ["cluster", "environment", "site"]
    /// An alert joins an incident whose last one came at most so long ago.
    var nearSeconds = 300.0
    /// So long after the last alert went out the incident is over.
    var quietSeconds = 120.0
  }

  /// Beyond this the oldest that are over are forgotten, and then new ones are refused.
  static let maximumAlertCount = 500_000

  var correlation = Correlation()
  private(set) var alerts: [Fingerprint: TrackedAlert] = [:]
  private(set) var incidents: [Int: IncidentRecord] = [:]
  private(set) var lastNumber = 0
  private(set) var refusedCount = 0
  private(set) var changedAlerts: Set<Fingerprint> = []
  private(set) var changedIncidents: Set<Int> = []
  /// Which alerts of each incident fire.
  private var firing: [Int: Set<Fingerprint>] = [:]
  /// Nothing that fires runs out before this; an alert that is repeated may make it too early, never too late.
  private var earliestEnd = Int64.min

  init(correlation: Correlation = Correlation()) { self.correlation = correlation }

  /// What a store had kept.
  init(
    correlation: Correlation, alerts: [(Fingerprint, TrackedAlert)], incidents: [IncidentRecord], lastNumber: Int,
    at now: Timestamp
  ) {
    self.correlation = correlation
    self.lastNumber = lastNumber
    for incident in incidents { self.incidents[incident.number] = incident }
    for (fingerprint, alert) in alerts {
      self.alerts[fingerprint] = alert
      // By what the incident had counted, not by the clock: what ran out meanwhile is seen by `advance`.
      if let number = alert.incident, self.incidents[number] != nil, alert.endsAt > alert.updatedAt {
        firing[number, default: []].insert(fingerprint)
      }
    }
    for number in self.incidents.keys { self.incidents[number]?.firingCount = firing[number]?.count ?? 0 }
  }

  /// The incidents that are not over, by number.
  var living: [IncidentRecord] { incidents.values.filter { $0.state != .resolved }.sorted { $0.number < $1.number } }

  mutating func takeChanges() -> (alerts: Set<Fingerprint>, incidents: Set<Int>) {
    defer {
      changedAlerts = []
      changedIncidents = []
    }
    return (changedAlerts, changedIncidents)
  }

  /// What was taken but could not be written.
  mutating func restoreChanges(_ changes: (alerts: Set<Fingerprint>, incidents: Set<Int>)) {
    changedAlerts.formUnion(changes.alerts)
    changedIncidents.formUnion(changes.incidents)
  }

  /// The number of this state of an incident; giving it is no change.
  mutating func stamp(_ number: Int, version: Int) { incidents[number]?.version = version }

  mutating func change(_ number: Int, _ body: (inout IncidentRecord) -> Void) {
    // Taken out while it is changed, so that its sets are not copied.
    guard var incident = incidents.removeValue(forKey: number) else { return }
    body(&incident)
    incidents[number] = incident
    changedIncidents.insert(number)
  }

  // MARK: - Receiving

  /// - Parameter correlation: the incident of the alert desk, where its policy makes any.
  mutating func receive(
    _ incoming: IncomingAlert, assumedSeconds: Double, at now: Timestamp, correlation: Int? = nil
  ) {
    guard !incoming.labels.isEmpty else { return }
    let fingerprint = incoming.labels.fingerprint
    let known = alerts[fingerprint]
    guard known != nil || alerts.count < Self.maximumAlertCount else {
      refusedCount += 1
      return
    }
    let endsAt = incoming.endsAt?.nanoseconds ?? now.advanced(bySeconds: assumedSeconds).nanoseconds
    let start = incoming.startsAt?.nanoseconds ?? min(endsAt, known?.startsAt ?? now.nanoseconds)
    var alert = TrackedAlert(
      labels: known?.labels ?? incoming.labels, annotations: incoming.annotations, startsAt: start, endsAt: endsAt,
      updatedAt: now.nanoseconds, endIsAssumed: incoming.endsAt == nil, incident: known?.incident)
    // Two reports whose times overlap are of one firing.
    if let known, known.endsAt >= start { alert.startsAt = min(known.startsAt, start) }
    if alert.isFiring(at: now.nanoseconds) {
      begin(fingerprint, &alert, correlation, at: now)
    } else if let number = alert.incident {
      end(fingerprint, of: number, at: now)
    }
    alerts[fingerprint] = alert
    earliestEnd = min(earliestEnd, alert.endsAt)
    changedAlerts.insert(fingerprint)
  }

  private mutating func begin(
    _ fingerprint: Fingerprint, _ alert: inout TrackedAlert, _ correlation: Int?, at now: Timestamp
  ) {
    if let number = alert.incident, let incident = incidents[number], incident.state != .resolved {
      if firing[number, default: []].insert(fingerprint).inserted { refire(number, at: now) }
      return
    }
    let scope = scope(of: alert)
    let number: Int
    if let near = correlation.map({ living(correlation: $0) }) ?? nearest(scope, at: now) {
      number = near
    } else {
      lastNumber += 1
      number = lastNumber
      incidents[number] = IncidentRecord(
        number: number, title: alert.title, scope: scope, openedAt: now, updatedAt: now, joinedAt: now,
        beganAt: Timestamp(nanoseconds: alert.startsAt), correlation: correlation)
    }
    alert.incident = number
    firing[number, default: []].insert(fingerprint)
    let severity = alert.severity
    let component = alert.component
    let began = Timestamp(nanoseconds: alert.startsAt)
    refire(number, at: now)
    change(number) { incident in
      incident.alertCount += 1
      incident.joinedAt = now
      incident.beganAt = min(incident.beganAt, began)
      incident.severity = min(incident.severity, severity)
      if let component, incident.services.count < IncidentRecord.maximumServiceCount {
        incident.services.insert(component)
      }
    }
  }

  private mutating func refire(_ number: Int, at now: Timestamp) {
    let count = firing[number]?.count ?? 0
    change(number) { incident in
      incident.state = .open
      incident.quietSince = nil
      incident.firingCount = count
      incident.updatedAt = now
    }
  }

  private mutating func end(_ fingerprint: Fingerprint, of number: Int, at now: Timestamp) {
    guard firing[number]?.remove(fingerprint) != nil else { return }
    let count = firing[number]?.count ?? 0
    change(number) { incident in
      incident.firingCount = count
      incident.updatedAt = now
      if count == 0 {
        incident.state = .mitigated
        incident.quietSince = now
      }
    }
  }

  private func scope(of alert: TrackedAlert) -> String {
    correlation.scopeLabels.compactMap { name in
      let value = alert.labels[name]
      return value.isEmpty ? nil : "\(name)=\(value)"
    }.joined(separator: ",")
  }

  /// The youngest living incident of the scope that an alert joined lately.
  private func nearest(_ scope: String, at now: Timestamp) -> Int? {
    incidents.values.filter { incident in
      incident.state != .resolved && incident.scope == scope
        && incident.joinedAt.seconds(until: now) <= correlation.nearSeconds
    }.map(\.number).max()
  }

  private func living(correlation: Int) -> Int? {
    incidents.values.filter { $0.state != .resolved && $0.correlation == correlation }.map(\.number).max()
  }

  /// The desk found two of its incidents to be one; the older one here takes up the alerts of the other.
  mutating func merge(correlated part: Int, into whole: Int, at now: Timestamp) {
    guard let left = living(correlation: part) else { return }
    guard let kept = living(correlation: whole) else {
      change(left) { $0.correlation = whole }
      return
    }
    for fingerprint in alerts.keys where alerts[fingerprint]?.incident == left {
      alerts[fingerprint]?.incident = kept
      changedAlerts.insert(fingerprint)
    }
    firing[kept, default: []].formUnion(firing[left] ?? [])
    guard let other = incidents[left] else { return }
    refire(kept, at: now)
    change(kept) { incident in
      incident.alertCount += other.alertCount
      incident.joinedAt = now
      incident.beganAt = min(incident.beganAt, other.beganAt)
      incident.severity = min(incident.severity, other.severity)
      incident.services = Set(
        incident.services.union(other.services).sorted().prefix(IncidentRecord.maximumServiceCount))
    }
    change(left) { $0.mergedInto = kept }
    resolve(left, at: now)
  }

  // MARK: - Time

  /// Alerts that ran out end, incidents that were quiet for long enough are over, and what is long over is forgotten.
  mutating func advance(to now: Timestamp) {
    if earliestEnd <= now.nanoseconds { endWhatRanOut(now) }
    for incident in incidents.values where incident.state == .mitigated {
      guard let quiet = incident.quietSince, quiet.seconds(until: now) >= correlation.quietSeconds else { continue }
      resolve(incident.number, at: now)
    }
  }

  private mutating func endWhatRanOut(_ now: Timestamp) {
    earliestEnd = .max
    for (number, members) in firing {
      for fingerprint in members {
        let ends = alerts[fingerprint]?.endsAt ?? .min
        if ends <= now.nanoseconds {
          end(fingerprint, of: number, at: now)
        } else {
          earliestEnd = min(earliestEnd, ends)
        }
      }
    }
  }

  /// Ends an incident, whatever its alerts do; those that still fire open another one when they are heard of again.
  mutating func resolve(_ number: Int, at now: Timestamp) {
    firing[number] = nil
    change(number) { incident in
      incident.state = .resolved
      incident.resolvedAt = now
      incident.updatedAt = now
      incident.firingCount = 0
    }
  }

  /// Forgets what is over and written down: nothing of it can change any more.
  mutating func forget(before moment: Timestamp) {
    guard changedAlerts.isEmpty, changedIncidents.isEmpty else { return }
    let over = incidents.values.filter { $0.state == .resolved && $0.updatedAt < moment }.map(\.number)
    for number in over {
      incidents[number] = nil
      firing[number] = nil
    }
    alerts = alerts.filter { _, alert in
      alert.endsAt >= moment.nanoseconds || alert.incident.map { incidents[$0] != nil } ?? false
    }
  }

  /// The alerts of an incident, the first to begin first.
  func members(of number: Int) -> [TrackedAlert] {
    alerts.filter { $0.value.incident == number }.sorted {
      ($0.value.startsAt, $0.key) < ($1.value.startsAt, $1.key)
    }.map(\.value)
  }
}

extension IncidentLedger {
  mutating func changeInvestigation(
    _ generation: Int, of number: Int, _ body: (inout IncidentRecord.Investigation) -> Void
  ) {
    change(number) { incident in
      guard let place = incident.investigations.firstIndex(where: { $0.generation == generation }) else { return }
      body(&incident.investigations[place])
    }
  }
}

/// How many alerts began lately, and what was told during the storm that goes on.
struct StormRecord: Hashable, Sendable, Codable {
  /// What one receiver was told during the storm.
  struct Kept: Hashable, Sendable, Codable {
    /// The rank of the worst alert that it was told.
    var worst: Int
    /// Alerts that it was not told.
    var held: Int
  }

  /// As many as the rule allows at most, the latest last.
  var starts: [Int64] = []
  var since: Int64?
  var busyUntil: Int64 = .min
  var byReceiver: [String: Kept] = [:]
}

extension Desk {
  mutating func countStormStart() {
    guard let rule = rules.storm else { return }
    let now = state.now
    if state.rules.storm.starts.count >= rule.alerts { state.rules.storm.starts.removeFirst() }
    state.rules.storm.starts.append(now)
    guard state.rules.storm.starts.count == rule.alerts, let first = state.rules.storm.starts.first,
      first > now.addingSaturating(-rule.within)
    else { return }
    if state.rules.storm.busyUntil <= now {
      state.rules.storm.since = now
      state.rules.storm.byReceiver = [:]
    }
    state.rules.storm.busyUntil = now.addingSaturating(rule.calm)
  }

  package var isInStorm: Bool { rules.storm != nil && state.rules.storm.busyUntil > state.now }

  /// In a storm, of what is new to a receiver the first alert and then only worse ones; the rest is held and counted.
  mutating func withoutHeldByStorm(
    _ members: [Fingerprint], told: Set<Fingerprint>, receiver: String
  ) -> [Fingerprint] {
    guard isInStorm else { return members }
    let new = members.filter { fingerprint in
      state.alerts[fingerprint]?.isResolved(at: state.now) == false && !told.contains(fingerprint)
    }
    guard !new.isEmpty else { return members }
    var kept: Set<Fingerprint> = []
    var record = state.rules.storm.byReceiver[receiver]
    let ranked = new.map { fingerprint -> (start: Int64, rank: Int, fingerprint: Fingerprint) in
      guard let alert = state.alerts[fingerprint] else { return (.max, .max, fingerprint) }
      return (alert.startsAt, severityRank(of: alert), fingerprint)
    }
    if record == nil, let first = ranked.min(by: { $0 < $1 }) {
      kept.insert(first.fingerprint)
      record = StormRecord.Kept(worst: first.rank, held: 0)
    }
    let worst = ranked.min { ($0.rank, $0.start, $0.fingerprint) < ($1.rank, $1.start, $1.fingerprint) }
    if let worst, let known = record?.worst, worst.rank < known {
      kept.insert(worst.fingerprint)
      record?.worst = worst.rank
    }
    for fingerprint in new where !kept.contains(fingerprint) {
      if raise(fingerprint, to: .heldByStorm) { record?.held += 1 }
    }
    state.rules.storm.byReceiver[receiver] = record
    let held = Set(new).subtracting(kept)
    return members.filter { !held.contains($0) }
  }
}

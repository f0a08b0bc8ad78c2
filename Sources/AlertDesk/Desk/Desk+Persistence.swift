import Foundation
import IncidentModel

/// Keeping the desk over a restart. The policy is not part of what is kept: what a restart with another policy decides
/// follows from the alerts, as after a reload.
extension Desk {
  private struct Kept: Codable {
    struct Alert: Codable {
      var fingerprint: Fingerprint
      var alert: ActiveAlert
    }
    struct Group: Codable {
      var number: Int
      var group: AlertGroup
      /// In order, since a set has none.
      var members: [Fingerprint]
    }
    struct Told: Codable {
      var key: NotificationLog.Key
      var entry: NotificationLog.Entry
    }
    struct KeptSilence: Codable {
      var id: String
      var matchers: [[String]]
      var startsAt: Timestamp
      var endsAt: Timestamp
      var createdBy: String
      var comment: String
    }

    var startedAt: Int64
    var now: Int64
    var lastSweep: Int64
    var nextGroup: Int
    var alerts: [Alert]
    var groups: [Group]
    var told: [Told]
    var silences: [KeptSilence]
    var received: Int
    var deduplicated: Int
    var outOfOrder: Int
    var rejected: [String: Int]
    var byFate: [Int: Int]
    var waiting: [Notification]
    var deduplicatedInto: Int
    var rules: RuleState
  }

  /// The state as JSON; equal states are equal bytes.
  package func persisted() throws -> Data {
    let kept = Kept(
      startedAt: state.startedAt, now: state.now, lastSweep: state.lastSweep, nextGroup: state.nextGroup,
      alerts: state.alerts.sorted { $0.key < $1.key }.map { Kept.Alert(fingerprint: $0.key, alert: $0.value) },
      groups: state.groups.sorted { $0.key < $1.key }.map { number, group in
        var bare = group
        bare.members = []
        return Kept.Group(number: number, group: bare, members: group.members.sorted())
      },
      told: state.log.entries.sorted {
        ($0.key.groupKey, $0.key.receiver, $0.key.integration) < ($1.key.groupKey, $1.key.receiver, $1.key.integration)
      }
      .map { Kept.Told(key: $0.key, entry: $0.value) },
      silences: silences.values.sorted { $0.id < $1.id }.map { silence in
        Kept.KeptSilence(
          id: silence.id, matchers: silence.matchers.map { [$0.name, $0.operation.rawValue, $0.value] },
          startsAt: silence.startsAt, endsAt: silence.endsAt, createdBy: silence.createdBy, comment: silence.comment)
      },
      received: state.counts.received, deduplicated: state.counts.deduplicated, outOfOrder: state.counts.outOfOrder,
      rejected: Dictionary(state.counts.rejected.map { ($0.key.rawValue, $0.value) }) { first, _ in first },
      byFate: Dictionary(state.counts.byFate.map { ($0.key.rawValue, $0.value) }) { first, _ in first },
      waiting: notifications, deduplicatedInto: state.counts.deduplicatedInto, rules: state.rules)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return try encoder.encode(kept)
  }

  /// - Throws: for what `persisted()` did not write.
  package init(policy: AlertmanagerConfiguration, restoring data: Data, limits: Limits = Limits()) throws {
    try self.init(policy: AlertPolicy(policy), restoring: data, limits: limits)
  }

  /// - Throws: for what `persisted()` did not write.
  package init(policy: AlertPolicy, restoring data: Data, limits: Limits = Limits()) throws {
    let kept = try JSONDecoder().decode(Kept.self, from: data)
    var state = State(startedAt: kept.startedAt, now: kept.now, lastSweep: kept.lastSweep)
    state.nextGroup = kept.nextGroup
    for entry in kept.alerts { state.alerts[entry.fingerprint] = entry.alert }
    for entry in kept.groups {
      var group = entry.group
      group.members = Set(entry.members)
      state.groups[entry.number] = group
      state.groupOfLabels[group.identity] = entry.number
    }
    state.log = NotificationLog(entries: Dictionary(kept.told.map { ($0.key, $0.entry) }) { first, _ in first })
    state.counts.received = kept.received
    state.counts.deduplicated = kept.deduplicated
    state.counts.deduplicatedInto = kept.deduplicatedInto
    state.rules = kept.rules
    state.counts.outOfOrder = kept.outOfOrder
    for reason in DeskCounts.Rejection.allCases { state.counts.rejected[reason] = kept.rejected[reason.rawValue] }
    for fate in AlertFate.allCases { state.counts.byFate[fate] = kept.byFate[fate.rawValue] }
    self.init(policy: policy, limits: limits, state: state)
    for silence in kept.silences {
      let matchers = try silence.matchers.compactMap { parts -> Matcher? in
        guard parts.count == 3, let operation = Matcher.Operation(rawValue: parts[1]) else { return nil }
        return try Matcher(parts[0], operation, parts[2])
      }
      silences[silence.id] = Silence(
        id: silence.id, matchers: matchers, startsAt: silence.startsAt, endsAt: silence.endsAt,
        createdBy: silence.createdBy, comment: silence.comment)
    }
    for notification in kept.waiting { send(notification) }
  }
}

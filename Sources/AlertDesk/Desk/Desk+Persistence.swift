import Foundation
import IncidentModel

/// Keeping the desk over a restart. The policy is not part of what is kept: with another one the alerts are grouped anew,
/// as Alertmanager does after a reload, and what was told is remembered by the names of groups and receivers.
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
      var routeKey: String
      var labels: LabelSet
      var receiver: String
      var integration: Int32
      var entry: NotificationLog.Entry
    }

    var startedAt: Int64
    var now: Int64
    var lastSweep: Int64
    /// Of the policy that the groups are made by.
    var shape: String
    var freeGroups: [Int]
    var alerts: [Alert]
    var groups: [Group]
    var told: [Told]
    var silences: [Silence]
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
      startedAt: state.startedAt, now: state.now, lastSweep: state.lastSweep, shape: Self.shape(policy, rules),
      freeGroups: state.groups.free,
      alerts: [],
      groups: state.groups.all.map { number, group in
        var bare = group
        bare.members = []
        bare.nextLook = nextLook(of: group)
        return Kept.Group(number: number, group: bare, members: group.members.sorted())
      },
      told: state.log.entries.map { key, entry in
        Kept.Told(
          routeKey: policy.tree.routes[Int(key.group.route)].key, labels: key.group.labels,
          receiver: policy.receivers[Int(key.receiver)].name, integration: key.integration, entry: entry)
      }
      .sorted {
        if $0.routeKey != $1.routeKey { return $0.routeKey < $1.routeKey }
        if $0.labels != $1.labels { return $0.labels.bytes.lexicographicallyPrecedes($1.labels.bytes) }
        return ($0.receiver, $0.integration) < ($1.receiver, $1.integration)
      },
      silences: silences.values.sorted { $0.id < $1.id },
      received: state.counts.received, deduplicated: state.counts.deduplicated, outOfOrder: state.counts.outOfOrder,
      rejected: Dictionary(state.counts.rejected.map { ($0.key.rawValue, $0.value) }) { first, _ in first },
      byFate: Dictionary(state.counts.byFate.map { ($0.key.rawValue, $0.value) }) { first, _ in first },
      waiting: notifications, deduplicatedInto: state.counts.deduplicatedInto, rules: state.rules)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return try Self.adding(state.alerts, to: try encoder.encode(kept), by: encoder)
  }

  private static let alertsPerPart = 1_000

  /// Into the list of alerts, which is empty and stands first. In parts: of each alert the encoder holds some kilobytes
  /// until it is done.
  private static func adding(
    _ alerts: [Fingerprint: ActiveAlert], to rest: Data, by encoder: JSONEncoder
  ) throws -> Data {
    let beginning = Data("{\"alerts\":[".utf8)
    var whole = beginning
    let fingerprints = alerts.keys.sorted()
    for start in stride(from: 0, to: fingerprints.count, by: alertsPerPart) {
      let part = fingerprints[start..<min(start + alertsPerPart, fingerprints.count)].compactMap { fingerprint in
        alerts[fingerprint].map { Kept.Alert(fingerprint: fingerprint, alert: $0) }
      }
      if start > 0 { whole.append(UInt8(ascii: ",")) }
      whole.append(try encoder.encode(part).dropFirst().dropLast())
    }
    whole.append(rest.dropFirst(beginning.count))
    return whole
  }

  /// - Throws: for what `persisted()` did not write.
  package init(policy: AlertmanagerConfiguration, restoring data: Data, limits: Limits = Limits()) throws {
    try self.init(policy: AlertPolicy(policy), restoring: data, limits: limits)
  }

  /// - Throws: for what `persisted()` did not write.
  package init(policy: AlertPolicy, restoring data: Data, limits: Limits = Limits()) throws {
    let kept = try JSONDecoder().decode(Kept.self, from: data)
    var state = State(startedAt: kept.startedAt, now: kept.now, lastSweep: kept.lastSweep)
    let isSamePolicy = kept.shape == Self.shape(policy.alertmanager, policy.rules)
    for entry in kept.alerts {
      state.alerts[entry.fingerprint] = entry.alert
      if !isSamePolicy {
        state.alerts[entry.fingerprint]?.groupCount = 0
        state.alerts[entry.fingerprint]?.isSettled = false
      }
    }
    if isSamePolicy {
      let groups = kept.groups.map { entry in
        var group = entry.group
        group.members = Set(entry.members)
        return (number: entry.number, group: group)
      }
      state.groups = GroupTable(all: groups, free: kept.freeGroups)
    }
    state.log = NotificationLog(entries: Self.entries(kept.told, policy.alertmanager))
    state.counts.received = kept.received
    state.counts.deduplicated = kept.deduplicated
    state.counts.deduplicatedInto = kept.deduplicatedInto
    state.rules = kept.rules
    state.counts.outOfOrder = kept.outOfOrder
    for reason in DeskCounts.Rejection.allCases { state.counts.rejected[reason] = kept.rejected[reason.rawValue] }
    for fate in AlertFate.allCases { state.counts.byFate[fate] = kept.byFate[fate.rawValue] }
    self.init(policy: policy, limits: limits, state: state)
    if !isSamePolicy {
      for (fingerprint, alert) in state.alerts.sorted(by: { $0.key < $1.key }) { group(fingerprint, alert.labels) }
    }
    for silence in kept.silences { silences[silence.id] = silence }
    for notification in kept.waiting { send(notification) }
  }

  /// All of a policy that numbers in the kept state refer to.
  private static func shape(_ policy: AlertmanagerConfiguration, _ rules: DeskRules) -> String {
    var digest = ContentDigest()
    for route in policy.tree.routes {
      digest.update("\(route.key) \(route.receiver) \(route.grouping) \(route.timing)")
    }
    for receiver in policy.receivers { digest.update("\(receiver.name) \(receiver.integrations.count)") }
    for rule in rules.escalation { digest.update("\(rule)") }
    return digest.finalize()
  }

  private static func entries(
    _ told: [Kept.Told], _ policy: AlertmanagerConfiguration
  ) -> [NotificationLog.Key: NotificationLog.Entry] {
    let routes = Dictionary(policy.tree.routes.enumerated().map { ($1.key, $0) }) { first, _ in first }
    let receivers = Dictionary(policy.receivers.enumerated().map { ($1.name, $0) }) { first, _ in first }
    var entries: [NotificationLog.Key: NotificationLog.Entry] = [:]
    for told in told {
      guard let route = routes[told.routeKey], let receiver = receivers[told.receiver] else { continue }
      let group = AlertGroup.Identity(labels: told.labels, route: Int32(truncatingIfNeeded: route))
      entries[
        NotificationLog.Key(
          group: group, receiver: Int32(truncatingIfNeeded: receiver), integration: told.integration)] = told.entry
    }
    return entries
  }
}

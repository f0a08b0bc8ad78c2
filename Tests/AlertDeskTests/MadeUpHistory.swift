import AlertDesk
import IncidentModel

/// Policies with everything that mutes, and histories that meet it.
struct MadeUpHistory {
  var random: SeededGenerator
  static let start = Timestamp(nanoseconds: 1_772_334_000_000_000_000)

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func policy() throws -> AlertPolicy {
    var lines = [
      "global: {resolve_timeout: \(random.pick([60, 300]))s}", "route:", "  receiver: one",
      "  group_by: [\(random.pick(["name", "cluster", "name, cluster"]))]",
      "  group_wait: \(random.pick([0, 10, 30]))s", "  group_interval: \(random.pick([20, 60, 300]))s",
      "  repeat_interval: \(random.pick([60, 600, 3600]))s", "  routes:", "  - {matchers: [name=none]}",
    ]
    for _ in 0..<random.below(4) {
      let name = random.pick(["name", "cluster", "severity"])
      lines += [
        "  - matchers: ['\(name)=~\"\(random.pick(["a|x", "b|y", "crit.*", ".+"]))\"']",
        "    receiver: \(random.pick(["one", "two"]))", "    continue: \(random.pick(["true", "false"]))",
        "    group_by: \(random.pick(["[name]", "['...']", "[cluster, severity]", "[]"]))",
        "    group_wait: \(random.pick([0, 5, 30]))s",
        "    mute_time_intervals: \(random.pick(["[]", "[]", "[evening]"]))",
        "    active_time_intervals: \(random.pick(["[]", "[]", "[business]"]))",
      ]
    }
    lines += [
      "inhibit_rules:", "- source_matchers: [severity=critical]", "  target_matchers: [severity=warning]",
      "  equal: [\(random.pick(["cluster", "name", "missing"]))]", "receivers:", "- name: one",
      "  webhook_configs: [{url: 'http://x'}, {url: 'http://y', send_resolved: false}]", "- name: two",
      "time_intervals:", "- name: evening",
      "  time_intervals: [{times: [{start_time: '03:20', end_time: '24:00'}]}]", "- name: business",
      "  time_intervals: [{times: [{start_time: '03:10', end_time: '04:00'}]}]",
    ]
    if random.chance(60) {
      lines += Self.rules.shuffled(using: &random).prefix(1 + random.below(Self.rules.count))
      lines.append("correlation: {labels: [cluster], within: \(random.pick([30, 300]))s, hops: 1}")
    }
    var policy = try AlertPolicy(yaml: lines.joined(separator: "\n") + "\n", file: "made-up.yml")
    policy.serviceMap = ServiceMap(calls: [ServiceMap.Call(from: "x", to: "y")])
    return policy
  }

  private static let rules = [
    "deduplication: [{by: [name, cluster]}]", "flapping: [{starts: 2, within: 10m, hold: 5m}]",
    "storm: {alerts: 3, within: 1m, calm: 2m}", "budgets: [{receiver: one, pages: 2, within: 10m}]",
    "escalation: [{after: 1m, receiver: two, during: [business]}, {after: 5m, receiver: one}]",
    "owners: [{components: [y], receiver: two}]", "noise: {by: name}",
  ]

  mutating func labels() -> LabelSet {
    LabelSet([
      (name: "name", value: random.pick(["a", "b", "c"])), (name: "cluster", value: random.pick(["x", "y", ""])),
      (name: "severity", value: random.pick(["critical", "warning"])),
    ])
  }

  /// Alerts that begin, repeat, end and come too late or out of order, silences, and some that no desk should take.
  ///
  /// - Parameter seconds: until an alert ends that says when it does.
  mutating func events(count: Int, lasting seconds: Double = 240) throws -> [DeskEvent] {
    var events: [DeskEvent] = []
    var now = Self.start
    for number in 0..<count {
      now = now.advanced(bySeconds: Double(random.below(random.chance(10) ? 4000 : 60)))
      let stamp = random.chance(5) ? now.advanced(bySeconds: -500) : now
      let begin = now.advanced(bySeconds: -Double(random.below(120)))
      switch random.below(20) {
      case 0:
        let silence = Silence(
          id: "s\(random.below(3))",
          matchers: [try Matcher(random.pick(["name", "cluster"]), .equal, random.pick(["a", "x"]))], startsAt: now,
          endsAt: now.advanced(bySeconds: Double(random.below(600))))
        events.append(DeskEvent(at: stamp, .silence(silence)))
      case 1: events.append(DeskEvent(at: stamp, .endSilence(id: "s\(random.below(3))")))
      case 3:
        let subject: DeskEvent.Subject = random.chance(50) ? .alert(labels().fingerprint) : .incident(random.below(4))
        events.append(DeskEvent(at: stamp, .acknowledge(subject, by: "mara")))
      case 4: events.append(DeskEvent(at: stamp, .suspect(incident: random.below(4), cause: "y")))
      case 2:
        let wrong = [
          IncomingAlert(labels: [:]), IncomingAlert(labels: labels(), startsAt: now, endsAt: begin),
          IncomingAlert(labels: ["big": String(repeating: "x", count: 70_000)]),
        ]
        events.append(DeskEvent(at: stamp, .alert(wrong[number % 3])))
      case 5..<10:
        events.append(DeskEvent(at: stamp, .alert(IncomingAlert(labels: labels(), startsAt: begin, endsAt: now))))
      default:
        let end = random.chance(50) ? nil : now.advanced(bySeconds: seconds)
        let start = random.chance(80) ? begin : nil
        events.append(DeskEvent(at: stamp, .alert(IncomingAlert(labels: labels(), startsAt: start, endsAt: end))))
      }
    }
    return events
  }
}

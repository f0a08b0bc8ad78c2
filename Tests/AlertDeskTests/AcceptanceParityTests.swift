import AlertDesk
import Foundation
import Testing

/// What Alertmanager accepts is accepted and what it refuses is refused, for a configuration with everything in it that
/// is bent in one to three places.
@Suite struct AcceptanceParityTests {
  @Test(.enabled(if: Amtool.path != nil, Amtool.isMissing), arguments: 0..<8)
  func acceptsTheSame(batch: Int) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    var mutator = PolicyMutator(seed: 0xbe27 + UInt64(batch))
    var files: [String] = []
    for number in 0..<100 { files.append(try folder.write("\(number).yml", mutator.policy())) }
    let theirs = try await Amtool.check(files)
    for (file, accepted) in zip(files, theirs) {
      var problem: PolicyProblem?
      do { _ = try AlertmanagerConfiguration(file: file, syntax: .classic) } catch { problem = error }
      let isSame = (problem == nil) == accepted
      let text = isSame ? "" : try String(contentsOfFile: file, encoding: .utf8)
      #expect(isSame, "amtool \(accepted ? "accepts" : "refuses"); \(problem?.description ?? "no problem")\n\(text)")
    }
    // Otherwise nothing was shown.
    #expect(theirs.contains(true) && theirs.contains(false))
  }

  @Test func theWholeConfigurationIsAccepted() throws {
    let policy = try AlertmanagerConfiguration(yaml: PolicyMutator.whole, file: "whole.yml", syntax: .classic)
    #expect(policy.receivers.map(\.name) == ["default", "pager", "chat", "mail"])
    #expect(policy.intervals.map(\.name) == ["old", "weekend", "business"])
    #expect(policy.inhibitRules.count == 2 && policy.tree.routes.count == 6)
    #expect(policy.resolveTimeout == 600_000_000_000)
  }
}

/// Bends a configuration.
struct PolicyMutator {
  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  static let whole = """
    global:
      resolve_timeout: 10m
      smtp_smarthost: 'mail.example:25'
      smtp_from: desk@example
      slack_api_url: https://hooks.example/x
      http_config: {follow_redirects: true, tls_config: {insecure_skip_verify: no}}
    templates: ['templates/*.none']
    route:
      receiver: default
      group_by: [cluster, alertname]
      group_wait: 30s
      group_interval: 5m
      repeat_interval: 4h
      routes:
      - matchers: ['team="pay"', severity=~"critical|page"]
        receiver: pager
        continue: true
        mute_time_intervals: [weekend, old]
        routes:
        - match_re: {service: 'db-[0-9]{1,3}'}
          group_by: ['...']
      - match:
          team: web
        receiver: chat
        active_time_intervals: [business]
        routes:
        - matchers:
          - "{env!=prod,env!~\\"(?i)stag.*\\"}"
          receiver: mail
        - receiver: default
          repeat_interval: 1d12h
    inhibit_rules:
    - source_matchers: ['alertname="NodeDown"']
      target_matchers: ['severity="warning"']
      equal: [cluster, node]
    - source_match: {severity: critical}
      target_match_re: {severity: warn.*}
    receivers:
    - name: default
    - name: pager
      pagerduty_configs:
      - routing_key: abc
        severity: critical
      webhook_configs:
      - url: http://127.0.0.1:9000/hook
        max_alerts: 10
        send_resolved: false
    - name: chat
      slack_configs:
      - channel: '#alerts'
        fields: [{title: a, value: b, short: true}]
    - name: mail
      email_configs:
      - to: team@example
        headers: {Subject: hello}
    mute_time_intervals:
    - name: old
      time_intervals: [{days_of_month: ['1:5', '-3:-1']}]
    time_intervals:
    - name: weekend
      time_intervals:
      - weekdays: ['saturday', sunday]
        times:
        - start_time: '00:00'
          end_time: '24:00'
        location: Europe/Berlin
    - name: business
      time_intervals:
      - weekdays: ['monday:friday']
        months: ['january:march', 12]
        years: ['2020:2030', 2040]
        times: [{start_time: '08:30', end_time: '17:00'}]
    """ + "\n"

  /// Words that replace values: wrong kinds, wrong ranges, and some that are right.
  static let values = [
    "", "null", "~", "1", "0", "-1", "true", "no", "'no'", "[]", "{}", "[a]", "{a: b}", "5m", "1h30m", "30m1h", "1.5h",
    "''", "\"\"", "default", "pager", "nobody", "weekend", "'...'", "['...', a]", "[a, a]", "a-b", "http://x",
    "ftp://x",
    "http://", "'<secret>'", "host:1", "host", "monday", "sunday:monday", "'31:1'", "'0'", "'32'", "'-1:1'", "'1:-30'",
    "25:00", "'24:00'", "'24:01'", "'8:30'", "march:january", "'13'", "UTC", "Europe/Nowhere", "PST", "Etc/GMT+2",
    "'a=~\"(\"'", "'a=~\"x{1001}\"'", "'a=~\"(?=x)\"'", "'a=~\"x**\"'", "'a=~\"\\\\1\"'", "'a=~\"[z-a]\"'",
    "'a=~\"\\\\pX\"'", "'a==b'", "'=b'", "'1a=b'", "'a=b\"'", "'a=\"b'", "'{a=b'", "'a=b,,c=d'", "'a!b'", "'a'",
    "'(x{100}){11}'", "'(x{100}){10}'", "'[[:word:]]'", "'[[:wort:]]'", "'\\Qa'", "'\\C'", "'\\Z'", "*x", "&x y", "<<",
    "!!str 1", "!!int x", "|", "> text", "'unclosed", "[a", "a: b", "- a", "292y", "300y", "99999999999999999999s",
  ]

  static let keys = [
    "receiver", "routes", "matchers", "match", "match_re", "continue", "group_by", "name", "url", "equal", "unknown",
    "location", "time_zone", "send_resolved", "times", "years", "source_match", "url_file", "resolve_timeout",
  ]

  mutating func policy() -> String {
    var lines = Self.whole.split(separator: "\n").map(String.init)
    for _ in 0..<(random.below(10) == 0 ? 0 : 1 + random.below(3)) { mutate(&lines) }
    return lines.joined(separator: "\n") + "\n"
  }

  private mutating func mutate(_ lines: inout [String]) {
    let index = random.below(lines.count)
    let line = lines[index]
    switch random.below(12) {
    case 0: lines.remove(at: index)
    case 1: lines.insert(line, at: index)
    case 2:
      let other = random.below(lines.count)
      lines.swapAt(index, other)
    case 3: lines[index] = (random.chance(50) ? "  " : " ") + line
    case 4: if line.hasPrefix("  ") { lines[index] = String(line.dropFirst(2)) }
    case 5:
      guard !line.isEmpty else { return }
      var letters = Array(line)
      letters.remove(at: random.below(letters.count))
      lines[index] = String(letters)
    case 6:
      var letters = Array(line)
      letters.insert(random.pick(Array("'\":,[]{}#&*!|>%@`- x1")), at: random.below(letters.count + 1))
      lines[index] = String(letters)
    case 7, 8: replaceKey(&lines[index])
    default: replaceValue(&lines[index])
    }
  }

  private mutating func replaceKey(_ line: inout String) {
    guard let colon = line.range(of: ": ") ?? line.range(of: ":") else { return }
    let start = line.firstIndex { $0.isLetter } ?? line.startIndex
    guard start < colon.lowerBound else { return }
    line.replaceSubrange(start..<colon.lowerBound, with: random.pick(Self.keys))
  }

  private mutating func replaceValue(_ line: inout String) {
    if let colon = line.range(of: ": ") {
      line = line[..<colon.upperBound] + random.pick(Self.values)
    } else if let dash = line.range(of: "- ") {
      line = line[..<dash.upperBound] + random.pick(Self.values)
    }
  }
}

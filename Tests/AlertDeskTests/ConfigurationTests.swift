import AlertDesk
import IncidentModel
import Testing

@Suite struct ConfigurationTests {
  private func problem(_ yaml: String) -> String? {
    do {
      _ = try AlertmanagerConfiguration(yaml: yaml, file: "a.yml")
      return nil
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    ("route: {receiver: a}\nreceivers:\n- name: a\n- name: a\n", "a.yml:4:3: "),
    ("route: {receiver: b}\nreceivers: [{name: a}]\n", "a.yml:1:19: there is no receiver “b”"),
    ("route:\n  receiver: a\n  receiver: a\nreceivers: [{name: a}]\n", "a.yml:"),
    ("route:\n  receiver: a\n  groupby: [x]\nreceivers: [{name: a}]\n", "a.yml:3:3: unknown key “groupby”"),
    (
      "route:\n  receiver: a\n  routes:\n  - matchers:\n    - x=~\"(\"\nreceivers: [{name: a}]\n",
      "a.yml:5:7: a parenthesis is not closed"
    ),
    (
      "route: {receiver: a}\nreceivers: [{name: a}]\ntime_intervals:\n- name: t\n  time_intervals:\n"
        + "  - location: Mars/Base\n",
      "a.yml:6:15: “Mars/Base” is no time zone"
    ),
    ("route: {receiver: a, group_wait: 5}\nreceivers: [{name: a}]\n", "a.yml:1:34: “5” is no duration"),
    ("receivers: [{name: a}]\n", "a.yml:1:1: “route” is missing"),
    ("", "a.yml:1:1: "), ("route: [", "a.yml:"), ("\u{0}", "a.yml: "),
  ])
  func mistakesAreNamedWithTheirPlace(yaml: String, start: String) {
    #expect(problem(yaml)?.hasPrefix(start) == true, "\(problem(yaml) ?? "accepted")")
  }

  @Test func settingsAreInheritedAsAlertmanagerDoes() throws {
    let policy = try AlertmanagerConfiguration(
      yaml: """
        route:
          receiver: a
          group_by: [x]
          group_wait: 1s
          routes:
          - matchers: ['t="1"']
            group_by: ['...']
            routes:
            - matchers: [u="1"]
              group_by: []
              receiver: b
              group_interval: 2s
            - matchers: [u="2"]
              group_by: [y]
        receivers: [{name: a}, {name: b}]
        """, file: "a.yml")
    let routes = policy.tree.routes
    #expect(routes.map(\.receiver) == ["a", "a", "b", "a"])
    #expect(routes.map(\.grouping) == [.by(["x"]), .byAllLabels, .byAllLabels, .by(["y"])])
    #expect(routes.map(\.timing.wait) == Array(repeating: 1_000_000_000, count: 4))
    #expect(routes[2].timing.interval == 2_000_000_000 && routes[3].timing.interval == 300_000_000_000)
    #expect(routes[3].key == "{}/{t=\"1\"}/{u=\"2\"}")
    #expect(policy.tree.matching(["t": "1", "u": "2"]) == [3])
    #expect(policy.tree.matching(["t": "1"]) == [1] && policy.tree.matching([:]) == [0])
  }

  @Test func matchersInBothSyntaxes() throws {
    func matches(_ matcher: String, _ labels: LabelSet, _ syntax: MatcherSyntax) -> Bool? {
      try? AlertmanagerConfiguration(
        yaml: "route:\n  receiver: a\n  routes: [{matchers: [\(matcher)]}]\nreceivers: [{name: a}]\n", file: "a",
        syntax: syntax
      ).tree.matching(labels).contains(1)
    }
    let quotedName = "'{\"service name\"=\"ü\"}'"
    #expect(matches(quotedName, ["service name": "ü"], .classic) == nil)
    #expect(matches(quotedName, ["service name": "ü"], .utf8) == true)
    #expect(matches(quotedName, ["service name": "ü"], .fallback) == true)
    #expect(matches("'ü=a'", ["ü": "a"], .fallback) == true)
    #expect(matches("foo=", [:], .classic) == true)
    #expect(matches("foo=", [:], .utf8) == nil)
    #expect(matches("foo=", [:], .fallback) == true)
    // The two disagree on escapes; the classic reading counts.
    #expect(matches("'a=\"\\x41\"'", ["a": "A"], .utf8) == true)
    #expect(matches("'a=\"\\x41\"'", ["a": "\\x41"], .fallback) == true)
    #expect(matches("'a=b c'", ["a": "b c"], .utf8) == nil)
    #expect(matches("'a=b c'", ["a": "b c"], .fallback) == true)
    for wrong in ["'{a=b'", "'a=b}'", "'a=b,,c=d'", "'a'", "'a=\"\\q\"'", "'a=\"\\xff\"'", "'a=~\"(\"'"] {
      #expect(matches(wrong, [:], .utf8) == nil, "\(wrong)")
    }
    #expect(matches("'{}'", [:], .utf8) == true)
  }

  @Test(arguments: [
    ("0", 0), ("0s", 0), ("1ms", 1_000_000), ("1h30m", 5_400_000_000_000), ("1y", 31_536_000_000_000_000),
    ("1d12h", 129_600_000_000_000),
  ])
  func durations(text: String, nanoseconds: Int64) {
    #expect(PromDuration.nanoseconds(text) == nanoseconds)
    #expect(PromDuration.nanoseconds(PromDuration.text(nanoseconds: nanoseconds)) == nanoseconds)
  }

  @Test(arguments: ["", "1", "-1s", "1.5h", "1m1h", "1s1s", "1 s", "300y", "s", "99999999999999999999s"])
  func noDurations(text: String) { #expect(PromDuration.nanoseconds(text) == nil) }

  @Test func fingerprints() {
    let labels: LabelSet = ["alertname": "DemoAlert", "server": "ni3", "severity": "critical", "empty": ""]
    #expect(labels.fingerprint.description == "8a07086b74f3ba78")
    #expect(LabelSet().fingerprint.description == "cbf29ce484222325")
    #expect(Fingerprint("8a07086b74f3ba78") == labels.fingerprint)
    #expect(Fingerprint("8a07") == nil && Fingerprint("+a07086b74f3ba78") == nil)
  }
}

@Suite struct TimeIntervalTests {
  private func intervals(_ span: String) throws -> NamedIntervals {
    try AlertmanagerConfiguration(
      yaml: "route: {receiver: a}\nreceivers: [{name: a}]\ntime_intervals:\n- name: t\n  time_intervals: [\(span)]\n",
      file: "a"
    ).intervals[0]
  }

  private func contains(_ span: String, _ moment: String) throws -> Bool {
    try intervals(span).contains(try #require(Timestamp(rfc3339: moment)))
  }

  @Test(arguments: [
    ("{}", "2026-03-01T00:00:00Z", true),
    ("{weekdays: [sunday]}", "2026-03-01T23:59:59Z", true),
    ("{weekdays: ['monday:friday']}", "2026-03-01T12:00:00Z", false),
    ("{times: [{start_time: '08:00', end_time: '17:00'}]}", "2026-03-01T17:00:00Z", false),
    ("{times: [{start_time: '08:00', end_time: '17:00'}]}", "2026-03-01T16:59:59Z", true),
    ("{times: [{start_time: '00:00', end_time: '24:00'}]}", "2026-03-01T23:59:59Z", true),
    ("{days_of_month: ['-1']}", "2024-02-29T10:00:00Z", true),
    ("{days_of_month: ['-3:-1']}", "2026-02-25T10:00:00Z", false),
    ("{days_of_month: ['30:31']}", "2026-02-28T10:00:00Z", false),
    ("{days_of_month: ['25:31']}", "2026-02-28T10:00:00Z", true),
    ("{months: ['february:3']}", "2026-03-31T10:00:00Z", true),
    ("{months: ['4']}", "2026-03-31T23:59:59Z", false),
    ("{years: ['2020:2025']}", "2026-01-01T00:00:00Z", false),
    ("{weekdays: [monday], location: Asia/Tokyo}", "2026-03-01T15:00:00Z", true),
    // The clocks of Berlin go forward on 2026-03-29 at 01:00 UTC.
    ("{times: [{start_time: '03:00', end_time: '03:30'}], location: Europe/Berlin}", "2026-03-29T01:10:00Z", true),
    ("{times: [{start_time: '02:00', end_time: '03:00'}], location: Europe/Berlin}", "2026-03-28T01:10:00Z", true),
  ])
  func spans(span: String, moment: String, expected: Bool) throws {
    #expect(try contains(span, moment) == expected)
  }

  /// Nothing changes before the moment until which it is said to hold, and it is not asked for every minute.
  @Test(arguments: [
    "{times: [{start_time: '08:00', end_time: '17:30'}], weekdays: ['monday:friday'], location: Europe/Berlin}",
    "{times: [{start_time: '02:00', end_time: '03:00'}], location: America/New_York}",
    "{days_of_month: ['-1'], location: Australia/Lord_Howe}", "{months: ['november']}",
  ])
  func changesAreForeseen(span: String) throws {
    let intervals = try intervals(span)
    for start in ["2026-03-07T20:00:00.5Z", "2026-03-28T12:00:00Z", "2026-10-03T12:00:00Z", "2026-10-30T22:00:00Z"] {
      var moment = try #require(Timestamp(rfc3339: start))
      let end = moment.advanced(bySeconds: 3 * 86_400)
      var known = intervals.contains(moment)
      var holds = intervals.holds(from: moment)
      var asked = 1
      while moment < end {
        moment = moment.advanced(bySeconds: 60)
        if moment < holds {
          #expect(intervals.contains(moment) == known, "\(span) \(moment)")
        } else {
          known = intervals.contains(moment)
          holds = intervals.holds(from: moment)
          asked += 1
        }
      }
      // On the day on which clocks change it may be.
      #expect(asked < 1_460)
    }
  }
}

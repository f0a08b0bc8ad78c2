import AlertDesk
import ArgumentParser
import Foundation
import IncidentModel

extension PolicyCommand {
  /// Measures the decisions alone: alerts are made up in memory, so that no reading is measured.
  struct Benchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "benchmark",
      abstract: "Measure how many alerts a second are decided, and what an active alert costs.")
    @Option(help: "Routes below the root.") var routes = 2000
    @Option(help: "Alerts that fire at the same time.") var active = 50_000
    @Option(help: "Alerts to decide on.") var alerts = 1_000_000
    @Option(help: "Virtual seconds that they take; 0 keeps them as dense as the resolve timeout asks.")
    var seconds = 0
    @Option(help: ArgumentHelp("More of the policy, in place of none.", valueName: "file")) var rules: String?
    @OptionGroup var reading: PolicyOptions
    @OptionGroup var global: GlobalOptions

    private static let start = Timestamp(nanoseconds: 1_767_225_600_000_000_000)

    func run() throws {
      guard routes > 0, active > 0, alerts >= active else {
        throw CommandFailure(.usage, "--routes and --active are positive, --alerts is no less than --active")
      }
      var policy = try AlertPolicy(yaml: Self.yaml(routes: routes), file: "made-up.yml")
      if let rules { policy.rules = try reading.policy(rules).rules }
      let length = seconds > 0 ? Double(seconds) : 240 * Double(alerts) / Double(active)
      func event(_ number: Int) -> DeskEvent {
        let at = Self.start.advanced(bySeconds: length * Double(number) / Double(alerts))
        return DeskEvent(at: at, .alert(IncomingAlert(labels: labels[number % active], startsAt: at)))
      }
      var labels = (0..<active).map(labels)
      let bytes = Self.residentBytesEach { desk in
        // With labels of its own, as alerts have that come from outside.
        for number in 0..<active {
          labels[number] = self.labels(number)
          desk.receive(event(number))
          labels[number] = LabelSet()
        }
        desk.advance(to: Self.start.advanced(bySeconds: 240))
        _ = desk.takeNotifications()
        return desk.activeAlertCount
      } policy: {
        policy
      }
      labels = (0..<active).map(self.labels)
      var trial = PolicyTrial(policy)
      let clock = Self.cpuSeconds()
      var filled = 0.0
      for number in 0..<alerts {
        trial.receive(event(number))
        if number == active - 1 { filled = Self.cpuSeconds() }
      }
      let whole = Self.cpuSeconds() - clock
      let count = trial.knownAlertCount
      trial.finish()
      global.console.result(
        [
          "\(routes) routes, \(count) active alerts, \(alerts) alerts in all, \(Int(length)) virtual seconds",
          "alerts per CPU second           \(Int(Double(alerts) / whole))",
          "  once all are known            \(Int(Double(alerts - active) / max(1e-9, clock + whole - filled)))",
          "bytes per active alert          \(bytes)",
          "CPU seconds                     " + String(format: "%.1f", Self.cpuSeconds() - clock),
          "pages                           \(trial.pageCount)",
        ].joined(separator: "\n"))
    }

    /// What is resident more once a desk holds its alerts, for each of them: labels, groups, what was told.
    private static func residentBytesEach(_ fill: (inout Desk) -> Int, policy: () -> AlertPolicy) -> Int {
      var desk = Desk(policy: policy(), startingAt: start)
      let before = residentBytes()
      let count = fill(&desk)
      let after = residentBytes()
      return withExtendedLifetime(desk) { (after - before) / max(1, count) }
    }

    private static func residentBytes() -> Int {
      guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
      let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    private func labels(_ number: Int) -> LabelSet {
      LabelSet([
        (name: "alertname", value: "Alert\(number % 97)"), (name: "team", value: "team\(number % routes)"),
        (name: "instance", value: "10.1.\(number / 256 % 256).\(number % 256):9100"),
        (name: "cluster", value: "eu-\(number % 7)"),
        (name: "severity", value: number % 20 == 0 ? "critical" : "warning"),
        (name: "job", value: "node"), (name: "id", value: "\(number)"),
      ])
    }

    private static func yaml(routes: Int) -> String {
      let children = (0..<routes).map {
        "  - {matchers: [team=team\($0), severity=~\"critical|warning\"], receiver: team}"
      }
      return """
        route:
          receiver: all
          group_by: [alertname, cluster]
          routes:
        \(children.joined(separator: "\n"))
        inhibit_rules:
        - {source_matchers: [severity=critical], target_matchers: [severity=warning], equal: [instance, alertname]}
        receivers: [{name: all}, {name: team}]

        """
    }

    private static func cpuSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
  }
}

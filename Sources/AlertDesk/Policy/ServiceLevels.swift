import ConfigurationReading
import IncidentModel

/// How good a service must be, and how bad it is when its error budget is used up too fast: multi-window, multi-burn-rate
/// alerting of Google's Site Reliability Workbook (2018), chapter 5.
///
/// A burn rate of 1 uses up the budget exactly by the end of the objective's period. An alert tells its burn rates, or its
/// shares of errors, as annotations or labels: `burn_rate_1h`, or `error_ratio_1h` from 0 to 1.
package struct ServiceLevel: Hashable, Sendable {
  package struct Window: Hashable, Sendable {
    /// As it is written, for example `1h`; part of the annotation's name.
    package var long: String
    /// The short window tells that it still goes on.
    package var short: String
    package var burn: Double
    package var severity: String
  }

  package var service: ComponentID
  /// The share of good events that is promised, below 1.
  package var objective: Double
  /// The worst first.
  package var windows: [Window]
  package var place: RulePlace

  /// The workbook's, for an objective over thirty days.
  static let standardWindows = [
    Window(long: "1h", short: "5m", burn: 14.4, severity: "critical"),
    Window(long: "6h", short: "30m", burn: 6, severity: "error"),
    Window(long: "3d", short: "6h", burn: 1, severity: "warning"),
  ]

  /// The first window of which both burn rates are known and too high.
  func exceeded(by alert: ActiveAlert) -> (window: Window, long: Double, short: Double)? {
    for window in windows {
      guard let long = burnRate(alert, window.long), let short = burnRate(alert, window.short) else { continue }
      if long >= window.burn, short >= window.burn { return (window, long, short) }
    }
    return nil
  }

  private func burnRate(_ alert: ActiveAlert, _ window: String) -> Double? {
    func number(_ name: String) -> Double? {
      for set in [alert.annotations, alert.labels] {
        if let value = Double(set[name]), value.isFinite, value >= 0 { return value }
      }
      return nil
    }
    return number("burn_rate_" + window) ?? number("error_ratio_" + window).map { $0 / (1 - objective) }
  }
}

extension DeskRulesReader {
  func serviceLevel(
    _ value: PolicyValue, _ severity: DeskRules.SeverityOrder
  ) throws(PolicyProblem) -> ServiceLevel {
    let mapping = try value.mapping(KeyTable(required: ["service", "objective"], optional: ["windows"]))
    let objective = try mapping.value("objective").number(in: 0.01...99.9999)
    var windows = ServiceLevel.standardWindows
    if let list = mapping["windows"] {
      windows = []
      for entry in try list.list() { windows.append(try window(entry)) }
      guard !windows.isEmpty else { throw list.problem("at least one window is needed here") }
    }
    for window in windows where !severity.order.contains(window.severity) {
      throw (mapping["windows"] ?? value).problem(
        "the severity “\(window.severity.prefix(80))” is not in the order of severities")
    }
    return ServiceLevel(
      service: ComponentID(try mapping.value("service").text()), objective: objective / 100, windows: windows,
      place: RulePlace(value))
  }

  private func window(_ value: PolicyValue) throws(PolicyProblem) -> ServiceLevel.Window {
    let mapping = try value.mapping(KeyTable(required: ["long", "short", "burn", "severity"]))
    for key in ["long", "short"] { _ = try duration(mapping.value(key)) }
    return ServiceLevel.Window(
      long: try mapping.value("long").text(), short: try mapping.value("short").text(),
      burn: try mapping.value("burn").number(in: 0.001...1_000_000), severity: try mapping.value("severity").text())
  }
}

extension Desk {
  /// The service level that an alert is about: of its component, or of the service that this is an instance of.
  func serviceLevel(of alert: ActiveAlert) -> ServiceLevel? {
    guard !rules.serviceLevels.isEmpty,
      let component = neighbourhood.component(
        of: alert.labels, rules.correlation?.labels ?? DeskRules.Correlation.standardLabels)
    else { return nil }
    let names = [component] + (neighbourhood[component]?.instanceOf.map { [$0] } ?? [])
    return names.lazy.compactMap { name in rules.serviceLevels.first { $0.service == name } }.first
  }

  /// From 0, the worst: of the impact where a service level tells it, else of the label.
  func severityRank(of alert: ActiveAlert) -> Int {
    if let exceeded = serviceLevel(of: alert)?.exceeded(by: alert),
      let rank = rules.severity.order.firstIndex(of: exceeded.window.severity)
    {
      return rank
    }
    return rules.severity.rank(of: alert.labels)
  }

  /// In the policy's words; nil for an alert that is not known, or has none.
  package func severity(of fingerprint: Fingerprint) -> String? {
    guard let alert = state.alerts[representative(of: fingerprint)] else { return nil }
    let rank = severityRank(of: alert)
    return rules.severity.order.indices.contains(rank) ? rules.severity.order[rank] : nil
  }

  func explainSeverity(_ alert: ActiveAlert, _ explanation: inout Explanation) {
    guard let level = serviceLevel(of: alert) else { return }
    let given = alert.labels[rules.severity.label]
    let label = given.isEmpty ? "no severity" : given
    let objective = ServiceLevel.text(level.objective * 100)
    var statement =
      "\(level.service) does not use up its error budget too fast, as far as the alert says; \(label) as its label has it"
    var rule = "\(objective) % of \(level.service)"
    if let (window, long, short) = level.exceeded(by: alert) {
      statement =
        "\(window.severity) by its impact, whatever its label says (\(label)): \(level.service) uses up the error budget of "
        + "\(objective) % \(ServiceLevel.text(long)) times too fast over \(window.long) and "
        + "\(ServiceLevel.text(short)) times over \(window.short)"
      rule += ": \(window.severity) from \(ServiceLevel.text(window.burn)) over \(window.long) and \(window.short)"
    } else if let window = level.windows.first {
      explanation.counterfactuals.append(
        "It would have been \(window.severity) with a burn rate of \(ServiceLevel.text(window.burn)) over \(window.long) "
          + "and \(window.short).")
    }
    explanation.steps.append(
      Explanation.Step(
        stage: .severity, isStopping: false, statement: statement, rule: rule, place: level.place, file: rules.file))
  }
}

extension ServiceLevel {
  /// At most four digits behind the point, without zeros at the end.
  fileprivate static func text(_ value: Double) -> String {
    let scaled = (value * 10_000).rounded()
    guard abs(scaled) < 1e15 else { return "\(value)" }
    return scaled.truncatingRemainder(dividingBy: 10_000) == 0 ? "\(Int(scaled / 10_000))" : "\(scaled / 10_000)"
  }
}

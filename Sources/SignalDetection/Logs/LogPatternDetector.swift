import IncidentModel
import Telemetry

#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

/// Kinds of log lines that are new, more frequent, or gone, where lines do not name the span that wrote them.
///
/// Rates are compared with those of several windows of healthy time, as robust standard deviations, and have to be more
/// than chance as well, given how many kinds of lines were looked at. An error that a service reports because its callee failed is
/// discounted by what the callee reports itself.
package struct LogPatternDetector: Detector {
  static let maximumStrength = 30.0
  /// Weaker than this is left unsaid.
  static let minimumStrength = 4.0
  static let minimumCount = 3
  static let bonus = 1.5
  /// A kind of line is new when it is missing from so much of the history.
  static let noveltyShare = 0.9
  static let maximumSignalsPerService = 3
  /// A new line that is neither a warning nor an error is a doubt at most.
  static let mostOfHarmless = 7.0
  /// What a callee's evidence takes from its callers'.
  static let calleeDiscount = 0.5

  package init() {}

  package func detect(in window: TelemetryWindow, comparing comparison: Comparison) -> [Signal] {
    guard let rates = LogRates(window, comparing: comparison) else { return [] }
    let changes = rates.series.compactMap { change(of: $0, in: rates) }
    var strongest: [ComponentID: Double] = [:]
    for change in changes {
      let service = rates.services[Int(change.series.service)]
      strongest[service] = max(strongest[service] ?? 0, change.strength)
    }
    let signals = changes.compactMap { change -> Signal? in
      var change = change
      let service = rates.services[Int(change.series.service)]
      let below = window.serviceMap.callees(of: service).compactMap { $0 == service ? nil : strongest[$0] }.max() ?? 0
      change.strength -= Self.calleeDiscount * below
      guard change.strength >= Self.minimumStrength else { return nil }
      var signal = signal(change, rates, comparison)
      signal.peer = Self.calleeNamed(by: change.series, rates, in: window)
      return signal
    }
    let sorted = signals.sorted { ($1.strength, $0.component, $0.subject) < ($0.strength, $1.component, $1.subject) }
    var said: [ComponentID: Int] = [:]
    return sorted.filter { signal in
      said[signal.component, default: 0] += 1
      return said[signal.component, default: 0] <= Self.maximumSignalsPerService
    }
  }

  private struct Change {
    var series: LogRates.Series
    var strength: Double
    var sigmas: Double
    /// Lines that were to be expected in the incident.
    var expected: Double
    var isNew: Bool
    var isRise: Bool
  }

  private func change(of series: LogRates.Series, in rates: LogRates) -> Change? {
    let exposure = rates.exposure[Int(series.service)]
    let history = zip(series.counts, exposure).dropFirst().map { Double($0) / $1 }
    let sorted = history.sorted()
    let historyCount = series.counts.dropFirst().reduce(0, +)
    let historyExposure = exposure.dropFirst().reduce(0, +)
    // Of rare lines most windows have none: then the mean is the better middle.
    let normal = max(
      sorted.quantile(0.5), historyCount < 3 * history.count ? Double(historyCount) / historyExposure : 0)
    let observed = Double(series.counts[0])
    let expected = normal * exposure[0]
    let isRise = observed > expected
    guard isRise ? series.counts[0] >= Self.minimumCount : expected >= Double(Self.minimumCount) else { return nil }

    let nats = GammaPoisson.surprise(
      series.counts[0], in: exposure[0], after: historyCount, in: historyExposure, isRise: isRise)
    let surprise = max(0, nats - Double.log(Double(max(rates.series.count, 1))))
    let oneLine = 1 / exposure[0]
    let spread = max(
      1.4826 * history.map { abs($0 - normal) }.sorted().quantile(0.5),
      (sorted.quantile(0.9) - sorted.quantile(0.1)) / 2.563, (history.count < 3 ? 0.25 : 0.05) * normal, oneLine)
    let sigmas = abs(observed - expected) * oneLine / spread
    // Nats as standard deviations of a normal distribution, about.
    var strength = min(sigmas, 3 * (2 * surprise).squareRoot())
    let share = Double(series.counts.dropFirst().filter { $0 == 0 }.count) / Double(max(history.count, 1))
    let isNew = isRise && share >= Self.noveltyShare
    if isNew { strength *= Self.bonus }
    if isRise, Self.reportsAnError(rates.templates, series.template) {
      strength *= Self.bonus
    } else if isNew, Self.isHarmless(rates.templates.severities[Int(series.template)]) {
      strength = min(strength, Self.mostOfHarmless)
    }
    guard strength >= Self.minimumStrength else { return nil }
    return Change(
      series: series, strength: min(strength, Self.maximumStrength), sigmas: sigmas, expected: expected, isNew: isNew,
      isRise: isRise)
  }

  /// The callee that did not answer as it should, by a line of a kind; nil where the line reports no such thing, or names
  /// nobody who is called from there.
  private static func calleeNamed(
    by series: LogRates.Series, _ rates: LogRates, in window: TelemetryWindow
  ) -> ComponentID? {
    let line = window.logs.bodyText(rates.templates.examples[Int(series.template)]).lowercased()
    guard ofFailedCalls.contains(where: line.contains) else { return nil }
    let words = Set(line.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
    let service = rates.services[Int(series.service)]
    let named = window.serviceMap.callees(of: service).filter { words.contains($0.rawValue.lowercased()[...]) }
    return named.count == 1 ? named.first : nil
  }

  /// How clients of all kinds say that they were not answered.
  private static let ofFailedCalls = [
    "refused", "timed out", "timeout", "deadline exceeded", "unreachable", "no route to host", "no such host",
    "unavailable", "x509", "certificate", "reset by peer", "failed to connect", "could not connect",
    "unable to connect", "name or service not known", "unknownhost", "econnrefused", "etimedout",
  ]

  /// What a program says in passing. Releases bring such lines, and nobody need worry.
  private static func isHarmless(_ severity: LogSeverity) -> Bool { severity != .unknown && severity < .warning }

  private static func reportsAnError(_ templates: LogTemplates, _ template: Int32) -> Bool {
    if templates.severities[Int(template)] >= .error { return true }
    let text = templates.texts[Int(template)].lowercased()
    return ["error", "exception", "fail", "timeout", "timed out", "refused", "panic", "unavailable"]
      .contains(where: text.contains)
  }

  private func signal(_ change: Change, _ rates: LogRates, _ comparison: Comparison) -> Signal {
    let service = rates.services[Int(change.series.service)]
    let text = String(rates.templates.texts[Int(change.series.template)].prefix(120))
    let count = change.series.counts[0]
    let usually = change.expected.roundedToSignificantDigits(2)
    let measure = rates.isPerCall[Int(change.series.service)] ? "for as many calls" : "in as much time"
    let historyCount = rates.windows.count - 1
    let before = historyCount == 1 ? "the window before" : "most of \(historyCount) windows before"
    let windows = historyCount == 1 ? "1 window before" : "\(historyCount) windows before"
    let lines = count == 1 ? "1 line" : "\(count) lines"
    let times = count == 1 ? "once" : "\(count) times"
    let what =
      change.isNew
      ? "is new: \(lines), and none in \(before)"
      : "was logged \(times), usually \(usually) times \(measure) (\(windows))"
    var digest = ContentDigest()
    digest.update(rates.templates.texts[Int(change.series.template)])
    for count in change.series.counts { digest.update(Int64(count)) }
    let evidence = Evidence(
      kind: .log, statement: "\(service): `\(text)` \(what).",
      query: Evidence.Query(
        source: "logs", expression: "count component=\"\(service)\" template=\"\(text)\"",
        window: comparison.observed),
      digest: digest.finalize(), value: Double(count), unit: "lines")
    return Signal(
      id: "", component: service, channel: .logPattern, subject: text,
      direction: change.isRise ? .rise : .fall,
      onset: change.isRise && change.isNew ? change.series.firstSeen.map { Timestamp(nanoseconds: $0) } : nil,
      strength: change.strength, deviationSigmas: change.sigmas,
      logRatio: log((Double(count) + 1) / (change.expected + 1)), evidence: evidence)
  }
}

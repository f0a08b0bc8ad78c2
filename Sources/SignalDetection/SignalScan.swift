import IncidentModel
import Telemetry

/// From telemetry to signals: finds the onset where none was given, then asks every detector.
package struct SignalScan: Sendable {
  package var detection: Detection
  /// Strongest first within a channel; numbered `S1`, `S2`, …
  package var signals: [Signal]
  /// What could not be compared, in full sentences.
  package var blindSpots: [String]

  /// Every detector that is asked, in a fixed order, with what a measurement calls it.
  private static func detectors(_ calls: CallMeasures) -> [(ingredient: Ingredient, detector: any Detector)] {
    [
      (.callExcessDetector, CallExcessDetector(calls)), (.metricShiftDetector, MetricShiftDetector()),
      (.resourceCreepDetector, ResourceCreepDetector()), (.absenceDetector, AbsenceDetector()),
      (.traceDetector, TraceDetector()), (.changePrior, ChangeDetector()), (.alertDetector, AlertDetector()),
      (.meshEdgeDetector, MeshEdgeDetector()), (.logPatternDetector, LogPatternDetector()),
    ]
  }

  /// - Parameter left: parts to leave out, for a measurement.
  package init(_ window: TelemetryWindow, without left: Set<Ingredient> = []) {
    blindSpots = []
    signals = []
    var window = window
    if left.contains(.earlierWindows) { window.referenceWindows = [] }
    var chosen: Comparison?
    detection = Detection(
      onset: nil, onsetSource: .estimated, isAnomalous: false,
      statement: "Nothing in the telemetry departs from normal.")
    let unseasonal = Self.withoutUsualCourse(window, left)
    var candidates = ComparisonWindows.candidates(unseasonal ?? window)[...]
    while let candidate = candidates.popFirst() {
      let comparison = Self.completed(candidate, unseasonal ?? window, left)
      // What was over when somebody was called was an incident where users clearly saw it.
      let hasPassed = window.incident.alertedAt != nil && chosen != nil
      var (detection, found) = Self.compared(window, unseasonal, comparison, left, byUsersAlone: hasPassed)
      if hasPassed, detection.certainty < 1 { continue }
      // Objects are as they are at the end of the window: beside them what has passed by then is no incident.
      if detection.isAnomalous, window.kubernetes != nil, comparison.onsetSource == .estimated,
        let last = Self.lastCells(of: comparison, in: window)
      {
        detection.isAnomalous = Self.compared(window, unseasonal, last, left).detection.isAnomalous
        if !detection.isAnomalous {
          detection.statement = "What departed from normal since \(comparison.onset) has passed."
        }
      }
      guard chosen == nil || detection.isAnomalous else { continue }
      (chosen, signals, self.detection) = (comparison, found, detection)
      if detection.isAnomalous { break }
      if !hasPassed, let passed = ComparisonWindows.passed(unseasonal ?? window, before: candidate) {
        candidates = [passed]
      }
    }
    guard let chosen else {
      detection = Self.undecided(window) ?? detection
      return
    }
    if chosen.reference.isEmpty {
      blindSpots.append("There is no time before the onset, so nothing can be compared with normal.")
    }
    detection.unmeasured = UnmeasuredCallees.of(window)
    for position in signals.indices { signals[position].id = SignalID("S\(position + 1)") }
    Self.completeMetricEvidence(&signals, window, chosen)
  }

  /// The window without what load and the time of day explain; nil where that is no other.
  private static func withoutUsualCourse(_ window: TelemetryWindow, _ left: Set<Ingredient>) -> TelemetryWindow? {
    let unloaded = LoadShare.removed(from: window)
    guard !left.contains(.seasonality) else { return unloaded }
    return DailySeason.removed(from: unloaded ?? window) ?? unloaded
  }

  /// What the detectors find in one comparison, and whether it is an incident.
  /// - Parameters:
  ///   - unseasonal: the window without what load and the time of day explain, by which that is decided; nil where it is
  ///     no other.
  ///   - byUsersAlone: whether resources, spans and logs are left out of that decision.
  private static func compared(
    _ window: TelemetryWindow, _ unseasonal: TelemetryWindow?, _ comparison: Comparison, _ left: Set<Ingredient>,
    byUsersAlone: Bool = false
  ) -> (detection: Detection, signals: [Signal]) {
    let calls = CallMeasures(window, comparison)
    let asked = detectors(calls).filter { !left.contains($0.ingredient) }.map(\.detector)
    let signals = SignalSelection.strongest(asked.flatMap { $0.detect(in: window, comparing: comparison) })
    if window.metrics.isEmpty, window.spans.isEmpty, window.logs.isEmpty {
      return (detectionFromAlerts(signals, window, comparison), signals)
    }
    let gate = AnomalyGate(
      unseasonal ?? window, comparison, unseasonal.map { CallMeasures($0, comparison, known: calls) } ?? calls,
      signals: byUsersAlone ? [] : signals)
    return (detection(gate, comparison), signals)
  }

  /// The comparison with as many of the window's last samples as a departure needs to count; nil where there are no more.
  private static func lastCells(of comparison: Comparison, in window: TelemetryWindow) -> Comparison? {
    guard let seconds = OrderStatistics.median(of: window.metrics.compactMap(\.samplingSeconds)) else { return nil }
    let end = window.incident.window.end
    let start = end.advanced(bySeconds: -10 * seconds)
    guard start > comparison.observed.start else { return nil }
    var last = comparison
    last.observed = TimeWindow(start: start, end: end)
    return last
  }

  private static func completed(
    _ candidate: Comparison, _ window: TelemetryWindow, _ left: Set<Ingredient>
  ) -> Comparison {
    var comparison = candidate
    comparison.usesTimeOfDay = !left.contains(.seasonality)
    return left.contains(.earlyMovers) ? comparison : EarlyMovers.widen(comparison, window)
  }

  /// Where nothing could be compared, alerts and errors on record are no proof, and no reason to call it healthy; nil
  /// where series show what users see, and where there is neither.
  private static func undecided(_ window: TelemetryWindow) -> Detection? {
    guard !window.metrics.contains(where: { $0.metricClass.isFocal }) else { return nil }
    let span = window.incident.window
    let alerts = window.alerts.map(\.startsAt).filter { $0 < span.end }
    let errors = window.logs.rows(in: span).filter { window.logs.severities[$0] >= .error }
    guard let first = (alerts + errors.prefix(1).map { Timestamp(nanoseconds: window.logs.times[$0]) }).min() else {
      return nil
    }
    return Detection(
      onset: max(first, span.start), onsetSource: .estimated, isAnomalous: true, certainty: AnomalyGate.doubt,
      statement: alerts.isEmpty
        ? "Errors are logged, and there is nothing that could be compared with normal."
        : "Alerts fire, and there is nothing that could be compared with normal.")
  }

  /// With nothing but alerts, an alert that its own history does not make usual is all that can be known. That alerts
  /// stay away is news only where somebody noticed something, and that somebody was called for what always fires is a doubt.
  private static func detectionFromAlerts(
    _ signals: [Signal], _ window: TelemetryWindow, _ comparison: Comparison
  ) -> Detection {
    let alerts = signals.filter { $0.channel == .alert }
    let firing = alerts.first { $0.subject != AlertDetector.silenceSubject }
    let isNoticed = comparison.onsetSource == .alert
    let isFiring = window.alerts.contains { alert in
      alert.startsAt < window.incident.window.end && alert.endsAt.map { $0 > comparison.onset } ?? true
    }
    let isAnomalous = firing != nil || (isNoticed && (!alerts.isEmpty || isFiring))
    let finding =
      firing.map { "Alerts are unusual since \(comparison.onset), most of all at \($0.component)" }
      ?? (alerts.isEmpty ? "No alert is unusual" : "Alerts that are usual stay away since \(comparison.onset)")
    return Detection(
      onset: comparison.onset, onsetSource: comparison.onsetSource, isAnomalous: isAnomalous,
      certainty: isNoticed && alerts.isEmpty ? AnomalyGate.doubt : 1,
      statement: finding + "; nothing but alerts was recorded.")
  }

  private static func detection(_ gate: AnomalyGate, _ comparison: Comparison) -> Detection {
    let statement =
      gate.isAnomalous
      ? "Something is wrong since \(comparison.onset): \(gate.reason)."
      : "Nothing departs from normal strongly enough to be an incident: \(gate.reason)."
    return Detection(
      onset: comparison.onset, onsetSource: comparison.onsetSource, isAnomalous: gate.isAnomalous,
      certainty: gate.isAnomalous ? gate.certainty : 1, statement: statement)
  }

  private static func completeMetricEvidence(
    _ signals: inout [Signal], _ window: TelemetryWindow, _ comparison: Comparison
  ) {
    let asked = signals.indices.filter { signals[$0].evidence.query.source == MetricEvidence.source }
    let components = Set(asked.map { signals[$0].component })
    var positions: [String: Int] = [:]
    for (position, series) in window.metrics.enumerated() where components.contains(series.key.component) {
      positions[series.key.description] = position
    }
    for index in asked {
      guard let position = positions[signals[index].evidence.query.expression] else { continue }
      signals[index].evidence = MetricEvidence.complete(
        signals[index].evidence, series: window.metrics[position], comparison, onset: signals[index].onset)
    }
  }
}

import IncidentModel
import Telemetry

/// Alerts as evidence: one signal for each component whose alerts are unusual against earlier windows.
package struct AlertDetector: Detector {
  /// What a signal is about where nothing unusual fired at the component.
  static let silenceSubject = "silence"
  private static let maximumKeysInStatement = 3

  package init() {}

  package func detect(in window: TelemetryWindow, comparing comparison: Comparison) -> [Signal] {
    guard !window.alerts.isEmpty else { return [] }
    let novelty = AlertNovelty(
      serviceMap: window.serviceMap, alerts: window.alerts, current: comparison.observed,
      earlier: Self.earlierWindows(window, comparison), answerKinds: window.incident.answerKinds)
    return novelty.scores.indices.compactMap { number in
      guard novelty.scores[number] > 0 else { return nil }
      return signal(number, novelty, comparison)
    }
  }

  /// Windows that a detector named by label are taken as they are; others are cut to the length of the incident.
  private static func earlierWindows(_ window: TelemetryWindow, _ comparison: Comparison) -> [TimeWindow] {
    if window.alertsNameTheirWindow { return window.referenceWindows }
    let lengthSeconds = max(60, comparison.observed.durationSeconds)
    var pieces: [TimeWindow] = []
    for reference in comparison.reference.reversed() {
      var end = reference.end
      while pieces.count < AlertNovelty.maximumHistoryCount {
        let start = end.advanced(bySeconds: -lengthSeconds)
        guard start >= reference.start else { break }
        pieces.append(TimeWindow(start: start, end: end))
        end = start
      }
    }
    return pieces.reversed()
  }

  private func signal(_ number: Int, _ novelty: AlertNovelty, _ comparison: Comparison) -> Signal {
    let component = novelty.index.components[number]
    let findings = AlertFindings(at: number, novelty).inOrder
    let first = findings.map(\.onsetSeconds).min() ?? 0
    var digest = ContentDigest()
    for finding in findings {
      digest.update(finding.text)
      digest.update(finding.onsetSeconds)
    }
    let strongest = findings.first
    return Signal(
      id: "", component: component.id, channel: .alert, subject: strongest?.name ?? Self.silenceSubject,
      metricClass: strongest?.resource.metricClass, direction: strongest?.isFall == true ? .fall : .rise,
      onset: comparison.observed.start.advanced(bySeconds: max(0, first)),
      strength: novelty.scores[number].roundedToSignificantDigits(9),
      evidence: Evidence(
        kind: .alert, statement: statement(number, findings, novelty),
        query: Evidence.Query(
          source: "alerts", expression: "component=\(component.id)", window: comparison.observed),
        digest: digest.finalize(), value: novelty.scores[number], unit: "nats"))
  }

  private func statement(_ number: Int, _ findings: [AlertFinding], _ novelty: AlertNovelty) -> String {
    let component = novelty.index.components[number].id
    let windows = novelty.background.taken.count
    let earlier = windows == 1 ? "1 earlier window" : "\(windows) earlier windows"
    // Where no alert at all is known of the time before, nobody may have been listening.
    let isRecorded = novelty.background.windowCounts.contains { $0 > 0 }
    var parts = findings.prefix(Self.maximumKeysInStatement).map { finding in
      let history = isRecorded ? " (fired in \(finding.windowCount) of \(earlier))" : ""
      return "\(finding.text), \(Self.delay(finding.onsetSeconds))\(history)"
    }
    if findings.count > Self.maximumKeysInStatement {
      parts.append("\(findings.count - Self.maximumKeysInStatement) more")
    }
    let silence = novelty.silence[number]
    if silence.expected >= 0.05, silence.score > 0, findings.isEmpty {
      parts.append(
        "\(QuantityText.number(silence.observed)) of the calls of \(component) alert, where "
          + "\(QuantityText.number(silence.expected)) do in an earlier window")
    }
    if parts.isEmpty { parts.append("nothing unusual by itself fires at \(component)") }
    let known = isRecorded ? "" : windows > 0 ? "; no alert is on record before" : "; there are no earlier windows"
    return parts.joined(separator: "; ") + known + "."
  }

  private static func delay(_ seconds: Double) -> String {
    seconds < 1 ? "at the onset" : "\(QuantityText.describe(seconds.rounded(), unit: "s")) after the onset"
  }
}

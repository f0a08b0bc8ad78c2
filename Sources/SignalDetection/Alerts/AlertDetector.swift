import IncidentModel
import Telemetry

/// Alerts as evidence: one signal for each component whose alerts are unusual against earlier windows.
package struct AlertDetector: Detector {
  private static let maximumKeysInStatement = 3

  package init() {}

  package func detect(in window: TelemetryWindow, comparing comparison: Comparison) -> [Signal] {
    guard !window.alerts.isEmpty else { return [] }
    let novelty = AlertNovelty(
      serviceMap: window.serviceMap, alerts: window.alerts, current: comparison.observed,
      earlier: Self.earlierWindows(window, comparison), answerKinds: window.incident.answerKinds)
    return novelty.scores.indices.compactMap { number in
      let component = novelty.index.components[number]
      guard novelty.scores[number] > 0 else { return nil }
      return signal(component, score: novelty.scores[number], novelty, comparison)
    }
  }

  /// Windows that a detector named by label are taken as they are; others are cut to the length of the incident.
  private static func earlierWindows(_ window: TelemetryWindow, _ comparison: Comparison) -> [TimeWindow] {
    if window.alerts.contains(where: { $0.labels["window"] != nil }) { return window.referenceWindows }
    let lengthSeconds = max(60, comparison.observed.durationSeconds)
    return comparison.reference.flatMap { reference -> [TimeWindow] in
      var pieces: [TimeWindow] = []
      var end = reference.end
      while pieces.count < AlertNovelty.maximumHistoryCount {
        let start = end.advanced(bySeconds: -lengthSeconds)
        guard start >= reference.start else { break }
        pieces.append(TimeWindow(start: start, end: end))
        end = start
      }
      return pieces.reversed()
    }
  }

  private func signal(
    _ component: Component, score: Double, _ novelty: AlertNovelty, _ comparison: Comparison
  ) -> Signal {
    let keys = contributingKeys(component, novelty)
    let first = keys.map(\.onsetSeconds).min() ?? 0
    var digest = ContentDigest()
    for key in keys {
      digest.update(key.text)
      digest.update(key.onsetSeconds)
    }
    let named = keys.prefix(Self.maximumKeysInStatement).map { key in
      "\(key.text) after \(Int(max(0, key.onsetSeconds))) s, seen in \(key.share) of earlier windows"
    }
    let statement =
      named.isEmpty
      ? "\(component.id): its usual alerts stopped while its siblings' went on."
      : "\(component.id): \(named.joined(separator: "; "))."
    return Signal(
      id: "", component: component.id, channel: .alert, subject: keys.first?.name ?? "silence",
      metricClass: keys.first?.metricClass, onset: comparison.observed.start.advanced(bySeconds: max(0, first)),
      strength: score.roundedToSignificantDigits(9),
      evidence: Evidence(
        kind: .alert, statement: statement,
        query: Evidence.Query(
          source: "alerts", expression: "component=\(component.id)", window: comparison.observed),
        digest: digest.finalize(), value: score, unit: "nats"))
  }

  private struct ContributingKey {
    var text: String
    var name: String
    var nats: Double
    var onsetSeconds: Double
    var share: String
    var metricClass: MetricClass
  }

  /// The component's own alerts and, for a service, those of its replicas, most surprising first.
  private func contributingKeys(_ component: Component, _ novelty: AlertNovelty) -> [ContributingKey] {
    let index = novelty.index
    let own = novelty.window.keys.indices.filter { position in
      let subject = index.components[index.componentOfKey[novelty.window.keys[position]]]
      return subject.id == component.id || subject.instanceOf == component.id
    }
    return own.map { position in
      let number = novelty.window.keys[position]
      let key = index.keys[number]
      let total = novelty.background.total
      let share = total > 0 ? Int((100 * novelty.background.counts[number] / total).rounded()) : nil
      let place = key.component == component.id ? "" : " at \(key.component)"
      let call = key.caller.map { " called by \($0)" } ?? ""
      return ContributingKey(
        text: key.name + place + call, name: key.name, nats: novelty.surprise.nats[position],
        onsetSeconds: novelty.window.onsetSeconds[position], share: share.map { "\($0) %" } ?? "none (there are none)",
        metricClass: key.resourceClass.metricClass)
    }
    .sorted { ($1.nats, $0.text) < ($0.nats, $1.text) }
  }
}

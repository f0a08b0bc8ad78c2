import IncidentModel
import Telemetry

/// How much each component exceeds its normal latency or failures, summed over its requests, in exactly the time in
/// which the symptom is out of its normal range. From these sums `RootCauseAnalysis` subtracts what callees explain.
package struct CallExcessDetector: Detector {
  package init() {}

  package func detect(in window: TelemetryWindow, comparing comparison: Comparison) -> [Signal] {
    CallDimension.allCases.flatMap { dimension -> [Signal] in
      let symptom = window.incident.symptom
      let calls = CallSeries.select(dimension, symptomMetric: symptom?.metric, from: window.metrics)
      let measures = calls.compactMap { CallExcess($0, dimension, comparison) }
      let target = Self.target(of: window, measures)
      let out = target.map { $0.outOfRange(comparison) } ?? [comparison.observed]
      let typicalRequests = OrderStatistics.median(of: measures.compactMap(\.typicalRequests)) ?? 1
      return measures.compactMap {
        $0.signal(channel: dimension.channel, over: out, typicalRequests: typicalRequests, comparison)
      }
    }
  }

  /// The symptom's component, or without one the entry that moved most.
  private static func target(of window: TelemetryWindow, _ measures: [CallExcess]) -> CallExcess? {
    if let symptom = window.incident.symptom?.component {
      return measures.first { $0.calls.component == symptom }
    }
    let entries = measures.filter { window.serviceMap.isEntry($0.calls.component) }
    guard let best = entries.max(by: { $0.peak < $1.peak }), best.peak > 3 else { return nil }
    return best
  }
}

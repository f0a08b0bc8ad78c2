import IncidentModel
import Telemetry

/// How much each component exceeds its normal latency or failures, summed over its requests, in exactly the time in
/// which the symptom is out of its normal range. From these sums `RootCauseAnalysis` subtracts what callees explain.
package struct CallExcessDetector: Detector {
  private let measured: CallMeasures?

  /// - Parameter measured: the calls of the same comparison, where somebody has measured them already.
  init(_ measured: CallMeasures? = nil) { self.measured = measured }

  package func detect(in window: TelemetryWindow, comparing comparison: Comparison) -> [Signal] {
    let measured = measured ?? CallMeasures(window, comparison)
    let unreached = UnreachedCalls(window, measured, comparison)
    return CallDimension.allCases.flatMap { dimension -> [Signal] in
      let measures = measured[dimension]
      let target = Self.target(of: window, measures)
      let out = target.map { $0.outOfRange(comparison) } ?? [comparison.observed]
      let typicalRequests = OrderStatistics.median(of: measures.compactMap(\.typicalRequests)) ?? 1
      var replicas: [ComponentID: Double] = [:]
      for measure in measures {
        guard let service = window.serviceMap[measure.calls.component]?.instanceOf else { continue }
        replicas[service, default: 0] += 1
      }
      return measures.compactMap { measure in
        // Of calls that nobody counted each replica serves its part.
        let service = window.serviceMap[measure.calls.component]?.instanceOf
        let signal = measure.signal(
          channel: dimension.channel, over: out, rowSeconds: target?.calls.measure.samplingSeconds,
          typicalRequests: typicalRequests / (service.flatMap { replicas[$0] } ?? 1), comparison)
        guard dimension == .failure, unreached.contains(measure.calls), let client = measure.calls.client else {
          return signal
        }
        let isMeasured = measures.contains { $0.calls.component == client }
        return signal.map { $0.ofClient(client, isMeasured: isMeasured) }
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

extension Signal {
  /// The same failures as those of the client whose calls do not arrive.
  /// - Parameter isMeasured: whether its own failures are counted, among which these are.
  fileprivate func ofClient(_ client: ComponentID, isMeasured: Bool) -> Signal {
    var signal = self
    signal.component = client
    signal.peer = component
    if isMeasured {
      signal.channel = .serviceLevel
      signal.strength = Double.log1p(max(abs(deviationSigmas) - 3, 0))
    }
    signal.evidence.statement =
      "\(client)'s calls to \(component) fail at once and do not arrive: \(component) is there and counts fewer. "
      + evidence.statement
    return signal
  }
}

import Telemetry

/// Every component's calls against their normal: what decides whether there is an incident, and what its excess is
/// counted from.
struct CallMeasures {
  private let latency: [CallExcess]
  private let failure: [CallExcess]

  /// - Parameter known: what the same comparison gave for a window that shares most of its series.
  init(_ window: TelemetryWindow, _ comparison: Comparison, known: CallMeasures? = nil) {
    func measures(_ dimension: CallDimension) -> [CallExcess] {
      let counted = Dictionary(
        known?[dimension].map { (ObjectIdentifier($0.calls.measure), $0) } ?? [],
        uniquingKeysWith: { first, _ in first })
      return CallSeries.select(dimension, symptomMetric: window.incident.symptom?.metric, from: window.metrics)
        .compactMap { calls in
          if let same = counted[ObjectIdentifier(calls.measure)], same.calls.requests === calls.requests { return same }
          return CallExcess(calls, dimension, comparison)
        }
    }
    latency = measures(.latency)
    failure = measures(.failure)
  }

  /// In the order of components.
  subscript(dimension: CallDimension) -> [CallExcess] { dimension == .latency ? latency : failure }
}

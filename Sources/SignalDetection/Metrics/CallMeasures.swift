import Telemetry

/// Every component's calls against their normal: what decides whether there is an incident, and what its excess is
/// counted from.
struct CallMeasures {
  private let latency: [CallExcess]
  private let failure: [CallExcess]

  init(_ window: TelemetryWindow, _ comparison: Comparison) {
    func measures(_ dimension: CallDimension) -> [CallExcess] {
      CallSeries.select(dimension, symptomMetric: window.incident.symptom?.metric, from: window.metrics)
        .compactMap { CallExcess($0, dimension, comparison) }
    }
    latency = measures(.latency)
    failure = measures(.failure)
  }

  /// In the order of components.
  subscript(dimension: CallDimension) -> [CallExcess] { dimension == .latency ? latency : failure }
}

import IncidentModel
import Telemetry

/// The series in which an incident shows first to its users: those of the symptom, or of the entries of the system.
package enum FocusSeries {
  package static let maximumCount = 64

  /// Positions in `window.metrics`, ascending, at most `maximumCount`.
  package static func positions(in window: TelemetryWindow) -> [Int] {
    let external = window.metrics.indices.filter { window.metrics[$0].metricClass.isFocal }
    if let symptom = window.incident.symptom {
      let own = window.metrics.indices.filter { window.metrics[$0].key.component == symptom.component }
      if let metric = symptom.metric {
        let named = own.filter { window.metrics[$0].key.metric.isMetric(metric) }
        if !named.isEmpty { return bounded(named) }
      }
      let ownExternal = own.filter { window.metrics[$0].metricClass.isFocal }
      if !ownExternal.isEmpty { return bounded(ownExternal) }
    }
    let measures = CallDimension.allCases.flatMap { dimension in
      CallSeries.select(dimension, symptomMetric: nil, from: window.metrics).map(\.measure.key)
    }
    let chosen = Set(measures)
    let typical = external.filter { chosen.contains(window.metrics[$0].key) }
    let entries = typical.filter { window.serviceMap.isEntry(window.metrics[$0].key.component) }
    return bounded(entries.isEmpty ? typical : entries)
  }

  /// The series by which it is decided whether there is an incident: those, and the calls of every component.
  static func deciding(_ window: TelemetryWindow) -> Set<MetricKey> {
    let focus = positions(in: window).map { window.metrics[$0].key }
    let calls = CallDimension.allCases.flatMap {
      CallSeries.select($0, symptomMetric: window.incident.symptom?.metric, from: window.metrics)
    }
    return Set(focus + calls.flatMap { [$0.measure.key, $0.requests?.key].compactMap { $0 } })
  }

  /// Evenly spread over the list, so that no component is preferred for its name.
  private static func bounded(_ positions: [Int]) -> [Int] {
    guard positions.count > maximumCount else { return positions }
    return (0..<maximumCount).map { positions[$0 * positions.count / maximumCount] }
  }
}

extension MetricClass {
  /// What users of a component notice directly; load alone is not a failure.
  package var isFocal: Bool { self == .latency || self == .errors || self == .availability }
}

extension String {
  /// Whether a series' metric name means the metric asked for: equal, or equal up to its labels.
  package func isMetric(_ name: String) -> Bool { self == name || hasPrefix(name + "|") }
}

extension ServiceMap {
  /// A component that others are called by and nobody calls: where users come in.
  package func isEntry(_ id: ComponentID) -> Bool {
    callers(of: id).isEmpty && !callees(of: id).isEmpty && self[id]?.isObservedOnlyByCallers == false
  }
}

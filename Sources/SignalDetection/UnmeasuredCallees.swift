import IncidentModel
import Telemetry

/// Those who only answer and of whose answers nobody knows how long they take or whether they fail: no series of their
/// calls, by whomever, and no span.
enum UnmeasuredCallees {
  /// Sorted; nil where there are none.
  static func of(_ window: TelemetryWindow) -> [ComponentID]? {
    let map = window.serviceMap
    let leaves = map.components.map(\.id).filter { map.callees(of: $0).isEmpty && !map.callers(of: $0).isEmpty }
    guard !leaves.isEmpty else { return nil }
    let isMeasured = window.metrics.filter { series in
      CallDimension.allCases.contains { $0.includes(series.metricClass) }
    }
    var measured = Set(isMeasured.map(\.key.component)).union(window.spans.componentNames)
    measured.formUnion(measured.compactMap { map[$0]?.instanceOf })
    let unmeasured = leaves.filter { !measured.contains($0) }
    return unmeasured.isEmpty ? nil : unmeasured
  }
}

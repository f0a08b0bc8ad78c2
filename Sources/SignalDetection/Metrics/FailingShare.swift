import IncidentModel
import Telemetry

/// What share of a component's requests fails beyond the usual: the one measure of failures that compares between
/// components, since counts grow with traffic and ratios to hardly any failures know no bounds.
struct FailingShare {
  /// The requests of each component while the incident lasts, in the unit of their series.
  private let requests: [ComponentID: (typical: Double, unit: String)]

  init(_ metrics: [MetricSeries], _ comparison: Comparison) {
    var requests: [ComponentID: (typical: Double, unit: String)] = [:]
    for calls in CallSeries.select(.failure, symptomMetric: nil, from: metrics) {
      guard let counts = calls.requests,
        let typical = OrderStatistics.median(of: counts.samples(in: [comparison.observed])), typical > 0
      else { continue }
      let others = requests[calls.component].flatMap { $0.unit == counts.unit ? $0.typical : nil } ?? 0
      requests[calls.component] = (others + typical, counts.unit)
    }
    self.requests = requests
  }

  /// 0…1; nil where the signal is of something else, or nobody counts the requests in the same way.
  func share(of signal: Signal) -> Double? {
    let evidence = signal.evidence
    guard signal.channel == .serviceLevel, let usual = signal.usual else { return nil }
    let value = evidence.value
    switch signal.metricClass {
    case .availability:
      return ((usual - value) / MetricScale.availabilityScale(unit: evidence.unit, magnitude: usual)).clamped(to: 0...1)
    case .errors:
      let rise = value - usual
      if MetricScale.isRatio(evidence.unit) {
        return (rise / (MetricScale.unitsPerBaseUnit(evidence.unit) ?? 1)).clamped(to: 0...1)
      }
      guard let counted = requests[signal.component], counted.unit == evidence.unit else { return nil }
      return (rise / counted.typical).clamped(to: 0...1)
    default: return nil
    }
  }
}

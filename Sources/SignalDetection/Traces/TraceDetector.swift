import IncidentModel
import Telemetry

/// What spans show: time lost inside services and between them, failing calls, and steps that are unusual.
///
/// Normal is what several short windows of healthy time have in common; see `HistoryWindows`. Without three traces in
/// the incident, or without one window of ten traces before it, nothing is said.
package struct TraceDetector: Detector {
  /// Strongest of each channel; more would only repeat them.
  static let maximumSignalsPerChannel = 60

  package init() {}

  package func detect(in window: TelemetryWindow, comparing comparison: Comparison) -> [Signal] {
    guard let frame = TraceFrame(window, comparing: comparison) else { return [] }
    let failures = FailedCalls(frame)
    let latency = TraceLatency(frame, failures)
    var steps = SpanSteps(frame, logs: window.logs, serviceMap: window.serviceMap)
    let path = TracePath(&steps, slow: latency.isSlow, failures)
    let writer = TraceSignals(frame: frame, steps: steps, comparison: comparison)
    let recorded = Set(window.spans.componentNames.map { window.serviceMap.service(of: $0) })
    let gaps = latency.edgeGaps.map { gap in
      let between = window.serviceMap.between(frame.services[Int(gap.caller)], frame.services[Int(gap.callee)])
      return writer.signal(gap, through: between.filter { !recorded.contains($0) })
    }
    let channels = [
      latency.selfTimes.flatMap(writer.signals), gaps,
      TraceErrors(frame).rises.flatMap(writer.signals), path.deviations.map(writer.signal),
    ]
    return channels.flatMap { signals in
      signals.sorted { ($1.strength, $0.component, $0.subject) < ($0.strength, $1.component, $1.subject) }
        .prefix(Self.maximumSignalsPerChannel)
    }
  }
}

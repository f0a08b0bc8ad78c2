import IncidentModel
import Telemetry

#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

/// Puts what was found in spans into words, with the query and the digest that let anyone compute it again.
struct TraceSignals {
  let frame: TraceFrame
  let steps: SpanSteps
  let comparison: Comparison

  /// How much of normal a picture shows before the incident.
  private static let excerptLeadSeconds = 3600.0

  /// One signal, or two where only one caller suffers: either side may be the cause.
  func signals(_ found: TraceLatency.SelfTime) -> [Signal] { bothSides(signal(found), found.sufferer) }

  func signals(_ found: TraceErrors.Rise) -> [Signal] { bothSides(signal(found), found.sufferer) }

  private func bothSides(_ signal: Signal, _ sufferer: Int32?) -> [Signal] {
    guard let sufferer else { return [signal] }
    var other = signal
    other.component = frame.services[Int(sufferer)]
    other.peer = signal.component
    other.evidence.statement += " Only \(other.component) is served badly; \(signal.component)'s other callers are not."
    return [signal, other]
  }

  private func signal(_ found: TraceLatency.SelfTime) -> Signal {
    let shift = found.shift
    let name = found.replica.map { frame.table.componentNames[Int($0)] } ?? frame.serviceName(ofNode: found.node)
    let operation = frame.operationName(ofNode: found.node)
    let statement =
      "\(name): `\(operation)` takes \(milliseconds(shift.observed)) in the service itself, "
      + "usually \(milliseconds(shift.normal)) (n=\(shift.observedCount) against \(shift.historyCount))."
    return latencySignal(
      name, peer: nil, .traceSelfTime, subject: operation, shift, found.samples, statement,
      query: "self-time component=\"\(name)\" operation=\"\(operation)\"")
  }

  /// - Parameter unrecorded: those whom the map puts between the two and who leave no spans. One alone is where the time
  ///   went.
  func signal(_ found: TraceLatency.EdgeGap, through unrecorded: [ComponentID]) -> Signal {
    let shift = found.shift
    let caller = frame.services[Int(found.caller)]
    let callee = frame.services[Int(found.callee)]
    let isCallee = found.blamed == found.callee
    let middle = unrecorded.count == 1 ? unrecorded.first : nil
    let statement =
      "\(caller) → \(callee): \(milliseconds(shift.observed)) between client and server span, "
      + "usually \(milliseconds(shift.normal)) (n=\(shift.observedCount) against \(shift.historyCount))"
      + (middle.map { "; between them is \($0), which leaves no spans." } ?? ".")
    return latencySignal(
      middle ?? (isCallee ? callee : caller), peer: isCallee ? caller : callee, .traceEdgeGap,
      subject: "\(caller) → \(callee)", shift, found.samples, statement,
      query: "edge-gap from=\"\(caller)\" to=\"\(callee)\"")
  }

  private func signal(_ found: TraceErrors.Rise) -> Signal {
    let name = frame.services[Int(found.service)]
    let seenAt = frame.serviceName(ofNode: found.node)
    let operation = frame.operationName(ofNode: found.node)
    let place = seenAt == name ? "\(name)" : "\(name), as \(seenAt) sees it"
    let statement =
      "\(place): `\(operation)` fails in \(found.observedCount) of \(found.observedTotal) calls, "
      + "before in \(found.historyCount) of \(found.historyTotal); nothing below it fails."
    let evidence = evidence(
      .trace, statement, source: "spans",
      query: "deepest-failures component=\"\(seenAt)\" operation=\"\(operation)\"",
      digest: digest([found.observedCount, found.observedTotal, found.historyCount, found.historyTotal], operation),
      value: found.observedShare * 100, unit: "%")
    return Signal(
      id: "", component: name, peer: seenAt == name ? nil : seenAt, channel: .traceErrors, subject: operation,
      metricClass: .errors,
      onset: Timestamp(nanoseconds: found.firstSeen), strength: found.excess,
      logRatio: log((found.observedShare + 0.01) / (found.historyShare + 0.01)), evidence: evidence)
  }

  func signal(_ found: TracePath.Deviation) -> Signal {
    let name = frame.serviceName(ofNode: found.node)
    let operation = frame.operationName(ofNode: found.node)
    let before = describe(found.before)
    let actual = describe(found.actual)
    let lead = isStart(found.before) ? "after its start" : "after \(before)"
    var statement = "\(name)/\(operation): \(lead) \(follows(found.actual))"
    if let expected = found.expected { statement += ", usually \(describe(expected)) follows" }
    statement +=
      " (\(found.observedCount) of \(found.observedTotal) against "
      + "\(found.historyCount) of \(found.historyTotal))."
    let counts = [found.observedCount, found.observedTotal, found.historyCount, found.historyTotal]
    let evidence = evidence(
      .trace, statement, source: "spans",
      query: "steps component=\"\(name)\" operation=\"\(operation)\" after=\"\(before)\" next=\"\(actual)\"",
      digest: digest(counts, operation + before + actual), value: found.observedShare * 100, unit: "%")
    return Signal(
      id: "", component: name, channel: .tracePath, subject: "\(operation): \(before) → \(actual)",
      onset: Timestamp(nanoseconds: found.firstSeen), strength: found.strength,
      logRatio: log((found.observedShare + 0.01) / (found.historyShare + 0.01)), evidence: evidence)
  }

  private func latencySignal(
    _ component: ComponentID, peer: ComponentID?, _ channel: SignalChannel, subject: String, _ shift: LatencyShift,
    _ samples: LatencySamples.Group, _ statement: String, query: String
  ) -> Signal {
    var digest = ContentDigest()
    for window in samples.sortedByWindow {
      digest.update(Int64(window.count))
      for value in window { digest.update(value) }
    }
    var evidence = evidence(
      .trace, statement, source: "spans", query: query, digest: digest.finalize(), value: shift.observed, unit: "ms")
    evidence.excerpt = excerpt(title: "\(component)|\(subject)", shift, samples)
    return Signal(
      id: "", component: component, peer: peer, channel: channel, subject: subject, metricClass: .latency,
      onset: onset(shift, samples), strength: TraceLatency.weightedExcess(shift, traceCount: frame.traceCounts[0]),
      deviationSigmas: shift.sigmas, logRatio: log((max(shift.observed, 0) + 1) / (max(shift.normal, 0) + 1)),
      evidence: evidence)
  }

  private func evidence(
    _ kind: Evidence.Kind, _ statement: String, source: String, query: String, digest: String, value: Double,
    unit: String
  ) -> Evidence {
    Evidence(
      kind: kind, statement: statement,
      query: Evidence.Query(source: source, expression: query, window: comparison.observed), digest: digest,
      value: value, unit: unit)
  }

  /// The first of two slow calls in a row, so that a single outlier does not date it.
  private func onset(_ shift: LatencyShift, _ samples: LatencySamples.Group) -> Timestamp? {
    var previous: Int32?
    for sample in samples.observed {
      guard sample.milliseconds > shift.slowLine else {
        previous = nil
        continue
      }
      if let previous { return Timestamp(nanoseconds: frame.table.starts[Int(previous)]) }
      previous = sample.row
    }
    return nil
  }

  /// A median for each history window of the last hour, then one for each half minute of the incident.
  private func excerpt(title: String, _ shift: LatencyShift, _ samples: LatencySamples.Group) -> SeriesExcerpt? {
    let earliest = comparison.onset.advanced(bySeconds: -Self.excerptLeadSeconds)
    var points: [(time: Timestamp, value: Double)] = []
    for (window, values) in zip(frame.windows, samples.sortedByWindow).dropFirst()
    where !values.isEmpty && window.end > earliest && window.start < comparison.onset {
      points.append((window.start.advanced(bySeconds: window.durationSeconds / 2), values.quantile(0.5)))
    }
    let step = max(30, comparison.observed.durationSeconds / 120)
    var cell = 0
    var values: [Double] = []
    func close() {
      guard !values.isEmpty else { return }
      let time = comparison.observed.start.advanced(bySeconds: (Double(cell) + 0.5) * step)
      points.append((time, values.sorted().quantile(0.5)))
      values = []
    }
    for sample in samples.observed {
      let second = comparison.observed.start.nanoseconds.milliseconds(until: frame.table.starts[Int(sample.row)]) / 1000
      let place = Int((second / step).clamped(to: 0...1e6))
      if place != cell { close() }
      cell = place
      values.append(sample.milliseconds)
    }
    close()
    return SeriesExcerpt(
      title: title, unit: "ms", times: points.map(\.time),
      values: points.map { $0.value.roundedToSignificantDigits(6) },
      baselineLow: max(0, shift.normal - LatencyShift.noiseSigmas * shift.spread).roundedToSignificantDigits(6),
      baselineHigh: (shift.normal + LatencyShift.noiseSigmas * shift.spread).roundedToSignificantDigits(6),
      onset: comparison.onset)
  }

  private func digest(_ counts: [Int], _ text: String) -> String {
    var digest = ContentDigest()
    digest.update(text)
    for count in counts { digest.update(Int64(count)) }
    return digest.finalize()
  }

  private func isStart(_ step: Int32) -> Bool { step == SpanSteps.start }

  private func follows(_ step: Int32) -> String {
    switch steps.meaning(of: step) {
    case .end: "the span ends"
    case .call: "\(describe(step)) follows"
    case .line, .start: "\(describe(step)) is logged"
    }
  }

  private func describe(_ step: Int32) -> String {
    switch steps.meaning(of: step) {
    case .start: return "the start"
    case .end: return "the end of the span"
    case .call(let node): return "the call of \(frame.serviceName(ofNode: node))/\(frame.operationName(ofNode: node))"
    case .line(let template):
      return "`\((steps.templates?.texts[Int(template)] ?? "").prefix(80))`"
    }
  }

  private func milliseconds(_ value: Double) -> String {
    value >= 10_000
      ? "\((value / 1000).roundedToSignificantDigits(3)) s" : "\(value.roundedToSignificantDigits(3)) ms"
  }
}

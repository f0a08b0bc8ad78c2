import Evaluation
import IncidentModel
import Telemetry

/// The same telemetry under other names and at another time.
struct TransformedTelemetry {
  private var names: [ComponentID: ComponentID] = [:]
  private let nanoseconds: Int64
  let window: TelemetryWindow

  init(_ original: TelemetryWindow, shiftedBySeconds seconds: Int64, seed: UInt64) {
    nanoseconds = seconds * 1_000_000_000
    var known = Set(original.serviceMap.components.map(\.id)).union(original.metrics.map(\.key.component))
    known.formUnion(original.spans.componentNames)
    known.formUnion(original.logs.componentNames)
    known.formUnion(original.changes.map(\.component))
    var random = SeededRandom(seed: seed, purpose: "names")
    // Drawn names come in another order than the old ones.
    for name in known.sorted() { names[name] = ComponentID("c\(String(random.next(), radix: 36))") }
    window = Self.transform(original, names, nanoseconds)
  }

  func renamed(_ name: ComponentID) -> ComponentID { names[name] ?? name }

  func shifted(_ moment: Timestamp) -> Timestamp { Timestamp(nanoseconds: moment.nanoseconds + nanoseconds) }

  private static func transform(
    _ original: TelemetryWindow, _ names: [ComponentID: ComponentID], _ shift: Int64
  ) -> TelemetryWindow {
    func new(_ name: ComponentID) -> ComponentID { names[name] ?? name }
    func new(_ moment: Timestamp) -> Timestamp { Timestamp(nanoseconds: moment.nanoseconds + shift) }
    func new(_ span: TimeWindow) -> TimeWindow { TimeWindow(start: new(span.start), end: new(span.end)) }
    var window = original
    window.incident.window = new(original.incident.window)
    window.incident.alertedAt = original.incident.alertedAt.map(new)
    window.incident.symptom = original.incident.symptom.map {
      Incident.Symptom(component: new($0.component), metric: $0.metric)
    }
    window.referenceWindows = original.referenceWindows.map(new)
    window.metrics = original.metrics.map { series in
      MetricSeries(
        key: MetricKey(component: new(series.key.component), metric: series.key.metric),
        metricClass: series.metricClass, unit: series.unit, times: series.times.map { $0 + shift },
        values: series.values)
    }.sorted { $0.key < $1.key }
    window.spans.componentNames = original.spans.componentNames.map(new)
    window.spans.starts = original.spans.starts.map { $0 + shift }
    window.spans.ends = original.spans.ends.map { $0 + shift }
    window.logs.componentNames = original.logs.componentNames.map(new)
    window.logs.times = original.logs.times.map { $0 + shift }
    window.alerts = original.alerts.map { alert in
      Alert(
        labels: alert.labels.mapValues { new(ComponentID($0)).rawValue }, annotations: alert.annotations,
        startsAt: new(alert.startsAt), endsAt: alert.endsAt.map(new), component: alert.component.map(new))
    }
    window.changes = original.changes.map { change in
      var change = change
      change.time = new(change.time)
      change.component = new(change.component)
      return change
    }.sorted { ($0.time, $0.component) < ($1.time, $1.component) }
    window.serviceMap = ServiceMap(
      components: original.serviceMap.components.map { component in
        var component = component
        component.id = new(component.id)
        component.instanceOf = component.instanceOf.map(new)
        component.runsOn = component.runsOn.map(new)
        return component
      },
      calls: original.serviceMap.calls.map { ServiceMap.Call(from: new($0.from), to: new($0.to)) })
    return window
  }
}

import IncidentModel
import Telemetry

/// A clock face for tests: seconds after a fixed moment.
func at(_ seconds: Double) -> Timestamp {
  Timestamp(nanoseconds: 1_772_334_000_000_000_000).advanced(bySeconds: seconds)
}

let shopMap = ServiceMap(
  components: [
    Component(id: "frontend", role: .gateway, site: "eu"), Component(id: "checkout", site: "eu"),
    Component(id: "payment", runsOn: "node-1", site: "us"),
    Component(id: "payment-0", kind: .instance, instanceOf: "payment"),
    Component(id: "bank", role: .external), Component(id: "node-1", kind: .node, role: .host),
  ],
  calls: [
    .init(from: "frontend", to: "checkout"), .init(from: "checkout", to: "payment"), .init(from: "payment", to: "bank"),
  ])

/// An hour of a small shop whose incident begins half an hour in.
func shopTelemetry(alerts: [Alert] = [], changes: [ChangeEvent] = [], map: ServiceMap = shopMap) -> TelemetryWindow {
  let metrics = ["checkout", "frontend", "node-1", "payment-0"].map {
    MetricSeries(
      key: MetricKey(component: ComponentID($0), metric: "cpu"), metricClass: .cpu, unit: "1",
      times: [at(0).nanoseconds], values: [1])
  }
  return TelemetryWindow(
    incident: Incident(
      id: "shop", title: "t", window: TimeWindow(start: at(0), end: at(3600)), alertedAt: at(1900),
      symptom: .init(component: "frontend")),
    metrics: metrics, alerts: alerts, changes: changes, serviceMap: map, blindSpots: ["There are no logs."])
}

func signal(
  _ id: SignalID, _ component: ComponentID, _ channel: SignalChannel, strength: Double
) -> Signal {
  Signal(
    id: id, component: component, channel: channel, subject: "s", strength: strength,
    evidence: Evidence(
      kind: .metric, statement: "s",
      query: .init(source: "metrics", expression: "e", window: TimeWindow(start: at(0), end: at(1))), digest: "d",
      value: 1, unit: "1"))
}

func hypothesis(_ id: HypothesisID, _ component: ComponentID) -> Hypothesis {
  Hypothesis(
    id: id, component: component, componentKind: .service, componentRole: .application, metric: nil, fault: .cpu,
    cause: nil, onset: at(1800), score: 1, confidence: 0.6, statement: "s", propagation: [component],
    channelShares: [], evidence: [])
}

/// Builds a snapshot batch by batch, as a supervisor would.
struct Board {
  private(set) var snapshot = BlackboardSnapshot()

  /// An investigation that is open.
  init(_ telemetry: TelemetryWindow) {
    post(
      "supervisor",
      .opening(
        Opening(
          incident: telemetry.incident, serviceMap: telemetry.serviceMap, inputDigest: "i", configurationDigest: "c",
          version: "v")))
  }

  mutating func post(_ author: AgentName, _ contributions: Contribution...) {
    let revision = Revision(snapshot.revision.number + 1)
    for contribution in contributions {
      snapshot.append(
        BlackboardEntry(
          sequence: snapshot.entries.count + 1, revision: revision, author: author, contribution: contribution))
    }
  }
}

func anomaly(_ isAnomalous: Bool = true) -> Contribution {
  .detection(
    Detection(onset: isAnomalous ? at(1800) : nil, onsetSource: .alert, isAnomalous: isAnomalous, statement: "s"))
}

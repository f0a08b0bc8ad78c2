import IncidentModel
import SignalDetection
import Telemetry
import Testing

/// Causes from alerts and a topology alone.
@Suite struct AlertDetectorTests {
  private let hour = 3600.0

  private func start(_ window: Int) -> Timestamp { Timestamp(nanoseconds: Int64(window) * 3_600_000_000_000) }

  private func time(_ window: Int) -> TimeWindow {
    TimeWindow(start: start(window), end: start(window).advanced(bySeconds: 600))
  }

  private func alert(_ component: String, _ metric: String, in window: Int, after seconds: Double = 5) -> Alert {
    Alert(
      labels: ["alertname": "metric", "metric": metric, "direction": "up", "component": component], annotations: [:],
      startsAt: start(window).advanced(bySeconds: seconds), component: ComponentID(component))
  }

  /// Two services of four replicas each.
  private var services: ServiceMap {
    ServiceMap(
      components: ["cart", "mail"].flatMap { service in
        [Component(id: ComponentID(service))]
          + (0..<4).map {
            Component(id: ComponentID("\(service)-\($0)"), kind: .instance, instanceOf: ComponentID(service))
          }
      })
  }

  /// Components by falling strength, in the window numbered `current`; all earlier ones are background.
  private func ranking(_ alerts: [Alert], current: Int, map: ServiceMap) -> [ComponentID] {
    let reference = (0..<current).map(time)
    let window = TelemetryWindow(
      incident: Incident(id: "i", title: "i", window: time(current)), referenceWindows: reference, alerts: alerts,
      serviceMap: map)
    let comparison = Comparison(
      onset: start(current), onsetSource: .alert, reference: reference, observed: time(current))
    return AlertDetector().detect(in: window, comparing: comparison)
      .sorted { ($1.strength, $0.component) < ($0.strength, $1.component) }.map(\.component)
  }

  @Test func whatFiresEveryTimeIsNoAnswer() {
    let usual = (0...6).map { alert("cart-0", "cpu", in: $0) } + (0...6).map { alert("mail-\($0 % 4)", "disk", in: $0) }
    let found = ranking(usual + [alert("mail-2", "memory", in: 6)], current: 6, map: services)
    #expect(found.first == "mail-2")
  }

  @Test func oneLoudReplicaIsTheReplicasFault() {
    let usual = (0..<6).map { alert("mail-1", "disk\($0)", in: $0) }
    let found = ranking(usual + [alert("cart-3", "memory", in: 6)], current: 6, map: services)
    #expect(found.first == "cart-3")
  }

  @Test func threeOfFourReplicasAreTheServicesFault() {
    let usual = (0..<6).map { alert("mail-1", "disk\($0)", in: $0) }
    let loud = (0..<3).map { alert("cart-\($0)", "memory", in: 6) }
    #expect(ranking(usual + loud, current: 6, map: services).first == "cart")
  }

  @Test func theFirstToFireWinsAmongEquals() {
    let usual = (0..<6).map { alert("mail-1", "disk\($0)", in: $0) }
    let found = ranking(
      usual + [alert("cart-0", "memory", in: 6, after: 400), alert("mail-3", "cpu", in: 6, after: 5)], current: 6,
      map: services)
    #expect(found.first == "mail-3")
  }

  @Test func theOrderOfTheAlertsChangesNothing() {
    let alerts =
      (0...6).map { alert("cart-\($0 % 4)", "cpu", in: $0) } + (0...6).map { alert("mail-0", "disk", in: $0) }
      + [alert("mail-2", "memory", in: 6), alert("cart", "latency", in: 6)]
    #expect(ranking(alerts, current: 6, map: services) == ranking(alerts.reversed(), current: 6, map: services))
  }

  @Test func anAlertBelongsToTheWindowThatItNames() {
    var late = alert("cart-0", "memory", in: 5, after: 3700)
    late.labels["window"] = start(5).description
    let usual = (0..<6).map { alert("mail-1", "disk\($0)", in: $0) }
    // By its own time it lies in window 6; by its label it does not.
    #expect(!ranking(usual + [late, alert("mail-0", "cpu", in: 6)], current: 6, map: services).contains("cart-0"))
  }

  @Test func noAlertsGiveNoSignals() {
    #expect(ranking([], current: 3, map: services).isEmpty)
  }
}

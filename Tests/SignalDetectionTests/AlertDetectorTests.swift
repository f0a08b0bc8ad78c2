import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

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
    signals(alerts, current: current, map: map).map(\.component)
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

  /// A time of which no alert at all is known may be one in which nobody listened.
  @Test(arguments: [true, false]) func countsEarlierWindowsOnlyWhereAlertsAreOnRecord(isRecorded: Bool) throws {
    let usual = isRecorded ? [alert("mail-1", "disk", in: 2)] : []
    let found = signals(usual + [alert("cart-3", "memory", in: 6)], current: 6, map: services)
    let statement = try #require(found.first { $0.component == "cart-3" }).evidence.statement
    #expect(statement.contains("(fired in 0 of ") == isRecorded, "\(statement)")
    #expect(statement.hasSuffix("; no alert is on record before.") == !isRecorded, "\(statement)")
  }

  @Test func theOrderOfTheAlertsChangesNothing() {
    let alerts =
      (0...6).map { alert("cart-\($0 % 4)", "cpu", in: $0) } + (0...6).map { alert("mail-0", "disk", in: $0) }
      + [alert("mail-2", "memory", in: 6), alert("cart", "latency", in: 6)]
    #expect(ranking(alerts, current: 6, map: services) == ranking(alerts.reversed(), current: 6, map: services))
  }

  @Test(arguments: [
    ("DiskNearlyFull", MetricClass.disk), ("NodeMemoryPressure", .memory), ("HighErrorRate", .errors),
    ("ApiLatencyHigh", .latency), ("BackupIsMissing", .other),
  ])
  func anAlertsOwnNameTellsWhatItIsAbout(name: String, metricClass: MetricClass) throws {
    let fired = Alert(
      labels: ["alertname": name], annotations: [:], startsAt: start(6).advanced(bySeconds: 5), component: "cart")
    let usual = (0..<6).map { alert("mail-1", "disk\($0)", in: $0) }
    let found = signals(usual + [fired], current: 6, map: services).first { $0.component == "cart" }
    #expect(try #require(found).metricClass == metricClass)
  }

  @Test func anAlertBelongsToTheWindowThatItNames() {
    var late = alert("cart-0", "memory", in: 5, after: 3700)
    late.labels["window"] = start(5).description
    let usual = (0..<6).map { alert("mail-1", "disk\($0)", in: $0) }
    // By its own time it lies in window 6; by its label it does not.
    #expect(!ranking(usual + [late, alert("mail-0", "cpu", in: 6)], current: 6, map: services).contains("cart-0"))
  }

  private func signals(_ alerts: [Alert], current: Int, map: ServiceMap) -> [Signal] {
    let reference = (0..<current).map(time)
    let window = TelemetryWindow(
      incident: Incident(id: "i", title: "i", window: time(current)), referenceWindows: reference, alerts: alerts,
      serviceMap: map)
    let comparison = Comparison(
      onset: start(current), onsetSource: .alert, reference: reference, observed: time(current))
    return AlertDetector().detect(in: window, comparing: comparison)
      .sorted { ($1.strength, $0.component) < ($0.strength, $1.component) }
  }

  private func call(_ caller: String, _ callee: String, in window: Int) -> Alert {
    Alert(
      labels: ["alertname": "trace", "caller": caller, "callee": callee, "operation": "get", "type": "slow"],
      annotations: [:], startsAt: start(window).advanced(bySeconds: 5), component: ComponentID(callee))
  }

  /// A restart in window 6 left `cart-0` with more memory for good: rarer than what has just begun, but no news.
  @Test func aConditionThatStandsIsNoNews() {
    let noise = (0...8).map { alert("mail-2", "disk", in: $0, after: Double($0)) }
    let standing = (6...8).map { alert("cart-0", "memory", in: $0) }
    let flapping = [1, 3, 5, 8].map { alert("mail-1", "latency", in: $0, after: 20) }
    #expect(ranking(noise + standing + flapping, current: 8, map: services).first == "mail-1")
  }

  @Test func aSickCalleeExplainsItsCaller() {
    let map = ServiceMap(components: services.components, calls: [ServiceMap.Call(from: "cart", to: "mail")])
    let usual = (0..<6).map { alert("cart-1", "disk\($0)", in: $0) }
    let fault = [alert("cart", "error_ratio", in: 6), alert("mail", "latency", in: 6)]
    #expect(ranking(usual + fault, current: 6, map: services).first == "cart")
    #expect(ranking(usual + fault, current: 6, map: map).first == "mail")
  }

  @Test func whoseCallsStopIsNamedThoughNothingFires() throws {
    let calls = (0..<6).flatMap { window in
      [call("cart-0", "mail-0", in: window), call("cart-0", "mail-\(1 + window % 2)", in: window)]
        + (window % 3 == 0 ? [call("cart-1", "mail-0", in: window)] : [])
    }
    let found = signals(calls, current: 6, map: services)
    let first = try #require(found.first)
    #expect(first.component == "cart-0")
    #expect(first.evidence.statement.hasPrefix("0 of the calls of cart-0 alert, where 1.98"))
  }

  @Test func aLongerWindowIsNoMeasureForAShortOne() {
    let long = TimeWindow(start: start(0), end: start(0).advanced(bySeconds: 600))
    let short = TimeWindow(start: start(1), end: start(1).advanced(bySeconds: 10))
    let alerts = [
      alert("cart-0", "memory", in: 0, after: 300), alert("mail-0", "memory", in: 0, after: 5),
      alert("cart-0", "memory", in: 1, after: 5), alert("mail-0", "memory", in: 1, after: 5),
    ]
    let novelty = AlertNovelty(
      serviceMap: services, alerts: alerts, current: short, earlier: [long], answerKinds: [.instance])
    #expect(novelty.background.windowCounts.reduce(0, +) == 1)
  }

  @Test func copiesOfAWindowTeachNothingButQuietWindowsDo() {
    let reference = (0..<6).map(time)
    let alerts = (0...2).map { alert("cart-0", "cpu", in: $0) } + [alert("mail-0", "disk", in: 6)]
    let novelty = AlertNovelty(
      serviceMap: services, alerts: alerts, current: time(6), earlier: reference, answerKinds: [])
    #expect(novelty.background.taken.count == 4)
  }

  @Test func theStatementSaysHowOftenAndWhereItFired() throws {
    let usual = [0, 3].map { alert("cart-1", "memory", in: $0) } + (0..<6).map { alert("mail-1", "disk\($0)", in: $0) }
    let loud = (0..<3).map { alert("cart-\($0)", "memory", in: 6, after: 12) }
    let found = signals(usual + loud, current: 6, map: services)
    let service = try #require(found.first { $0.component == "cart" })
    let text = "memory up at 3 of 4 replicas of cart, 12 s after the onset (fired in 2 of 6 earlier windows)."
    #expect(service.evidence.statement == text)
    #expect(service.onset == start(6).advanced(bySeconds: 12))
  }

  @Test func noAlertsGiveNoSignals() {
    #expect(ranking([], current: 3, map: services).isEmpty)
  }
}

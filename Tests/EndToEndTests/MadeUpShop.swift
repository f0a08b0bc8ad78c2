import Foundation
import IncidentModel
import Telemetry

/// Two hours of a small shop at 30 s: web calls cart, payment and search; payment calls its database. What changes does
/// so 90 minutes in, and somebody is paged at web two minutes later.
struct MadeUpShop {
  static let onsetSeconds = 5400.0

  var alerts: [Alert] = []
  var changes: [ChangeEvent] = []
  /// How far each component's clock is ahead.
  var skewSeconds: [ComponentID: Double] = [:]
  private var levels: [MetricKey: Double] = [:]

  private static let services: [ComponentID] = ["web", "cart", "payment", "payment-db", "search"]
  private static let usual: [(metric: String, level: Double)] = [
    ("cpu_usage_cores", 0.2), ("error_ratio", 0.002), ("latency_p50_ms", 20), ("memory_bytes", 1e9),
    ("pool_in_use_ratio", 0.2), ("requests_per_second", 50),
  ]

  func at(seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: 1_772_334_000_000_000_000).advanced(bySeconds: seconds)
  }

  mutating func change(_ component: ComponentID, _ metric: String, to level: Double) {
    levels[MetricKey(component: component, metric: metric)] = level
  }

  mutating func deploy(_ component: ComponentID, from: String, to: String, atSeconds seconds: Double) {
    changes.append(
      ChangeEvent(
        time: at(seconds: seconds), component: component, kind: .deploy, summary: "rolled out \(component) \(to)",
        from: from, to: to))
  }

  var telemetry: TelemetryWindow {
    var assembly = WindowAssembly(
      incident: Incident(
        id: "shop", title: "The shop is slow", window: TimeWindow(start: at(seconds: 0), end: at(seconds: 7200)),
        alertedAt: at(seconds: Self.onsetSeconds + 120), symptom: .init(component: "web")))
    assembly.components = [
      Component(id: "web", role: .gateway), Component(id: "cart"), Component(id: "payment"),
      Component(id: "payment-db", role: .database), Component(id: "search"),
    ]
    assembly.calls = ["cart", "payment", "search"].map { ServiceMap.Call(from: "web", to: ComponentID($0)) }
    assembly.calls.append(ServiceMap.Call(from: "payment", to: "payment-db"))
    assembly.metrics = Self.services.flatMap { service in Self.usual.map { series(service, $0.metric, $0.level) } }
    assembly.alerts = alerts
    assembly.changes = changes
    assembly.inputDigest = "sha256:made-up"
    return assembly.window()
  }

  /// Noise of ten percent, the same in every run.
  private func series(_ component: ComponentID, _ metric: String, _ usual: Double) -> MetricSeries {
    let key = MetricKey(component: component, metric: metric)
    var state = key.description.utf8.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) }
    let skew = skewSeconds[component] ?? 0
    var times: [Int64] = []
    var values: [Double] = []
    for row in 0..<240 {
      let seconds = Double(row) * 30
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let noise = 0.95 + 0.1 * Double(state >> 40) / Double(1 << 24)
      times.append(at(seconds: seconds + skew).nanoseconds)
      values.append((seconds < Self.onsetSeconds ? usual : levels[key] ?? usual) * noise)
    }
    return MetricSeries(key: key, times: times, values: values)
  }
}

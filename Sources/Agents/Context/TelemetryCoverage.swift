import IncidentModel
import Telemetry

/// Which components of the service map have telemetry of their own, and of which kinds.
struct TelemetryCoverage {
  private let mappedCount: Int
  /// Components of the map without any telemetry, sorted.
  private let unseen: [ComponentID]
  private let counts: [(kind: String, count: Int)]
  private let seenCount: Int

  init(_ telemetry: TelemetryWindow) {
    let metrics = Set(telemetry.metrics.map(\.key.component))
    let logs = telemetry.logs.isEmpty ? [] : Set(telemetry.logs.componentNames)
    let spans = telemetry.spans.isEmpty ? [] : Set(telemetry.spans.componentNames)
    let seen = metrics.union(logs).union(spans)
    let map = telemetry.serviceMap.components
    // A service is seen through its replicas.
    let services = Set(map.filter { seen.contains($0.id) }.compactMap(\.instanceOf))
    counts = [("metrics", metrics.count), ("logs", logs.count), ("spans", spans.count)]
    seenCount = seen.count
    mappedCount = map.count
    unseen = map.map(\.id).filter { !seen.contains($0) && !services.contains($0) }
  }

  var note: ContextNote {
    let kinds = counts.map { "\($0.kind) from \($0.count)" }.joined(separator: ", ")
    let statement: String
    if mappedCount == 0 {
      statement = "There is no service map; telemetry came from \(counted(seenCount, "component")): \(kinds)."
    } else if unseen.isEmpty {
      statement = "All \(counted(mappedCount, "component")) of the service map have telemetry: \(kinds)."
    } else {
      statement =
        "Of \(counted(mappedCount, "component")) on the service map, \(unseen.count) "
        + "\(unseen.count == 1 ? "has" : "have") no telemetry of \(unseen.count == 1 ? "its" : "their") own: "
        + "\(listed(unseen)). The rest gave \(kinds)."
    }
    return ContextNote(topic: .coverage, components: unseen, statement: statement)
  }

  var blindSpot: Diagnostic? {
    guard !unseen.isEmpty else { return nil }
    return Diagnostic(
      kind: .blindSpot,
      statement: "Nothing was recorded by \(listed(unseen)); a fault there would show only at its neighbours.")
  }
}

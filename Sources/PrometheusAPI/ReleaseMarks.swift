import IncidentModel
import Telemetry

/// Releases, told by the series in which programs say their version: `…_build_info` by Prometheus' convention,
/// `target_info` by OpenTelemetry's.
enum ReleaseMarks {
  private static let versionLabels = ["service_version", "version", "image_tag", "revision"]

  static func isMark(_ name: String) -> Bool { name.hasSuffix("build_info") || name == "target_info" }

  /// One for each version of a service that appears while another was there before; sorted.
  static func changes(_ series: [SampledSeries], _ naming: SeriesNaming) -> [ChangeEvent] {
    let services = Dictionary(naming.components.map { ($0.id, $0.instanceOf ?? $0.id) }) { first, _ in first }
    /// When each version was first seen, by service and metric.
    var seen: [MetricKey: [String: Int64]] = [:]
    for one in series where isMark(one.name) {
      guard let component = naming[one.labels]?.component, let first = one.times.first,
        let version = versionLabels.lazy.compactMap({ one.labels[$0] }).first(where: { !$0.isEmpty })
      else { continue }
      let key = MetricKey(component: services[component] ?? component, metric: one.name)
      seen[key, default: [:]][version] = min(first, seen[key]?[version] ?? first)
    }
    return seen.flatMap { key, versions in
      let ordered = versions.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
      return zip(ordered, ordered.dropFirst()).filter { $0.value < $1.value }.map { before, after in
        ChangeEvent(
          time: Timestamp(nanoseconds: after.value), component: key.component, kind: .deploy,
          summary: "version \(after.key) was first seen", from: before.key, to: after.key)
      }
    }.sorted { ($0.time, $0.component, $0.summary) < ($1.time, $1.component, $1.summary) }
  }
}

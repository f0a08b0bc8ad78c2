import IncidentModel
import KubernetesObjects

/// Everything that an investigation may look at; immutable, and without any field for the answer.
package struct TelemetryWindow: Sendable {
  package var incident: Incident
  /// Intervals known to be free of this incident, from which normal is learnt: oldest first, disjoint.
  /// Empty means: whatever precedes the onset.
  package var referenceWindows: [TimeWindow]
  /// Sorted by key, keys unique.
  package var metrics: [MetricSeries]
  package var spans: SpanTable
  package var logs: LogTable
  /// By start, then by name.
  package var alerts: [Alert]
  /// By time, then by component.
  package var changes: [ChangeEvent]
  package var serviceMap: ServiceMap
  /// The objects of the cluster that all this runs on, where they were recorded.
  package var kubernetes: ClusterSnapshot?
  /// Telemetry that is missing or was left out, in full sentences.
  package var blindSpots: [String]
  /// `sha256:<hex>` over the bytes of the files that were read, in a fixed order.
  package var inputDigest: String

  package init(
    incident: Incident, referenceWindows: [TimeWindow] = [], metrics: [MetricSeries] = [],
    spans: SpanTable = SpanTable(), logs: LogTable = LogTable(), alerts: [Alert] = [], changes: [ChangeEvent] = [],
    serviceMap: ServiceMap = ServiceMap(), kubernetes: ClusterSnapshot? = nil, blindSpots: [String] = [],
    inputDigest: String = ""
  ) {
    self.incident = incident
    self.referenceWindows = referenceWindows
    self.metrics = metrics
    self.spans = spans
    self.logs = logs
    self.alerts = alerts
    self.changes = changes
    self.serviceMap = serviceMap
    self.kubernetes = kubernetes
    self.blindSpots = blindSpots
    self.inputDigest = inputDigest
  }
}

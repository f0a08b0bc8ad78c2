import IncidentModel

/// An alert as a monitor sent it, in Alertmanager's shape.
package struct Alert: Hashable, Sendable {
  package var labels: [String: String]
  package var annotations: [String: String]
  package var startsAt: Timestamp
  package var endsAt: Timestamp?
  /// From the labels `component`, `service`, `job`, `pod` or `instance`, the first that the service map knows.
  package var component: ComponentID?

  package init(
    labels: [String: String], annotations: [String: String], startsAt: Timestamp, endsAt: Timestamp? = nil,
    component: ComponentID? = nil
  ) {
    self.labels = labels
    self.annotations = annotations
    self.startsAt = startsAt
    self.endsAt = endsAt
    self.component = component
  }

  package var name: String { labels["alertname"] ?? "alert" }
}

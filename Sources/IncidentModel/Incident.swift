/// What is known of an incident before anyone has looked: never the answer.
package struct Incident: Hashable, Sendable, Codable {
  package var id: String
  package var title: String
  /// The telemetry that may be looked at.
  package var window: TimeWindow
  /// When somebody or something noticed; nil when nothing did (`--blind`).
  package var alertedAt: Timestamp?
  /// Where it was noticed; nil when unknown (`--blind`).
  package var symptom: Symptom?
  package var environment: String?
  /// Which kinds of component may be named as the cause; empty means all of them.
  package var answerKinds: [ComponentKind]

  package struct Symptom: Hashable, Sendable, Codable {
    package var component: ComponentID
    /// The metric's name without its component, or nil.
    package var metric: String?

    package init(component: ComponentID, metric: String? = nil) {
      self.component = component
      self.metric = metric
    }
  }

  package init(
    id: String, title: String, window: TimeWindow, alertedAt: Timestamp? = nil, symptom: Symptom? = nil,
    environment: String? = nil, answerKinds: [ComponentKind] = []
  ) {
    self.id = id
    self.title = title
    self.window = window
    self.alertedAt = alertedAt
    self.symptom = symptom
    self.environment = environment
    self.answerKinds = answerKinds
  }
}

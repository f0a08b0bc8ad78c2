import IncidentModel
import Telemetry
import TextReading

/// What really happened in a recorded case; joined to a ranking only after the investigation has ended.
package struct GroundTruth: Hashable, Sendable {
  /// Every component that counts as right, the most specific first; empty for a healthy case.
  package var components: [AcceptedComponent]
  package var metric: MetricAnswer?
  package var fault: FaultKind?
  /// The mechanism as a slug, where the truth names one.
  package var cause: String?
  /// Further faults, each independent of this one and of the others, where there was more than one.
  package var further: [GroundTruth] = []
  package var startedAt: Timestamp?
  /// True where a replica, its service and its node are different answers, as in alert sets.
  package var isExact = false
  /// The file that says so.
  package var file: String

  /// A component in the truth with the line that names it, where the format has lines.
  package struct AcceptedComponent: Hashable, Sendable {
    package var id: ComponentID
    package var line: Int?

    package init(_ id: ComponentID, line: Int? = nil) {
      self.id = id
      self.line = line
    }
  }

  package enum MetricAnswer: Hashable, Sendable {
    /// The metric's name without its component.
    case named(String)
    /// Any metric of the accepted components with such a meaning, for sets that record no more than that.
    case meaning([MetricClass])
  }

  package init(
    components: [AcceptedComponent], metric: MetricAnswer? = nil, fault: FaultKind? = nil, cause: String? = nil,
    startedAt: Timestamp? = nil, file: String
  ) {
    self.components = components
    self.metric = metric
    self.fault = fault
    self.cause = cause
    self.startedAt = startedAt
    self.file = file
  }

  package static func healthy(file: String) -> GroundTruth { GroundTruth(components: [], file: file) }

  /// True when nothing was wrong, so that any named cause is a false alarm.
  package var isHealthy: Bool { components.isEmpty }
}

/// The names that count as right for one case, worked out with the case's own service map.
///
/// The key is service-level: an answer is right when it is an accepted component, an instance of one, or the service
/// that an accepted component is an instance of. An exact truth accepts itself alone.
package struct AnswerKey: Hashable, Sendable, Codable {
  /// Accepted components as the truth gives them.
  package var truth: [ComponentID]
  /// Every name of this case that counts as right, sorted.
  package var matching: [ComponentID]
  /// How many components could have been named.
  package var candidateCount: Int

  /// Throws a `DatasetError` when the truth names a component that the case does not have.
  package init(_ truth: GroundTruth, in window: TelemetryWindow) throws {
    let candidates = Self.candidates(of: window)
    for accepted in truth.components where !candidates.contains(accepted.id) {
      throw DatasetError(
        file: truth.file, line: accepted.line,
        message: "the component “\(accepted.id)” is neither in the service map nor in the telemetry of this case; "
          + "correct its name here or add it to the topology")
    }
    let names = truth.components.map(\.id)
    self.init(
      truth: names, candidates: candidates, serviceMap: truth.isExact ? ServiceMap() : window.serviceMap)
  }

  package init(truth: [ComponentID], candidates: Set<ComponentID>, serviceMap: ServiceMap) {
    self.truth = truth
    var matching = Set(truth)
    for name in truth {
      if let service = serviceMap[name]?.instanceOf { matching.insert(service) }
    }
    for component in serviceMap.components {
      if let service = component.instanceOf, truth.contains(service) { matching.insert(component.id) }
    }
    self.matching = matching.sorted()
    candidateCount = candidates.union(matching).count
  }

  /// From 1; nil where no entry is right.
  package func rank(in ranking: [ComponentID]) -> Int? {
    let right = Set(matching)
    return ranking.firstIndex { right.contains($0) }.map { $0 + 1 }
  }

  /// Every component that a case speaks of.
  package static func candidates(of window: TelemetryWindow) -> Set<ComponentID> {
    var names = Set(window.serviceMap.components.map(\.id))
    names.formUnion(window.metrics.map(\.key.component))
    names.formUnion(window.spans.componentNames)
    names.formUnion(window.logs.componentNames)
    names.formUnion(window.alerts.compactMap(\.component))
    names.formUnion(window.changes.map(\.component))
    return names
  }
}

import IncidentModel
import Telemetry

/// `truth.yaml` of the project's own case format.
enum RecordedTruth {
  static func read(_ reference: CaseReference) throws -> GroundTruth {
    let file = try TruthFile.read("truth.yaml", in: reference.path)
    let fields = try StrictMapping(
      file, keys: ["component", "metric", "fault", "startedAt", "alsoAccept", "healthy"])
    if fields.contains("healthy") {
      guard try fields.bool("healthy") == true else { throw fields.error("healthy", "“healthy” is true or left out") }
      for key in ["component", "metric", "fault", "startedAt", "alsoAccept"] where fields.contains(key) {
        throw fields.error(key, "a healthy case names nothing beside “healthy”")
      }
      return .healthy(file: file.name)
    }
    guard fields.contains("component") else {
      throw fields.error("component", "“component” names the cause; a case without a fault says “healthy: true”")
    }
    let component = ComponentID(try fields.requiredText("component"))
    guard let fault = try fields.choice("fault", FaultKind.self) else {
      throw fields.error("fault", "“fault” is missing; it says which kind of fault it was")
    }
    let accepted = [GroundTruth.AcceptedComponent(component, line: fields.line(of: "component"))]
    let others = try fields.texts("alsoAccept").map {
      GroundTruth.AcceptedComponent(ComponentID($0.text), line: $0.line)
    }
    return GroundTruth(
      components: accepted + others, metric: try fields.text("metric").map { .named($0) }, fault: fault,
      startedAt: try fields.timestamp("startedAt"), file: file.name)
  }
}

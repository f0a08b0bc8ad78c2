import ConfigurationReading
import IncidentModel
import Telemetry
import TextReading

/// `truth.yaml` of the project's own case format.
enum RecordedTruth {
  static func read(_ reference: CaseReference) throws -> GroundTruth {
    let file = try TruthFile.read("truth.yaml", in: reference.path)
    let keys = ["component", "metric", "fault", "startedAt", "alsoAccept"]
    let fields = try file.mapping(KeyTable(optional: keys + ["healthy"]))
    if let healthy = fields["healthy"] {
      guard try healthy.flag() else { throw healthy.problem("“healthy” is true or left out") }
      for value in keys.compactMap({ fields[$0] }) {
        throw value.problem("a healthy case names nothing beside “healthy”")
      }
      return .healthy(file: file.name)
    }
    guard let component = fields["component"] else {
      throw fields.problem(at: "component", "“component” names the cause; a case without a fault says “healthy: true”")
    }
    guard let fault: FaultKind = try fields["fault"]?.choice() else {
      throw fields.problem(at: "fault", "“fault” is missing; it says which kind of fault it was")
    }
    let accepted = try [component] + (fields["alsoAccept"]?.list() ?? [])
    return GroundTruth(
      components: try accepted.map { .init(ComponentID(try $0.text()), line: $0.line) },
      metric: try fields["metric"].map { .named(try $0.text()) }, fault: fault,
      startedAt: try fields["startedAt"]?.timestamp(), file: file.name)
  }
}

import ConfigurationReading
import IncidentModel
import Telemetry
import TextReading

/// `truth.yaml` of the project's own case format.
enum RecordedTruth {
  private static let keys = ["component", "metric", "fault", "cause", "startedAt", "alsoAccept"]

  static func read(_ reference: CaseReference) throws -> GroundTruth {
    let file = try TruthFile.read("truth.yaml", in: reference.path)
    let fields = try file.mapping(KeyTable(optional: keys + ["healthy", "faults"]))
    if let healthy = fields["healthy"] {
      guard try healthy.flag() else { throw healthy.problem("“healthy” is true or left out") }
      for value in (keys + ["faults"]).compactMap({ fields[$0] }) {
        throw value.problem("a healthy case names nothing beside “healthy”")
      }
      return .healthy(file: file.name)
    }
    guard let list = fields["faults"] else { return try one(fields, file: file.name) }
    for value in keys.compactMap({ fields[$0] }) {
      throw value.problem("what is wrong is said under “faults” or beside it, not both")
    }
    let faults = try list.list().map { try one($0.mapping(KeyTable(optional: keys)), file: file.name) }
    guard var truth = faults.first else { throw list.problem("“faults” lists at least one fault") }
    truth.further = Array(faults.dropFirst())
    return truth
  }

  private static func one(_ fields: StrictMapping<DatasetError>, file: String) throws -> GroundTruth {
    guard let component = fields["component"] else {
      throw fields.problem(at: "component", "“component” names the cause; a case without a fault says “healthy: true”")
    }
    let fault: FaultKind? = try fields["fault"]?.choice()
    let cause = try fields["cause"]?.text()
    guard fault != nil || cause != nil else {
      throw fields.problem(
        at: "fault", "“fault” is missing; it says which kind of fault it was, or “cause” which cause")
    }
    let accepted = try [component] + (fields["alsoAccept"]?.list() ?? [])
    return GroundTruth(
      components: try accepted.map { .init(ComponentID(try $0.text()), line: $0.line) },
      metric: try fields["metric"].map { .named(try $0.text()) }, fault: fault, cause: cause,
      startedAt: try fields["startedAt"]?.timestamp(), file: file)
  }
}

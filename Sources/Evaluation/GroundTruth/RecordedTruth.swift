import IncidentModel
import Telemetry
import Yams

/// `truth.yaml` of the project's own case format.
enum RecordedTruth {
  private static let keys: Set<String> = ["component", "metric", "fault", "startedAt", "alsoAccept", "healthy"]

  static func read(_ reference: CaseReference) throws -> GroundTruth {
    try parse(TruthFile.text(reference.path + "/truth.yaml"), file: reference.path + "/truth.yaml")
  }

  static func parse(_ text: String, file: String) throws -> GroundTruth {
    let fields = try fields(of: text, file: file)
    func failure(_ key: String, _ message: String) -> DatasetError {
      let mark = fields[key]?.mark
      return DatasetError(file: file, line: mark?.line, column: mark?.column, message: message)
    }
    if let healthy = fields["healthy"] {
      guard healthy.bool == true else { throw failure("healthy", "“healthy” is true or left out") }
      guard fields.count == 1 else { throw failure("healthy", "a healthy case names no cause beside “healthy”") }
      return .healthy(file: file)
    }
    guard let node = fields["component"], let component = node.scalar?.string, !component.isEmpty else {
      throw failure("component", "“component” names the cause; a case without a fault says “healthy: true”")
    }
    guard let faultName = fields["fault"]?.scalar?.string, let fault = FaultKind(rawValue: faultName) else {
      let known = FaultKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw failure("fault", "“fault” is one of \(known)")
    }
    var startedAt: Timestamp?
    if let node = fields["startedAt"] {
      startedAt = node.scalar.flatMap { Timestamp(rfc3339: $0.string) }
      if startedAt == nil { throw failure("startedAt", "“startedAt” is an RFC 3339 time such as 2026-03-01T03:12:40Z") }
    }
    var components = [GroundTruth.AcceptedComponent(ComponentID(component), line: node.mark?.line)]
    if let node = fields["alsoAccept"] {
      guard let others = node.sequence, others.allSatisfy({ $0.scalar != nil }) else {
        throw failure("alsoAccept", "“alsoAccept” is a list of component names")
      }
      components += others.compactMap { other in
        other.scalar.map { GroundTruth.AcceptedComponent(ComponentID($0.string), line: other.mark?.line) }
      }
    }
    let metric = fields["metric"]?.scalar.map { GroundTruth.MetricAnswer.named($0.string) }
    return GroundTruth(components: components, metric: metric, fault: fault, startedAt: startedAt, file: file)
  }

  private static func fields(of text: String, file: String) throws -> [String: Node] {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw DatasetError(file: file, message: "not YAML: \(error)")
    }
    guard let mapping = root?.mapping else {
      throw DatasetError(file: file, message: "a mapping with “component” and “fault”, or “healthy: true”, is expected")
    }
    var fields: [String: Node] = [:]
    for (key, value) in mapping {
      guard let name = key.scalar?.string, keys.contains(name) else {
        throw DatasetError(
          file: file, line: key.mark?.line, column: key.mark?.column,
          message: "“\(key.scalar?.string ?? "this key")” is not known here; the keys are "
            + keys.sorted().joined(separator: ", "))
      }
      fields[name] = value
    }
    return fields
  }
}

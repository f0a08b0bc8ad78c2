import IncidentModel
import Telemetry
import TextReading

/// `label.csv` of an alert set: entity and type of the row with the window's identifier. The location is exact.
enum AlertSetTruth {
  /// Words of a fault's type, tried in order.
  private static let words: [(String, FaultKind)] = [
    ("cpu", .cpu), ("memory", .memory), ("disk", .disk), ("i/o", .disk), ("latency", .networkDelay),
    ("packet", .networkLoss),
  ]

  static func read(_ reference: CaseReference) throws -> GroundTruth {
    let file = reference.path + "/label.csv"
    let id = reference.id.split(separator: "/").last.map(String.init) ?? ""
    var rows = DelimitedReader(try TruthFile.read("label.csv", in: reference.path))
    guard try rows.nextRow() else { throw DatasetError(file: file, line: 1, message: "the header is missing") }
    let header = (0..<rows.fieldCount).map { rows.text($0) }
    guard let identifier = header.firstIndex(of: "fault_id"), let entity = header.firstIndex(of: "fault_entity"),
      let type = header.firstIndex(of: "fault_type")
    else { throw DatasetError(file: file, line: 1, message: "the header needs fault_id, fault_entity and fault_type") }
    while try rows.nextRow() {
      try rows.requireFieldCount(header.count)
      guard rows.text(identifier) == id else { continue }
      let name = rows.text(type).lowercased()
      var truth = GroundTruth(
        components: [.init(ComponentID(rows.text(entity)), line: rows.line)],
        fault: words.first { name.contains($0.0) }?.1, file: file)
      truth.isExact = true
      return truth
    }
    throw DatasetError(file: file, message: "there is no row with the fault_id \(id)")
  }
}

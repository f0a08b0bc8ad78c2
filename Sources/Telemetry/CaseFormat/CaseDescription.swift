import ConfigurationReading
import IncidentModel
import TextReading

/// What `case.yaml` says.
struct CaseDescription {
  var incident: Incident
  /// Oldest first, disjoint.
  var referenceWindows: [TimeWindow]
  /// What could not be seen when the case was recorded.
  var blindSpots: [String]

  /// - Parameter fallbackID: the identifier where the file gives none.
  init(_ file: FileBytes, fallbackID: String) throws {
    let root = try file.mapping(
      KeyTable(
        required: ["window"],
        optional: ["id", "title", "alertedAt", "symptom", "environment", "reference", "answerKinds", "blindSpots"],
        reasons: ["window": "“window” is missing; it names the start and the end of what may be looked at"]))
    let id = try root["id"]?.text() ?? fallbackID
    incident = Incident(
      id: id, title: try root["title"]?.text(canBeEmpty: true) ?? id, window: try Self.window(root.value("window")),
      alertedAt: try root["alertedAt"]?.timestamp(), environment: try root["environment"]?.text(canBeEmpty: true))
    let window = incident.window
    if let alertedAt = incident.alertedAt, !(window.start...window.end).contains(alertedAt) {
      throw root.problem(
        at: "alertedAt", "the alert at \(alertedAt) is outside the window \(window.start) to \(window.end)")
    }
    if let symptom = try root["symptom"]?.mapping(KeyTable(required: ["component"], optional: ["metric"])) {
      incident.symptom = Incident.Symptom(
        component: ComponentID(try symptom.value("component").text()),
        metric: try symptom["metric"]?.text(canBeEmpty: true))
    }
    incident.answerKinds = try root["answerKinds"]?.list().map { try $0.choice() } ?? []
    blindSpots = try root["blindSpots"]?.list().map { try $0.text() } ?? []
    referenceWindows = try root["reference"]?.list().map(Self.window) ?? []
    referenceWindows.sort { ($0.start, $0.end) < ($1.start, $1.end) }
    for (earlier, later) in zip(referenceWindows, referenceWindows.dropFirst()) where later.start < earlier.end {
      throw root.problem(at: "reference", "the windows of “reference” overlap")
    }
  }

  private static func window(_ value: StrictValue<DatasetError>) throws -> TimeWindow {
    let window = try value.mapping(KeyTable(required: ["start", "end"]))
    let start = try window.value("start").timestamp()
    let end = try window.value("end").timestamp()
    guard start < end else {
      throw window.problem(at: "end", "the window ends at \(end), not after its start at \(start)")
    }
    return TimeWindow(start: start, end: end)
  }
}

/// What `dataset.yaml` says of a collection of cases.
package struct DatasetDescription: Hashable, Sendable {
  package var name: String
  package var origin: String?
  package var licence: String?
  package var citation: String?
  /// The adapter that reads the cases; nil to recognise the format by itself.
  package var adapter: String?

  /// Nil where the folder has no `dataset.yaml`.
  package init?(in folder: DatasetFolder, limits: ReadLimits = ReadLimits()) throws {
    var source = ByteSource(folder: folder, limits: limits)
    guard let file = try source.readIfPresent("dataset.yaml") else { return nil }
    let root = try file.mapping(KeyTable(required: ["name"], optional: ["origin", "licence", "citation", "adapter"]))
    name = try root.value("name").text()
    origin = try root["origin"]?.text()
    licence = try root["licence"]?.text()
    citation = try root["citation"]?.text()
    adapter = try root["adapter"]?.text()
  }
}

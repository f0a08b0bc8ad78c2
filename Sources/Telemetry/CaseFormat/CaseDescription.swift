import IncidentModel

/// What `case.yaml` says.
struct CaseDescription {
  var incident: Incident
  /// Oldest first, disjoint.
  var referenceWindows: [TimeWindow]

  /// - Parameter fallbackID: the identifier where the file gives none.
  init(_ file: FileBytes, fallbackID: String) throws {
    let root = try StrictMapping(
      file, keys: ["id", "title", "window", "alertedAt", "symptom", "environment", "reference", "answerKinds"])
    guard let window = try root.mapping("window", keys: ["start", "end"]) else {
      throw root.error("window", "“window” is missing; it names the start and the end of what may be looked at")
    }
    let id = try root.text("id") ?? fallbackID
    incident = Incident(
      id: id, title: try root.text("title") ?? id, window: try Self.window(window),
      alertedAt: try root.timestamp("alertedAt"), environment: try root.text("environment"))
    if let symptom = try root.mapping("symptom", keys: ["component", "metric"]) {
      incident.symptom = Incident.Symptom(
        component: ComponentID(try symptom.requiredText("component")), metric: try symptom.text("metric"))
    }
    incident.answerKinds = try root.choices("answerKinds", ComponentKind.self)
    let reference = try root.mappings("reference", keys: ["start", "end"])
    referenceWindows = try reference.map(Self.window).sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    for (earlier, later) in zip(referenceWindows, referenceWindows.dropFirst()) where later.start < earlier.end {
      throw root.error("reference", "the windows of “reference” overlap")
    }
  }

  private static func window(_ mapping: StrictMapping) throws -> TimeWindow {
    guard let start = try mapping.timestamp("start"), let end = try mapping.timestamp("end") else {
      throw mapping.error("start", "a window needs a start and an end")
    }
    guard start < end else {
      throw mapping.error("end", "the window ends at \(end), not after its start at \(start)")
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
    let root = try StrictMapping(file, keys: ["name", "origin", "licence", "citation", "adapter"])
    name = try root.requiredText("name")
    origin = try root.text("origin")
    licence = try root.text("licence")
    citation = try root.text("citation")
    adapter = try root.text("adapter")
  }
}

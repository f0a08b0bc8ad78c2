import ConfigurationReading
import Foundation
import IncidentModel
import Telemetry
import TextReading

/// `recording.yaml` of a case: what was done to the shop and when. No investigation reads it; `check` does.
package struct RecordingNote: Sendable, Equatable {
  /// Nil in a quiet window.
  package var fault: String?
  package var target: String?
  package var startedAt: Timestamp?

  package init(fault: String? = nil, target: String? = nil, startedAt: Timestamp? = nil) {
    self.fault = fault
    self.target = target
    self.startedAt = startedAt
  }

  /// - Throws: `DatasetError` with the place of what is wrong.
  package init(folder: String) throws {
    var source = ByteSource(folder: try DatasetFolder(folder))
    let fields = try source.read("recording.yaml").mapping(KeyTable(optional: ["fault", "target", "startedAt"]))
    fault = try fields["fault"]?.text()
    target = try fields["target"]?.text()
    startedAt = try fields["startedAt"]?.timestamp()
    if fault == "none" { fault = nil }
  }

  package func write(_ folder: String) throws {
    var text = "fault: \(fault ?? "none")\n"
    if let target { text += "target: \(target)\n" }
    if let startedAt { text += "startedAt: \(startedAt)\n" }
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/recording.yaml"))
  }

  /// The contents of `truth.yaml`.
  package func truth() throws -> String {
    guard let name = fault, let target, let startedAt else { return "healthy: true\n" }
    let fault = try Fault.named(name)
    var text = "# recorded: \(fault.summary)\ncomponent: \(target)\n"
    if !fault.alsoAccept.isEmpty { text += "alsoAccept: [\(fault.alsoAccept.joined(separator: ", "))]\n" }
    if let metric = fault.metric { text += "metric: \(metric)\n" }
    text += fault.kind.map { "fault: \($0.rawValue)\n" } ?? "cause: \(name)\n"
    return text + "startedAt: \(startedAt)\n"
  }

  /// What is not as it should be in the recorded telemetry, in sentences; none where the case is right.
  package func complaints(_ window: TelemetryWindow) throws -> [String] {
    let pages = window.alerts.filter { $0.labels["severity"] == "page" }
    guard let fault, let target, let startedAt else {
      return pages.map { "nothing was broken, and \($0.name) fired at \($0.startsAt)" }
    }
    let stretch = TimeWindow(start: startedAt, end: window.incident.window.end)
    var complaints = try Fault.named(fault).bites.compactMap { $0.complaint(window, target: target, fault: stretch) }
    if !pages.contains(where: { $0.startsAt >= startedAt }) { complaints.append("nobody was paged") }
    complaints += pages.filter { $0.startsAt < startedAt }.map { "\($0.name) fired before anything was broken" }
    return complaints
  }
}

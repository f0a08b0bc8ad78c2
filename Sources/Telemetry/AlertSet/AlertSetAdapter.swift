import Foundation
import IncidentModel
import Synchronization
import TextReading

/// Reads alert sets: what detectors fired during each fault of a system, with a knowledge graph and nothing else.
///
/// Layout: `fault-alerts/<system>/{label.csv, metric/metrics.json, trace/traces.json[, log/logs.json]}` and
/// `knowledge-graphs/<system>/<system>-KG.json`. Of `label.csv` only the identifiers, the times, and over the whole file
/// the levels at which faults occur are read, never the row's entity, type or message. A row that is marked as augmented
/// repeats an earlier one and forms a group of its own. Clock texts are UTC+8, as in the
/// logs of these sets. Earlier windows of the system are the background of a case.
package struct AlertSetAdapter: DatasetAdapter {
  package static let name = "alertset"

  private let folder: DatasetFolder
  private let systems: [String]
  private let parsed = AlertSetCache()

  package static func recognises(_ folder: String) -> Bool {
    guard let root = try? DatasetFolder(folder) else { return false }
    return root.containsFolder("fault-alerts") || (root.contains("label.csv") && root.containsFolder("metric"))
  }

  package init(folder path: String) throws {
    let given = try DatasetFolder(path)
    if given.contains("label.csv") {
      let url = URL(fileURLWithPath: path).standardizedFileURL
      folder = try DatasetFolder(url.deletingLastPathComponent().deletingLastPathComponent().path)
      systems = [url.lastPathComponent]
    } else {
      folder = given
      systems = try given.entries("fault-alerts").filter(\.isFolder).map(\.name)
    }
  }

  package func cases() throws -> [CaseReference] {
    try systems.flatMap { name in
      let system = try parsed.system(name, folder: folder, limits: ReadLimits())
      return system.windows.enumerated().map { position, window in
        CaseReference(
          id: "\(name)/\(window.id)", group: window.isCopy ? "\(name), copies" : name,
          path: folder.shown("fault-alerts/\(name)"), position: position)
      }
    }
  }

  package func read(_ reference: CaseReference, options: ReadOptions) throws -> TelemetryWindow {
    let name = URL(fileURLWithPath: reference.path).lastPathComponent
    let system = try parsed.system(name, folder: folder, limits: options.limits)
    guard system.windows.indices.contains(reference.position) else {
      throw DatasetError(file: reference.path, message: "there is no window \(reference.id)")
    }
    let current = system.windows[reference.position]
    let earlier = system.windows[..<reference.position].suffix(Self.maximumHistoryCount)
    return TelemetryWindow(
      incident: Incident(
        id: reference.id, title: "Alerts of \(name)", window: current.time,
        alertedAt: options.isBlind ? nil : current.time.start, environment: name,
        answerKinds: system.answerKinds),
      referenceWindows: Self.disjoint(earlier.map(\.time), before: current.time.start),
      alerts: (earlier.flatMap(\.alerts) + current.alerts).sorted { ($0.startsAt, $0.name) < ($1.startsAt, $1.name) },
      serviceMap: system.serviceMap,
      blindSpots: [
        "Only alerts were recorded: no metrics, traces or logs to look into.",
        system.hasLogs ? nil : "There are no alerts from logs.",
      ].compactMap { $0 },
      inputDigest: system.inputDigest)
  }

  package func readHealthy(_ position: Int, options: ReadOptions) throws -> TelemetryWindow? { nil }

  private static let maximumHistoryCount = 200

  /// Windows of a detector may overlap; each is cut where the next begins.
  private static func disjoint(_ windows: [TimeWindow], before end: Timestamp) -> [TimeWindow] {
    windows.indices.map { position in
      let next = position + 1 < windows.count ? windows[position + 1].start : end
      return TimeWindow(start: windows[position].start, end: min(windows[position].end, next))
    }
  }
}

/// Systems that were parsed, so that a replay reads each file once.
private final class AlertSetCache: Sendable {
  private let systems = Mutex<[String: AlertSetSystem]>([:])

  func system(_ name: String, folder: DatasetFolder, limits: ReadLimits) throws -> AlertSetSystem {
    try systems.withLock { systems in
      if let known = systems[name] { return known }
      let system = try AlertSetSystem(name: name, source: ByteSource(folder: folder, limits: limits))
      systems[name] = system
      return system
    }
  }
}

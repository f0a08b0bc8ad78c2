import BlackboardStore
import Foundation
import IncidentModel
import Reporting
import TextReading

/// The investigations that can be asked about: those of a store, and JSON reports in folders, such as `replay --output`
/// writes. Read only. What was read once is kept until it changes.
package actor InvestigationArchive {
  package static let maximumReports = 10_000
  static let maximumReportBytes = 16 << 20

  /// An investigation under the name by which it is asked for.
  struct Entry: Sendable {
    var id: String
    var report: IncidentReport
    /// False for one that is still going on, or was interrupted.
    var isConcluded: Bool
    /// Where it came from, in words.
    var origin: String
  }

  private struct Stamp: Hashable {
    var size: Int
    var modified: Date?
  }

  private let storage: (any BlackboardStorage)?
  private let folders: [String]
  private var ofStore: [InvestigationID: (revision: Revision, report: IncidentReport)] = [:]
  private var ofFile: [String: (stamp: Stamp, report: IncidentReport?)] = [:]

  package init(storage: (any BlackboardStorage)?, folders: [String]) {
    self.storage = storage
    self.folders = folders
  }

  /// Newest incident first, then by name. An incident that was investigated more than once appears with its last
  /// investigation of the store; reports of the same name in folders get `#2`, `#3` behind it.
  /// - Throws: `BlackboardStoreError`.
  func entries() async throws -> [Entry] {
    var entries: [Entry] = []
    var taken: [String: Int] = [:]
    for stored in try await storedReports() { add(stored, &entries, &taken) }
    for folder in folders {
      for file in reportFiles(folder) where entries.count < Self.maximumReports {
        guard let report = report(ofFile: file) else { continue }
        add(Entry(id: report.incident.id, report: report, isConcluded: true, origin: "a report file"), &entries, &taken)
      }
    }
    return entries.sorted { (Self.moment($1), $0.id) < (Self.moment($0), $1.id) }
  }

  func entry(_ id: String) async throws -> Entry? { try await entries().first { $0.id == id } }

  private static func moment(_ entry: Entry) -> Timestamp {
    entry.report.incident.onset ?? entry.report.incident.alertedAt ?? entry.report.incident.window.start
  }

  private func add(_ entry: Entry, _ entries: inout [Entry], _ taken: inout [String: Int]) {
    var entry = entry
    let count = taken[entry.id, default: 0] + 1
    taken[entry.id] = count
    if count > 1 { entry.id += "#\(count)" }
    entries.append(entry)
  }

  private func storedReports() async throws -> [Entry] {
    guard let storage else { return [] }
    var last: [String: StoredInvestigation] = [:]
    for investigation in try await storage.investigations() { last[investigation.id.incident] = investigation }
    var entries: [Entry] = []
    for stored in last.values.sorted(by: { $0.id < $1.id }).prefix(Self.maximumReports) {
      let known = ofStore[stored.id]
      let report: IncidentReport
      if let known, known.revision == stored.revision {
        report = known.report
      } else {
        report = IncidentReport(BlackboardSnapshot(entries: try await storage.entries(of: stored.id)))
        ofStore[stored.id] = (stored.revision, report)
      }
      entries.append(
        Entry(id: stored.id.incident, report: report, isConcluded: stored.isConcluded, origin: "the store"))
    }
    return entries
  }

  /// The `.json` files below the folder, by path; not those that only hold its own bookkeeping.
  private func reportFiles(_ folder: String) -> [String] {
    guard let walk = FileManager.default.enumerator(atPath: folder) else { return [] }
    var paths: [String] = []
    for case let path as String in walk where path.hasSuffix(".json") {
      paths.append("\(folder)/\(path)")
      if paths.count == Self.maximumReports * 2 { break }
    }
    return paths.sorted()
  }

  /// Nil for what is no report of a form that is known here.
  private func report(ofFile path: String) -> IncidentReport? {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
    let size = attributes[.size] as? Int ?? 0
    let stamp = Stamp(size: size, modified: attributes[.modificationDate] as? Date)
    if let known = ofFile[path], known.stamp == stamp { return known.report }
    var report: IncidentReport?
    if size <= Self.maximumReportBytes, let data = FileManager.default.contents(atPath: path) {
      report = try? JSONDecoder().decode(IncidentReport.self, from: data)
      if report?.schema != IncidentReport.schemaName { report = nil }
    }
    ofFile[path] = (stamp, report)
    return report
  }
}

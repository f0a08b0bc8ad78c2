import Agents
import BlackboardStore
import Foundation
import GRDB
import IncidentModel
import ModelContext
import Reporting
import Runbooks
import Supervision
import Synchronization
import Telemetry
import TelemetryAPI

/// One investigation that is to be made.
struct InvestigationOrder: Sendable {
  var incident: IncidentRecord
  var generation: Int
  /// The first to begin first.
  var alerts: [TrackedAlert]
  var at: Timestamp
}

/// Makes investigations: reads the sources, keeps what they said as a recorded case, and has the same supervisor judge
/// it that judges recorded cases.
final class InvestigationRunner: Sendable {
  /// Before the first alert began, from which normal is learnt.
  static let referenceSeconds = 2_700.0
  static let longestWindowSeconds = 6 * 3_600.0
  /// Of one investigation, reading included.
  static let deadlineSeconds = 180.0
  static let maximumAlertCount = 20_000

  private let store: ServerStore
  /// Where recorded cases lie, `<incident>/<generation>`.
  let casesFolder: String
  private let investigator: Mutex<Investigator>
  private let sources: Mutex<[LiveSource]>
  /// What a model may be told of.
  private let archive: InvestigationArchive
  /// What is remembered of runbooks up to a moment.
  private let experience: @Sendable (Timestamp) throws -> Experience

  init(
    store: ServerStore, casesFolder: String, investigator: Investigator, sources: [LiveSource],
    archive: InvestigationArchive, experience: @escaping @Sendable (Timestamp) throws -> Experience
  ) {
    self.store = store
    self.casesFolder = casesFolder
    self.investigator = Mutex(investigator)
    self.sources = Mutex(sources)
    self.archive = archive
    self.experience = experience
  }

  func replace(investigator: Investigator, sources: [LiveSource]) {
    self.investigator.withLock { $0 = investigator }
    self.sources.withLock { $0 = sources }
  }

  var sourceParts: [HealthView.Part] { sources.withLock { $0 }.map(\.part) }

  func caseFolder(_ incident: String, _ generation: Int) -> String { "\(casesFolder)/\(incident)/\(generation)" }

  /// - Parameters:
  ///   - began: called with the investigation's digest when the telemetry has been read.
  ///   - onBatch: called when something was posted.
  func run(
    _ order: InvestigationOrder, began: @escaping @Sendable (String) async -> Void,
    onBatch: @escaping @Sendable () -> Void
  ) async throws -> VerdictView {
    try await withDeadline(seconds: Self.deadlineSeconds) { [self] in
      let telemetry = try await recorded(order)
      // As of the order, so that the same investigation goes on after a restart. A desk that cannot be read says so itself;
      // the investigation is made all the same.
      let experience = try await onBlockingThread { [experience] in try? experience(order.at) }
      let investigator = investigator.withLock { $0 }.ranking(by: experience).remembering { [archive] incident in
        // What cannot be read is not told: the answer does not depend on it.
        (try? await archive.pastIncidents(except: incident.id)) ?? []
      }
      await began(try InvestigationID(investigator.opening(telemetry)).digest)
      let snapshot = try await investigator.investigate(telemetry, storage: store.boards) { event in
        if case .batchPosted = event { onBatch() }
      }
      return VerdictView(IncidentReport(snapshot))
    }
  }

  /// What was read is read once: after a restart the investigation goes on with it.
  private func recorded(_ order: InvestigationOrder) async throws -> TelemetryWindow {
    let folder = caseFolder(order.incident.id, order.generation)
    if !FileManager.default.fileExists(atPath: folder) {
      let telemetry = try await read(order)
      try await onBlockingThread {
        let unfinished = folder + ".unfinished"
        let known = WindowAssembly(incident: telemetry.incident).window().blindSpots
        try CaseWriter(folder: unfinished).write(
          telemetry, compress: true, blindSpots: telemetry.blindSpots.filter { !known.contains($0) })
        try FileManager.default.moveItem(atPath: unfinished, toPath: folder)
      }
    }
    return try await onBlockingThread {
      let dataset = try CaseFolderAdapter(folder: folder)
      guard let reference = try dataset.cases().first else { throw BlindSpot("the recorded case is gone") }
      return try dataset.read(reference, options: ReadOptions())
    }
  }

  private func read(_ order: InvestigationOrder) async throws -> TelemetryWindow {
    let end = order.at
    let start = max(
      order.incident.beganAt.advanced(bySeconds: -Self.referenceSeconds),
      end.advanced(bySeconds: -Self.longestWindowSeconds))
    let window = TimeWindow(start: min(start, end.advanced(bySeconds: -Self.referenceSeconds)), end: end)
    let sources = sources.withLock { $0 }
    let answers = try await withThrowingTaskGroup(of: (Int, Result<TelemetryWindow, BlindSpot>).self) { group in
      for (place, source) in sources.enumerated() {
        group.addTask { (place, try await source.read(window)) }
      }
      var answers: [(Int, Result<TelemetryWindow, BlindSpot>)] = []
      for try await answer in group { answers.append(answer) }
      return answers.sorted { $0.0 < $1.0 }.map(\.1)
    }
    let pushed = try await store.pushedTelemetry(in: window)
    let changes = try await store.changes(in: window)
    return try await onBlockingThread { try Self.assembled(order, window, answers, pushed, changes) }
  }

  private static func assembled(
    _ order: InvestigationOrder, _ window: TimeWindow, _ answers: [Result<TelemetryWindow, BlindSpot>],
    _ pushed: [[UInt8]], _ changes: [ReceivedChange]
  ) throws -> TelemetryWindow {
    let alerts = Array(order.alerts.prefix(maximumAlertCount))
    let leading = alerts.min {
      ($0.severity, $0.startsAt, $0.labels.fingerprint) < ($1.severity, $1.startsAt, $1.labels.fingerprint)
    }
    var assembly = WindowAssembly(
      incident: Incident(
        id: order.incident.id, title: order.incident.title, window: window,
        alertedAt: max(order.incident.beganAt, window.start)))
    for answer in answers {
      switch answer {
      case .success(let read): assembly.add(read)
      case .failure(let blindSpot): assembly.blindSpots.append(blindSpot.description)
      }
    }
    if !pushed.isEmpty {
      var ownWindow = WindowAssembly(incident: assembly.incident)
      try OTLPRequests.add(pushed, within: window, to: &ownWindow)
      assembly.add(ownWindow.window())
    }
    assembly.alerts = alerts.map { $0.telemetry(at: order.at) }
    assembly.changes = changes.map(\.event)
    if alerts.count < order.alerts.count {
      assembly.blindSpots.append("\(order.alerts.count - alerts.count) further alerts were left out.")
    }
    var telemetry = assembly.window()
    if let component = leading?.component, telemetry.serviceMap[ComponentID(component)] != nil {
      telemetry.incident.symptom = Incident.Symptom(component: ComponentID(component))
    }
    return telemetry
  }
}

extension Investigator {
  /// The same, whose runbooks are ranked by what came of them before, too. Where nothing is remembered it is the same.
  func ranking(by experience: Experience?) -> Investigator {
    guard let experience, !experience.memory.isEmpty else { return self }
    var runbooks = catalog.runbooks
    runbooks.remember(experience)
    var copy = self
    copy.catalog = AgentCatalog(
      manifests: catalog.manifests, prompts: catalog.prompts, runbooks: runbooks,
      confidenceModel: catalog.confidenceModel, without: catalog.left)
    return copy
  }
}

extension VerdictView {
  init(_ report: IncidentReport) {
    let first = report.findings.first
    self.init(
      outcome: report.outcome, component: first?.component.rawValue, fault: first?.fault.rawValue,
      confidence: first?.confidence, severity: report.outcome == .healthy ? nil : report.incident.severity,
      statement: first?.statement ?? report.conclusion)
  }
}

extension ServerStore {
  /// The pushed requests of OTLP that came in a window or shortly after it, oldest first.
  func pushedTelemetry(in window: TimeWindow) async throws -> [[UInt8]] {
    try await read { db in
      try Data.fetchAll(
        db, sql: "SELECT body FROM telemetry WHERE at >= ? AND at < ? ORDER BY sequence",
        arguments: [window.start.nanoseconds, window.end.advanced(bySeconds: 60).nanoseconds]
      ).map { Array($0) }
    }
  }

  func changes(in window: TimeWindow) async throws -> [ReceivedChange] {
    try await read { db in
      try String.fetchAll(
        db, sql: "SELECT document FROM change WHERE at >= ? AND at < ? ORDER BY at, key LIMIT 5000",
        arguments: [window.start.nanoseconds, window.end.nanoseconds]
      ).map { try StoredDocument.value(ReceivedChange.self, $0) }
    }
  }
}

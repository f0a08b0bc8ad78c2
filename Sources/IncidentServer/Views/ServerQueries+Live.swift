import AlertDesk
import BlackboardStore
import Evaluation
import Foundation
import IncidentModel
import Reporting
import Runbooks

/// What the live queries read from.
struct LiveParts: Sendable {
  var store: ServerStore
  var loop: IncidentLoop
  var runner: InvestigationRunner
  var health: StoreHealth
  var intake: Intake
  var configuration: @Sendable () -> ServerConfiguration
  /// Where runbooks and results of replays lie.
  var runbooksFolder: String
  var resultsFolder: String
  var version: String
  var startedAt: Timestamp
  var now: @Sendable () -> Timestamp
}

extension ServerQueries {
  init(_ parts: LiveParts) {
    self.init(
      incidents: { try await parts.store.incidents($0) },
      incident: { try await parts.incident($0) },
      alerts: { try await parts.store.alerts($0, at: parts.now()) },
      explanation: { await parts.explanation($0) },
      funnel: { await parts.loop.funnel() },
      services: { try await parts.services() },
      runbooks: {
        try await onBlockingThread { try RunbookLibrary(folder: parts.runbooksFolder).runbooks.map(RunbookView.init) }
      },
      replays: { try await onBlockingThread { ReplayView.all(in: parts.resultsFolder) } },
      health: { await parts.healthView() })
  }
}

extension LiveParts {
  fileprivate func incident(_ id: String) async throws -> IncidentDetail? {
    guard let number = IncidentRecord.number(id), let record = try await store.incident(number) else { return nil }
    var detail = IncidentDetail(item: record.item, investigationCount: record.investigations.count)
    detail.alerts = try await store.alerts(of: number, limit: 200, at: now())
    // While the next one reads its sources, the last one's board is what is known.
    for investigation in record.investigations.reversed() {
      guard let digest = investigation.digest else { continue }
      (detail.entries, detail.report) = try await store.boards.report(
        InvestigationID(incident: record.id, digest: digest))
      if detail.report != nil { break }
    }
    return detail
  }

  fileprivate func explanation(_ text: String) async -> AlertExplanationView? {
    guard let fingerprint = Fingerprint(text), let found = await loop.explanation(of: fingerprint) else { return nil }
    var view = AlertExplanationView(
      alert: found.alert,
      steps: (found.explanation?.steps ?? []).map {
        AlertExplanationView.Step(
          stage: $0.stage.rawValue, isStopping: $0.isStopping, statement: $0.statement, rule: $0.rule)
      }, counterfactuals: found.explanation?.counterfactuals ?? [], sends: await loop.live.sends)
    view.steps.append(
      AlertExplanationView.Step(
        stage: "incident", isStopping: false,
        statement: found.alert.incident.map { "it belongs to \($0)" } ?? "it belongs to no incident"))
    return view
  }

  /// Of the alerts that fire and of the boards of incidents that are not over.
  fileprivate func services() async throws -> [ServiceView] {
    var views: [String: ServiceView] = [:]
    for (name, count) in await loop.firingServices() {
      views[name, default: ServiceView(id: name)].firingAlertCount = count
    }
    for record in await loop.living() {
      for name in record.services { views[name, default: ServiceView(id: name)].openIncidents.append(record.id) }
      guard let digest = record.investigations.last(where: { $0.digest != nil })?.digest else { continue }
      let entries = try await store.entries(record.id, digest)
      guard let map = BlackboardSnapshot(entries: entries.prefix(1)).opening?.serviceMap else { continue }
      for component in map.components {
        let id = component.id.rawValue
        var view = views[id] ?? ServiceView(id: id)
        (view.kind, view.role) = (component.kind, component.role)
        view.callers = Set(view.callers).union(map.callers(of: component.id).map(\.rawValue)).sorted()
        view.callees = Set(view.callees).union(map.callees(of: component.id).map(\.rawValue)).sorted()
        views[id] = view
      }
    }
    return views.values.sorted { $0.id < $1.id }
  }

  fileprivate func healthView() async -> HealthView {
    let failure = health.current
    let load = intake.gate.current
    let isFull = load.requestCount >= intake.gate.maximumRequestCount
    return HealthView(
      isReady: failure == nil && !isFull, version: version, startedAt: startedAt,
      parts: [
        HealthView.Part(
          name: "store", isWell: failure == nil, statement: failure?.message ?? "\(store.file) takes what is written"),
        HealthView.Part(
          name: "intake", isWell: !isFull,
          statement: isFull
            ? "more waits than can be worked through" : "\(Wording.count(load.requestCount, "request")) in work"),
      ] + runner.sourceParts, settings: configuration().shown)
  }
}

extension RunbookView {
  init(_ runbook: Runbook) {
    self.init(
      name: runbook.name, title: runbook.title, purpose: runbook.purpose, owner: runbook.owner,
      risk: runbook.risk.rawValue, isReversible: runbook.isReversible,
      preconditions: runbook.preconditions.map(\.says),
      steps: runbook.steps.map { step in
        Step(
          title: step.title, kind: step.action.kind.rawValue, command: step.action.shownCommand, undo: step.undo?.title)
      }, expectedEffect: runbook.expectedEffect, verification: runbook.verification.says)
  }
}

extension ReplayView {
  private static let maximumCount = 500
  private static let maximumBytes = 4 << 20

  /// The scorecards below a folder, the newest folder first; what is no scorecard is passed over.
  static func all(in folder: String) -> [ReplayView] {
    guard let walk = FileManager.default.enumerator(atPath: folder) else { return [] }
    var paths: [String] = []
    while let path = walk.nextObject() as? String {
      let size = (walk.fileAttributes?[.size] as? Int) ?? 0
      if path.hasSuffix(".json"), size <= maximumBytes { paths.append(path) }
    }
    return paths.sorted(by: >).prefix(maximumCount).compactMap { path in
      guard let data = FileManager.default.contents(atPath: folder + "/" + path),
        let card = try? JSONDecoder().decode(Card.self, from: data), card.schema.hasPrefix("tocsin.scorecard/")
      else { return nil }
      return ReplayView(name(of: path), card)
    }
  }

  /// `2026-11-25-379f2fd-simulated` of `2026-11-25-379f2fd/simulated.json`; of `nightly/scorecard.json`, the folder's.
  private static func name(of path: String) -> String {
    var parts = path.dropLast(".json".count).split(separator: "/")
    if parts.count > 1, parts.last == "scorecard" { parts.removeLast() }
    return parts.joined(separator: "-")
  }
}

extension Runbook.Action {
  /// With its blanks, for people to read.
  fileprivate var shownCommand: String {
    switch self {
    case .run(let arguments): Remediation.Step.commandText(arguments)
    case .http(let request): "\(request.method) \(request.url)"
    case .waitUntil(let query, let seconds): "\(query) within \(seconds) s"
    case .manual: ""
    }
  }
}

extension ReplayView {
  /// What a page shows of a scorecard. Those that are shipped do not say how long anything took.
  private struct Card: Decodable {
    struct Accuracy: Decodable { var top1, top3, top5: Double }
    struct Healthy: Decodable { var cases, falseAlarms: Int }

    var schema: String
    var dataset: String
    var cases: Int
    var failed: Int
    var accuracy: Accuracy
    var calibration: Calibration
    var healthy: Healthy
  }

  private init(_ name: String, _ card: Card) {
    self.init(
      name: name, dataset: card.dataset, cases: card.cases, failed: card.failed, top1: card.accuracy.top1,
      top3: card.accuracy.top3, top5: card.accuracy.top5, calibrationError: card.calibration.ece,
      bins: card.calibration.bins.map {
        Bin(from: $0.from, to: $0.to, cases: $0.cases, meanConfidence: $0.meanConfidence, accuracy: $0.accuracy)
      }, falseAlarms: card.healthy.falseAlarms, healthyCases: card.healthy.cases)
  }
}

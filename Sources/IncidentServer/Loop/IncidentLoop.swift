import AlertDesk
import Foundation
import GRDB
import IncidentModel

/// The live loop: folds what was journaled into alerts and incidents, writes down what changed, and has what is due
/// investigated. Everything that is decided is decided by values (`IncidentLedger`, `Desk`, `InvestigationSchedule`).
actor IncidentLoop {
  let store: ServerStore
  let intake: Intake
  let health: StoreHealth
  private let signals: ChangeSignals
  let metrics: ServerMetrics
  let sender: NotificationSender
  private let investigations: InvestigationRunner
  let now: @Sendable () -> Timestamp
  private var settings: LoopSettings

  private(set) var ledger: IncidentLedger
  var live: LiveDesk
  var isHandingOver = false
  var keptDeskAt = Timestamp(nanoseconds: 0)
  var keptDeskSequence: Int64?
  var secondsToNextState = 0.0
  private var runs: [Int: Task<Void, Never>] = [:]
  private let isResumed: Bool
  private var foldedSequence: Int64
  private var lastVersion: Int
  private var writing: Task<Void, Never>?
  private var sweep = Pace(seconds: 1)
  private var beat = Pace(seconds: 15)
  private var cleaning = Pace(seconds: 60)
  private var fullCleaning = Pace(seconds: 600)
  private var isCleaning = false

  /// More than so many changed alerts are not written in one transaction, unless one report has them: senders wait for it.
  private static let alertsPerWrite = 2_000

  init(
    _ kept: KeptState, store: ServerStore, intake: Intake, health: StoreHealth, signals: ChangeSignals,
    metrics: ServerMetrics, investigations: InvestigationRunner, sender: NotificationSender,
    settings: LoopSettings,
    now: @escaping @Sendable () -> Timestamp
  ) async {
    self.store = store
    self.intake = intake
    self.health = health
    self.signals = signals
    self.metrics = metrics
    self.investigations = investigations
    self.sender = sender
    self.settings = settings
    self.now = now
    let start = now()
    ledger = IncidentLedger(
      correlation: settings.correlation, alerts: kept.alerts, incidents: kept.incidents, lastNumber: kept.lastNumber,
      at: start)
    live = LiveDesk(
      settings.policy, kept: kept.desk, alerts: kept.alerts.map(\.1), sequence: kept.foldedSequence, at: start)
    isResumed = kept.desk != nil
    foldedSequence = kept.foldedSequence
    lastVersion = kept.lastVersion
    for report in kept.unfolded { fold(report) }
  }

  // MARK: - What comes in

  /// Works until the stream of reports ends.
  func run() async {
    if isResumed { try? await intake.accept(.resumed) }
    let ticking = Task {
      while !Task.isCancelled {
        await tick()
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
    for await report in intake.reports {
      fold(report)
      intake.gate.leave(report)
      if ledger.changedAlerts.count >= Self.alertsPerWrite, health.current == nil { await writeDown() }
    }
    ticking.cancel()
    await ticking.value
    for run in runs.values { run.cancel() }
    await writeDown()
    await handOver(at: now(), isLast: true)
    await sender.stop()
  }

  private func fold(_ journaled: JournaledReport) {
    live.fold(journaled)
    for case .merged(let part, let whole) in live.takeIncidentChanges() {
      ledger.merge(correlated: part, into: whole, at: journaled.at)
    }
    // What alerts and incidents have in them already is there for the desk alone.
    guard journaled.sequence > foldedSequence else { return }
    switch journaled.report {
    case .alerts(let alerts, let assumedSeconds):
      for alert in alerts {
        ledger.receive(
          alert, assumedSeconds: assumedSeconds, at: journaled.at,
          correlation: live.desk.incident(of: alert.labels.fingerprint))
      }
      metrics.count(.alertsReceived, by: alerts.count)
    case .ended(let label, let value):
      let ended = ledger.alerts.filter { _, alert in
        alert.isFiring(at: journaled.at.nanoseconds) && alert.labels[label] == value
      }
      for alert in ended.sorted(by: { $0.key < $1.key }).map(\.value) {
        let over = IncomingAlert(
          labels: alert.labels, annotations: alert.annotations, startsAt: Timestamp(nanoseconds: alert.startsAt),
          endsAt: journaled.at)
        ledger.receive(over, assumedSeconds: 0, at: journaled.at)
      }
    case .desk, .nothing: break
    }
    foldedSequence = max(foldedSequence, journaled.sequence)
  }

  // MARK: - Time

  func tick() async {
    let moment = now()
    if sweep.isDue(at: moment) {
      ledger.advance(to: moment)
      await letDeskTimePass(until: moment)
      if health.current != nil { await probe() }
    }
    await handOver(at: moment)
    startWhatIsDue(moment)
    if writing == nil, !ledger.changedIncidents.isEmpty || !ledger.changedAlerts.isEmpty { await writeDown() }
    // So that a stream whose reader has gone is noticed.
    if beat.isDue(at: moment) { signals.signal() }
    if !isCleaning, cleaning.isDue(at: moment) {
      ledger.forget(before: moment.advanced(bySeconds: -3600))
      isCleaning = true
      Task { await clean(at: moment) }
    }
    metrics.set(.openIncidents, to: Double(ledger.living.count))
    metrics.set(.trackedAlerts, to: Double(ledger.alerts.count))
    metrics.set(.runningInvestigations, to: Double(runs.count))
  }

  /// Beside everything else: it may take its time.
  private func clean(at moment: Timestamp) async {
    defer { isCleaning = false }
    do {
      try await store.cleanTelemetry(settings.retention, at: moment)
      guard fullCleaning.isDue(at: moment) else { return }
      try await store.cleanIncidents(settings.retention, casesFolder: investigations.casesFolder, at: moment)
    } catch {
      health.note(error)
    }
  }

  /// Whether the store takes something again.
  private func probe() async {
    do {
      let time = now().nanoseconds
      try await store.write { db in
        try db.execute(sql: "INSERT OR REPLACE INTO server_state (name, value) VALUES ('probed', ?)", arguments: [time])
      }
      health.note(nil)
    } catch {
      health.note(error)
    }
  }

  /// After what is being written, so that nothing older is written over it.
  private func writeDown() async {
    while let other = writing { await other.value }
    let task = Task { await writeChanges() }
    writing = task
    await task.value
  }

  private func writeChanges() async {
    defer { writing = nil }
    let sequence = foldedSequence
    let changes = ledger.takeChanges()
    var incidents: [IncidentRecord] = []
    for number in changes.incidents.sorted() {
      lastVersion += 1
      let version = lastVersion
      ledger.stamp(number, version: version)
      if let incident = ledger.incidents[number] { incidents.append(incident) }
    }
    let alerts = changes.alerts.sorted().compactMap { fingerprint in
      ledger.alerts[fingerprint].map { (fingerprint, $0) }
    }
    do {
      try await store.keep(
        alerts: alerts, incidents: incidents, foldedSequence: sequence, lastVersion: lastVersion,
        lastNumber: ledger.lastNumber)
      health.note(nil)
      if !incidents.isEmpty { signals.signal() }
    } catch {
      health.note(error)
      ledger.restoreChanges(changes)
    }
  }

  // MARK: - Investigations

  private func startWhatIsDue(_ moment: Timestamp) {
    let living = ledger.living
    for incident in living where incident.isInvestigating && runs[incident.number] == nil {
      // Begun before a restart: it goes on with what had been read.
      guard runs.count < settings.schedule.parallelCount, let last = incident.investigations.last else { break }
      start(incident, generation: last.generation, startedAt: last.startedAt)
    }
    let due = settings.schedule.due(living, running: Set(runs.keys), changedAt: intake.changedAt, at: moment)
    for number in due {
      let generation = (ledger.incidents[number]?.investigations.last?.generation ?? 0) + 1
      ledger.change(number) {
        $0.investigations.append(IncidentRecord.Investigation(generation: generation, startedAt: moment))
        $0.updatedAt = moment
      }
      if let incident = ledger.incidents[number] { start(incident, generation: generation, startedAt: moment) }
    }
  }

  private func start(_ incident: IncidentRecord, generation: Int, startedAt: Timestamp) {
    let order = InvestigationOrder(
      incident: incident, generation: generation, alerts: ledger.members(of: incident.number), at: startedAt)
    metrics.count(.investigationsStarted)
    runs[incident.number] = Task { [investigations, signals] in
      let outcome: Result<VerdictView, any Error>
      do {
        outcome = .success(
          try await investigations.run(order) { digest in
            await self.note(order, digest: digest)
          } onBatch: {
            signals.signal()
          })
      } catch {
        outcome = .failure(error)
      }
      await self.finish(order, outcome)
    }
  }

  private func note(_ order: InvestigationOrder, digest: String) async {
    ledger.changeInvestigation(order.generation, of: order.incident.number) { $0.digest = digest }
    await writeDown()
  }

  private func finish(_ order: InvestigationOrder, _ outcome: Result<VerdictView, any Error>) async {
    let number = order.incident.number
    runs[number] = nil
    let moment = now()
    switch outcome {
    case .success(let verdict):
      ledger.changeInvestigation(order.generation, of: number) { $0.isConcluded = true }
      ledger.change(number) {
        $0.verdict = verdict
        $0.updatedAt = moment
      }
      metrics.count(.investigationsConcluded)
      await suspect(verdict, of: number)
    case .failure(let error) where error is CancellationError: break
    case .failure(let error):
      ledger.changeInvestigation(order.generation, of: number) { $0.failure = "\(error)" }
      metrics.count(.investigationsFailed)
    }
  }

  // MARK: - What others ask

  func apply(_ settings: LoopSettings) {
    self.settings = settings
    ledger.correlation = settings.correlation
    let moment = now()
    replacePolicy(settings.policy, at: moment)
  }

  /// False for an incident that is not living.
  func resolve(_ number: Int) async -> Bool {
    guard let incident = ledger.incidents[number], incident.state != .resolved else { return false }
    ledger.resolve(number, at: now())
    runs.removeValue(forKey: number)?.cancel()
    await writeDown()
    return true
  }

  func explanation(of fingerprint: Fingerprint) -> (alert: AlertView, explanation: Explanation?)? {
    guard let alert = ledger.alerts[fingerprint] else { return nil }
    return (alert.view(fingerprint, at: now()), live.desk.explanation(of: fingerprint))
  }

  func funnel() -> AlertFunnel {
    let counts = live.desk.counts
    func fate(_ fate: AlertFate) -> Int { counts.byFate[fate] ?? 0 }
    return AlertFunnel(
      sends: live.sends, received: counts.received, rejected: counts.rejected.values.reduce(0, +),
      deduplicated: counts.deduplicated,
      silenced: fate(.silenced) + fate(.mutedByInterval), inhibited: fate(.inhibited), grouped: fate(.grouped),
      paged: fate(.notified), incidents: ledger.lastNumber)
  }

  /// Services that firing alerts name, with how many name each.
  func firingServices() -> [String: Int] {
    let moment = now().nanoseconds
    var counts: [String: Int] = [:]
    for alert in ledger.alerts.values where alert.isFiring(at: moment) {
      if let component = alert.component { counts[component, default: 0] += 1 }
    }
    return counts
  }

  /// Silences that planned work brings with it.
  nonisolated var maintenance: MaintenanceAlerts {
    MaintenanceAlerts(
      silence: { await self.keep(.silence($0)) }, endSilence: { await self.keep(.endSilence(id: $0)) })
  }

  /// Work that is planned goes on where its silence cannot be kept: that only tells somebody more.
  private func keep(_ action: DeskAction) async {
    do { try await intake.accept(action) } catch { health.note(StoreFailure(.failed, "\(error)")) }
  }

  func living() -> [IncidentRecord] { ledger.living }
}

extension Desk {
  /// An alert that fired before the desk was there.
  mutating func know(_ alert: TrackedAlert, at now: Timestamp) {
    receive(
      DeskEvent(
        at: now,
        .alert(
          IncomingAlert(
            labels: alert.labels, annotations: alert.annotations, startsAt: Timestamp(nanoseconds: alert.startsAt),
            endsAt: Timestamp(nanoseconds: alert.endsAt)))))
  }
}

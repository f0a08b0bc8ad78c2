import AlertDesk
import IncidentModel
import RunbookExecution
import Runbooks

/// The review desk behind the server: what investigations recommend is laid on it, what people decide on a page or over
/// the interface is decided by the same `ReviewDesk` as at the terminal, and what is approved is carried out here.
actor DecisionDesk {
  struct Parts: Sendable {
    var desk: ReviewDesk
    var runbooksFolder: String
    var store: ServerStore
    var audit: AuditLog
    var signals: ChangeSignals
    /// As its file is now; nil where there is none.
    var schedule: @Sendable () throws -> WorkSchedule?
    var alerts: MaintenanceAlerts
    /// The account of the system that the server runs as: who has no token is whoever has this account.
    var account: String
    var now: @Sendable () -> Timestamp
  }

  nonisolated let parts: Parts
  var runs: [ProposalID: Task<Void, Never>] = [:]
  /// Why a run could not begin when it was last tried.
  var hindrances: [ProposalID: String] = [:]
  /// Runs that were gone on with, or begun by policy, once since the server started.
  private var taken: Set<ProposalID> = []
  /// When planned work was last tried to begin: what hinders it may pass before its time is over.
  private var triedAt: [ProposalID: Timestamp] = [:]
  /// Silences of planned work that are open.
  var windows: Set<String> = []
  private var plannedAt: Timestamp?
  private var seenVersion = 0
  private var seenSequence = 0
  /// The last investigation of each open incident that was laid down, by its digest.
  private var seenInvestigations: [String: String] = [:]
  /// Incidents whose newest state is not yet on the desk.
  private var untaken: [String: IncidentListItem] = [:]
  private var hasGoneOn = false

  /// How often others' work at the same desk is looked for.
  private static let roundSeconds = 1.0
  /// Between two looks at the schedule, and between two tries to begin what is due.
  private static let scheduleSeconds = 20.0
  /// How long a request to run waits to say that it could not begin.
  private static let beginSeconds = 5.0

  init(_ parts: Parts) { self.parts = parts }

  // MARK: - What others do

  /// Follows incidents and the desk until it is cancelled; then what runs is ended, to be gone on with at the next start.
  /// - Parameter report: told of what went wrong in a round.
  func run(report: @Sendable (String) -> Void) async {
    while !Task.isCancelled {
      do {
        try await follow()
      } catch is CancellationError {
        break
      } catch {
        report("\(error)")
      }
      try? await Task.sleep(for: .seconds(Self.roundSeconds))
    }
    for run in runs.values { run.cancel() }
    for run in runs.values { await run.value }
  }

  /// One round.
  func follow() async throws {
    let failure = await takeNews(try await parts.store.incidents(after: seenVersion))
    let now = parts.now()
    if plannedAt.map({ abs($0.seconds(until: now)) >= Self.scheduleSeconds }) ?? true {
      plannedAt = now
      try await layDownPlannedWork()
    }
    let board = try await parts.desk.board()
    await goOn(board)
    await keepMaintenanceWindows(board)
    if board.lastSequence != seenSequence {
      seenSequence = board.lastSequence
      parts.signals.signal()
    }
    if let failure { throw failure }
  }

  /// One incident that cannot be taken keeps no news of another away, least of all that it is over; it is tried again.
  /// - Returns: Why the first could not be taken.
  private func takeNews(_ items: [IncidentListItem]) async -> (any Error)? {
    for item in items {
      untaken[item.id] = item
      seenVersion = max(seenVersion, item.version)
    }
    var failure: (any Error)?
    for item in untaken.values.sorted(by: { $0.version < $1.version }) {
      do {
        try await take(item)
        untaken[item.id] = nil
      } catch {
        failure = failure ?? error
      }
    }
    return failure
  }

  /// News of an incident: over, open again, or found anew.
  private func take(_ item: IncidentListItem) async throws {
    let board = try await parts.desk.board()
    let isKnown = board.all.contains { $0.proposal.incident == item.id }
    let wasOver = board.isResolved(item.id)
    // While nothing fires there is nothing to act on, though the incident is not closed yet.
    guard item.state == .open else {
      seenInvestigations[item.id] = nil
      if isKnown, !wasOver { try await parts.desk.note(.resolved, of: item.id) }
      return
    }
    if wasOver {
      seenInvestigations[item.id] = nil
      try await parts.desk.note(.reopened, of: item.id)
    }
    guard let number = IncidentRecord.number(item.id), let record = try await parts.store.incident(number),
      let digest = record.investigations.last(where: \.isConcluded)?.digest
    else { return }
    guard seenInvestigations[item.id] != digest,
      let advised = Proposal.Advised(BlackboardSnapshot(entries: try await parts.store.entries(item.id, digest)))
    else { return }
    let folder = parts.runbooksFolder
    let library = try await onBlockingThread { try RunbookLibrary(folder: folder) }
    try await parts.desk.take(advised, library: library)
    seenInvestigations[item.id] = digest
  }

  /// What a restart broke off, and what policy lets begin by itself.
  private func goOn(_ board: ReviewBoard) async {
    let (now, guardrails) = (parts.now(), await parts.desk.guardrails)
    for record in board.all where record.state == .approved {
      guard let planned = record.proposal.terms.planned, planned.notBefore <= now,
        triedAt[record.proposal.id].map({ abs($0.seconds(until: now)) >= Self.scheduleSeconds }) ?? true
      else { continue }
      triedAt[record.proposal.id] = now
      begin(record.proposal.id, Self.silence(for: record, from: now))
    }
    for record in board.all where !taken.contains(record.proposal.id) {
      let isBrokenOff = !hasGoneOn && (record.state == .applied || record.isGoingOn)
      // After a long while nobody knows whether the next step is still right; to look whether it helped never hurts.
      if isBrokenOff, record.isGoingOn, record.changedAt.seconds(until: now) > Double(guardrails.approvalSeconds) {
        hindrances[record.proposal.id] = "it was broken off at \(record.changedAt); a person has to let it go on"
        continue
      }
      let isFree =
        record.state == .approved && record.approvals.contains { $0.person == Approval.policy }
        && guardrails.preapproval(of: record.proposal, board.memory, at: now) != nil
      guard isBrokenOff || isFree else { continue }
      taken.insert(record.proposal.id)
      begin(record.proposal.id)
    }
    hasGoneOn = true
  }

  // MARK: - Runs

  /// - Parameter silence: opened before the first step; closed with the next round where the run does not begin.
  private func begin(_ id: ProposalID, _ silence: Silence? = nil) {
    guard runs[id] == nil else { return }
    hindrances[id] = nil
    if let silence { windows.insert(silence.id) }
    runs[id] = Task { [parts] in
      var hindrance: String?
      do {
        if let silence { await parts.alerts.silence(silence) }
        try await parts.desk.run(id)
      } catch is CancellationError {
      } catch {
        hindrance = "\(error)"
      }
      self.ended(id, hindrance)
    }
  }

  private func undo(_ id: ProposalID, by person: String, reason: String) {
    guard runs[id] == nil else { return }
    runs[id] = Task { [parts] in
      var hindrance: String?
      do {
        try await parts.desk.undo(id, by: person, reason: reason)
      } catch {
        hindrance = "\(error)"
      }
      self.ended(id, hindrance)
    }
  }

  private func ended(_ id: ProposalID, _ hindrance: String?) {
    runs[id] = nil
    hindrances[id] = hindrance
    parts.signals.signal()
  }

  /// Until the run is under way, has ended or could not begin; a precondition may be asked first.
  private func begun(_ id: ProposalID) async throws {
    let start = ContinuousClock.now
    while runs[id] != nil, start.duration(to: .now) < .seconds(Self.beginSeconds) {
      if try await parts.desk.board()[id]?.run?.isUnderWay ?? false { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    if let hindrance = hindrances[id] { throw Problem(.conflict, hindrance) }
  }

  // MARK: - Decisions

  /// - Throws: `Problem` for what the desk refuses.
  func decide(_ decision: Decision, on id: ProposalID, by caller: Caller) async throws -> RecommendationView {
    let (desk, person) = (parts.desk, caller.name)
    do {
      switch decision {
      case .approve(let shown):
        try await desk.approve(id, by: person, account: caller.isLocal ? parts.account : nil, shown: shown)
      case .amend(let inputs): try await desk.amend(id, inputs: inputs, by: person)
      case .reject(let kind, let reason): try await desk.reject(id, kind: kind, reason: reason, by: person)
      case .halt: try await desk.halt(id, by: person)
      case .run: break
      case .renew: return try await noted(decision, on: desk.renew(id, by: person).proposal.id, by: caller)
      case .answer(let answer): try await desk.answer(id, answer, by: person)
      case .undo(let reason):
        undo(id, by: person, reason: reason)
        try await begun(id)
      }
      if [.run, .answer].contains(decision.kind) {
        guard try await desk.board()[id] != nil else {
          throw DeskError(.unknown, "there is no recommendation \(id)")
        }
        begin(id)
        try await begun(id)
      }
    } catch {
      throw Problem(deciding: error)
    }
    return try await noted(decision, on: id, by: caller)
  }

  private func noted(_ decision: Decision, on id: ProposalID, by caller: Caller) async throws -> RecommendationView {
    try await parts.audit.append(
      AuditLog.Entry(
        at: parts.now(), actor: caller.name, action: "recommendation.\(decision.kind.rawValue)", subject: id.rawValue,
        detail: decision.detail))
    parts.signals.signal()
    guard let view = try await recommendation(id) else { throw Problem.notFound("recommendation \(id)") }
    return view
  }

  func stop(_ reason: String, by caller: Caller) async throws {
    do {
      try await parts.desk.stop(by: caller.name, reason: reason)
    } catch {
      throw Problem(deciding: error)
    }
    try await noted("desk.stop", reason, by: caller)
  }

  func release(by caller: Caller) async throws {
    do {
      try await parts.desk.release(by: caller.name)
    } catch {
      throw Problem(deciding: error)
    }
    try await noted("desk.release", "", by: caller)
  }

  private func noted(_ action: String, _ detail: String, by caller: Caller) async throws {
    try await parts.audit.append(
      AuditLog.Entry(at: parts.now(), actor: caller.name, action: action, subject: "everything", detail: detail))
    parts.signals.signal()
  }
}

extension Caller {
  /// On this machine, without a token.
  var isLocal: Bool { name == "local" && csrfToken == nil }
}

extension RemediationRecord {
  /// Whether there is something to do for a program.
  fileprivate var isGoingOn: Bool {
    guard state == .applying, let next = run?.next else { return false }
    if case .ask = next { return false }
    return true
  }
}

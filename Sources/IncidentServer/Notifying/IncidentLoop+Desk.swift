import AlertDesk
import Foundation
import IncidentModel

/// What the loop does for the alert desk: lets its time pass, writes down what it has to tell, and keeps its state.
extension IncidentLoop {
  /// The desk's whole state is kept so often; what came since is in the journal. Where that is much work it is done less
  /// often, so that it takes a twentieth of the time.
  private static let secondsBetweenStates = 60.0
  private static let largestShareOfStates = 0.05
  /// So long after it was made a message is forgotten, but for those of whom nothing came yet.
  private static let messageRetentionSeconds = 7 * 86_400.0

  /// Why the desk's state could not be gone on with.
  var restoreProblem: String? { live.restoreProblem }

  /// Time passes for the desk by the journal alone: where something is due, that is an entry.
  func letDeskTimePass(until moment: Timestamp) async {
    guard live.isDue(at: moment) else { return }
    do { try await intake.accept(.tick) } catch { health.note(StoreFailure(.failed, "\(error)")) }
  }

  /// Writes down what is to be told, and has it sent; then keeps the desk's state where that is due.
  func handOver(at moment: Timestamp, isLast: Bool = false) async {
    guard !isHandingOver else { return }
    isHandingOver = true
    defer { isHandingOver = false }
    let isNew = !live.waiting.isEmpty
    do {
      if isNew {
        let messages = live.waiting
        metrics.count(.notificationsDropped, by: try await store.enqueue(messages, at: moment))
        live.forgetWaiting(messages.count)
      }
      // A state with messages that are not in the store would lose them.
      if live.waiting.isEmpty, isStateDue(moment) || isLast, keptDeskSequence != live.sequence {
        let copy = live
        keptDeskAt = moment
        let state = try await onBlockingThread { try copy.desk.persisted() }
        try await store.keep(KeptDesk(state: state, sequence: copy.sequence))
        try await store.forgetMessages(before: moment.advanced(bySeconds: -Self.messageRetentionSeconds))
        keptDeskSequence = copy.sequence
        secondsToNextState = max(
          Self.secondsBetweenStates, moment.seconds(until: now()) / Self.largestShareOfStates)
      }
    } catch {
      health.note(error)
    }
    if !isLast { await sender.send(at: moment, isNew: isNew) }
  }

  private func isStateDue(_ moment: Timestamp) -> Bool {
    moment < keptDeskAt || keptDeskAt.seconds(until: moment) >= secondsToNextState
  }

  /// A new policy; the state is kept at once, since the journal was folded by the old one.
  func replacePolicy(_ policy: AlertPolicy, at moment: Timestamp) {
    do {
      try live.replace(policy)
    } catch {
      live = LiveDesk(
        policy, kept: nil, alerts: ledger.alerts.sorted { $0.key < $1.key }.map(\.value), sequence: live.sequence,
        at: moment)
    }
    keptDeskAt = Timestamp(nanoseconds: 0)
    keptDeskSequence = nil
  }

  /// Somebody takes an alert on.
  /// - Returns: false for one that is not known.
  /// - Throws: `Problem`.
  func acknowledge(_ fingerprint: Fingerprint, by person: String) async throws -> Bool {
    guard live.desk.outcome(of: fingerprint) != nil else { return false }
    try await intake.accept(.acknowledge(alerts: [fingerprint], incident: nil, by: person))
    return true
  }

  /// Somebody takes all on that fires in an incident.
  /// - Returns: false for one that is over, or that there is not.
  /// - Throws: `Problem`.
  func acknowledge(incident number: Int, by person: String) async throws -> Bool {
    guard let incident = ledger.incidents[number], incident.state != .resolved else { return false }
    let moment = now().nanoseconds
    let alerts = ledger.alerts.filter { $0.value.incident == number && $0.value.isFiring(at: moment) }.keys.sorted()
    try await intake.accept(.acknowledge(alerts: alerts, incident: incident.correlation, by: person))
    return true
  }

  /// Whoever owns the suspected cause of a correlated incident is to hear of it.
  func suspect(_ verdict: VerdictView, of number: Int) async {
    guard let component = verdict.component, verdict.outcome == .causeFound,
      let correlation = ledger.incidents[number]?.correlation
    else { return }
    do {
      try await intake.accept(.suspect(incident: correlation, component: component))
    } catch {
      health.note(StoreFailure(.failed, "\(error)"))
    }
  }
}

import AlertDesk
import Foundation
import IncidentModel

/// The alert desk as a fold over the journal, with what it has to tell and has not been written down yet.
struct LiveDesk: Sendable {
  private(set) var desk: Desk
  /// The last report of the journal that it has folded.
  private(set) var sequence: Int64
  /// Told, and not yet in the store.
  private(set) var waiting: [NotificationContent] = []
  /// Why what was kept could not be gone on with; nil where it was, or where there was nothing.
  private(set) var restoreProblem: String?

  /// - Parameter kept: nil where there has been no desk yet; it begins with the alerts that fire.
  init(_ policy: AlertPolicy, kept: KeptDesk?, alerts: [TrackedAlert], sequence: Int64, at start: Timestamp) {
    if let kept {
      do {
        desk = try Desk(policy: policy, restoring: kept.state)
        self.sequence = kept.sequence
        return
      } catch {
        restoreProblem = "\(error)"
      }
    }
    desk = Desk(policy: policy, startingAt: start)
    self.sequence = sequence
    for alert in alerts where alert.isFiring(at: start.nanoseconds) { desk.know(alert, at: start) }
    collect()
  }

  mutating func fold(_ journaled: JournaledReport) {
    guard journaled.sequence > sequence else { return }
    sequence = journaled.sequence
    switch journaled.report {
    case .alerts(let alerts, let assumedSeconds):
      for var alert in alerts {
        alert.endsAt = alert.endsAt ?? journaled.at.advanced(bySeconds: assumedSeconds)
        receive(.alert(alert), at: journaled.at)
      }
    case .ended(let label, let value):
      for var alert in desk.firing(label, value) {
        alert.endsAt = journaled.at
        receive(.alert(alert), at: journaled.at)
      }
    case .desk(let action):
      for content in action.events { receive(content, at: journaled.at) }
    case .nothing: break
    }
  }

  private mutating func receive(_ content: DeskEvent.Content, at moment: Timestamp) {
    desk.receive(DeskEvent(at: moment, content))
    if desk.hasNotifications { collect() }
  }

  private mutating func collect() {
    // A receiver without integrations is told nothing, and is there for the explanation alone.
    for notification in desk.takeNotifications() where notification.kind != nil {
      waiting.append(desk.content(of: notification))
    }
  }

  func isDue(at moment: Timestamp) -> Bool { desk.nextDue.map { $0 <= moment } ?? false }

  /// Whether any receiver can be told anything.
  var sends: Bool { desk.policy.receivers.contains { !$0.integrations.isEmpty } }

  mutating func takeIncidentChanges() -> [IncidentChange] { desk.takeIncidentChanges() }

  /// Called once the first of what waits is in the store.
  mutating func forgetWaiting(_ count: Int) { waiting.removeFirst(count) }

  /// The alerts are grouped anew, as Alertmanager does after a reload; what was told is remembered.
  mutating func replace(_ policy: AlertPolicy) throws {
    desk = try Desk(policy: policy, restoring: try desk.persisted())
  }
}

/// A desk as the store has it, with the last report of the journal that is in it.
struct KeptDesk: Sendable {
  var state: Data
  var sequence: Int64
}

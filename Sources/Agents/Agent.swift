import IncidentModel

/// One point of view on an incident: reads a snapshot of the blackboard and answers with contributions.
///
/// A value without state between calls. It writes nothing, opens no store and sees no clock; long work looks at
/// `Task.isCancelled` now and then, since a deadline can only ask it to stop.
package protocol Agent: Sendable {
  var name: AgentName { get }

  /// Agents whose answer this one lets come first while they are ready: a matter of order, never of need.
  var letsFirst: [AgentName] { get }

  /// Whether there is something on the board that this agent has not answered yet.
  ///
  /// A pure function of its arguments. `seen` is the revision of the snapshot that this agent answered last, nil
  /// before its first answer; an answer may have been empty.
  func isReady(_ snapshot: BlackboardSnapshot, seen: Revision?) -> Bool

  func contribute(_ snapshot: BlackboardSnapshot) async throws -> [Contribution]
}

extension Agent {
  package var letsFirst: [AgentName] { [] }
}

/// An agent could not do its work, in a sentence for the report.
package struct AgentError: Error, Hashable, Sendable, CustomStringConvertible {
  package var description: String

  package init(_ description: String) { self.description = description }
}

extension BlackboardSnapshot {
  /// Whether something of that kind was posted after the snapshot that was seen; everything counts when none was.
  func hasNews(since seen: Revision?, _ isOfInterest: (Contribution) -> Bool) -> Bool {
    for entry in entries.reversed() {
      if let seen, entry.revision <= seen { return false }
      if isOfInterest(entry.contribution) { return true }
    }
    return false
  }

  /// The opening, without which no agent is ready.
  func requireOpening() throws -> Opening {
    guard let opening else { throw AgentError("The blackboard has no opening entry to work from.") }
    return opening
  }

  func requireDetection() throws -> Detection {
    guard let detection else { throw AgentError("The blackboard does not say yet whether anything is wrong.") }
    return detection
  }
}

extension Contribution {
  var isDetection: Bool { if case .detection = self { true } else { false } }
  var isHypothesis: Bool { if case .hypothesis = self { true } else { false } }
}

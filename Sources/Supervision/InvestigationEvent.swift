import IncidentModel

/// What happens while an investigation runs, for those who watch. Events of one turn come in the order in which the
/// agents finish, which differs from run to run; what is posted does not.
package enum InvestigationEvent: Hashable, Sendable {
  /// Turns count from 1.
  case turnStarted(turn: Int, agents: [AgentName])
  case agentFinished(AgentName, contributionCount: Int)
  case agentFailed(AgentName, reason: String, isGivenUp: Bool)
  case batchPosted(Revision, entries: [BlackboardEntry])
  case concluded(Conclusion)
}

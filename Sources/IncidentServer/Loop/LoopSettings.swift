import AlertDesk
import Telemetry

/// What the live loop goes by; a reload replaces all of it at once.
struct LoopSettings: Sendable {
  var correlation = IncidentLedger.Correlation()
  var schedule = InvestigationSchedule()
  var policy: AlertPolicy
  var retention = Retention()

  struct Retention: Sendable, Hashable {
    /// Incidents that are over, their boards, their recorded cases and their alerts.
    var days = 30
    /// Of boards and recorded cases; the oldest incidents that are over go first.
    var incidentBytes = 4 << 30
    /// Of the pushed telemetry, whichever is reached first.
    var telemetryMinutes = 120
    var telemetryBytes = 256 << 20
  }

  /// Where no policy file is given: alerts of one scope make one group, and one receiver hears of it.
  static let plainPolicy = """
    route:
      receiver: on-call
      group_by: [cluster, environment, site]
      group_wait: 10s
      group_interval: 1m
    receivers:
      - name: on-call
    """

  static func plain() throws -> LoopSettings {
    LoopSettings(policy: try AlertPolicy(yaml: plainPolicy, file: "the built-in policy"))
  }

  /// With the service map that the policy names.
  static func policy(_ file: String) throws -> AlertPolicy {
    var policy = try AlertPolicy(file: file)
    if let topology = policy.rules.correlation?.topology { policy.serviceMap = try TopologyFile.read(topology) }
    return policy
  }
}

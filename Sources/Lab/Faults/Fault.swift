import IncidentModel

/// One way in which the shop can be broken, with what is then true. One file each, and a line in `Fault.all`.
package struct Fault: Sendable {
  package var name: String
  package var summary: String
  /// Nil where none of the kinds fits; then the truth names the fault alone.
  package var kind: FaultKind?
  /// Components that it can strike.
  package var targets: [String]
  /// The metric of the target that shows it, as it is recorded; nil where none does.
  package var metric: String?
  /// Other components that are right answers.
  package var alsoAccept: [String] = []
  package var seconds = 75.0
  /// What has to be seen in the telemetry, or the injection did not bite.
  package var bites: [Bite]
  /// Breaks the target; what it does through the lab is taken back by itself.
  package var begin: @Sendable (_ lab: RunningLab, _ target: String) throws -> Void

  package static let all: [Fault] = [
    .clockStep, .cpuHog, .crashLoop, .diskFull, .nameServerDown, .droppedIndex, .expiredCertificate, .failingRelease,
    .hotKey, .lockPileUp, .memoryLeak, .networkDelay, .networkLoss, .partition, .poolExhaustion,
    .redisEviction, .retryStorm, .shortTimeout, .slowDisk, .slowRelease, .trafficSurge, .wrongHost,
  ]

  package static func named(_ name: String) throws -> Fault {
    guard let fault = all.first(where: { $0.name == name }) else {
      throw LabError("there is no fault “\(name)”; there are \(all.map(\.name).joined(separator: ", "))")
    }
    return fault
  }
}

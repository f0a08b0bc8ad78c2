import IncidentModel

/// One way in which the shop can be broken, with what is then true. One file each, and a line in `Fault.all`.
package struct Fault: Sendable {
  /// What a lab on loopback addresses has not.
  package enum Need: String, Sendable {
    case controlGroups = "control groups"
    case packetFilter = "a packet filter"
    case smallDisk = "a small disk of its own"
    case nameServer = "a name server"
  }

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
  package var needs: Need?
  /// What has to be seen in the telemetry, or the injection did not bite.
  package var bites: [Bite]
  /// Breaks the target; what it does through the lab is taken back by itself.
  package var begin: @Sendable (_ lab: RunningLab, _ target: String) throws -> Void

  package static let all: [Fault] = [
    .clockStep, .cpuHog, .crashLoop, .diskFull, .nameServerDown, .droppedIndex, .expiredCertificate, .failingRelease,
    .hotKey, .lockPileUp, .memoryLeak, .networkDelay, .networkLoss, .partition, .poolExhaustion,
    .redisEviction, .retryStorm, .shortTimeout, .slowDisk, .slowRelease, .trafficSurge, .wrongHost,
  ]

  /// Those of these names, or without names all that such a lab can show.
  /// - Throws: `LabError` for a name that is none, or whose fault needs what such a lab has not.
  package static func chosen(_ names: [String]?, in isolation: Isolation) throws -> [Fault] {
    guard let names else { return all.filter { $0.refusal(in: isolation) == nil } }
    return try names.map { name in
      let fault = try named(name)
      if let refusal = fault.refusal(in: isolation) { throw LabError(refusal) }
      return fault
    }
  }

  /// Why it cannot be begun in such a lab, in a sentence; nil where it can.
  package func refusal(in isolation: Isolation) -> String? {
    guard isolation == .loopback, let needs else { return nil }
    return "\(name) needs \(needs.rawValue): run the lab as root"
  }

  package static func named(_ name: String) throws -> Fault {
    guard let fault = all.first(where: { $0.name == name }) else {
      throw LabError("there is no fault “\(name)”; there are \(all.map(\.name).joined(separator: ", "))")
    }
    return fault
  }
}

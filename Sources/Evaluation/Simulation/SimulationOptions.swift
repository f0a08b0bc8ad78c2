/// What is simulated; the same options give the same bytes.
package struct SimulationOptions: Hashable, Sendable {
  package var seed: UInt64
  /// Services of one system: gateways, applications, databases, caches and queues.
  package var services: Int
  /// Cases with a fault, over all systems.
  package var cases: Int
  /// Cases in which nothing is wrong, over all systems.
  package var healthy: Int
  /// Different systems; cases are dealt out to them in turn.
  package var systems: Int
  /// Length of a case's telemetry.
  package var minutes: Int
  package var stepSeconds: Int
  /// Traces kept for each case that has any.
  package var traces: Int
  /// Log lines wanted for each case that has any; the true count varies around it.
  package var logLines: Int

  package static let serviceLimit = 20_000
  /// Above this many services, replicas are not simulated one by one.
  static let replicaServiceLimit = 100

  package init(
    seed: UInt64 = 1, services: Int = 14, cases: Int = 24, healthy: Int = 24, systems: Int = 2, minutes: Int = 75,
    stepSeconds: Int = 30, traces: Int = 120, logLines: Int = 900
  ) {
    self.seed = seed
    self.services = services
    self.cases = cases
    self.healthy = healthy
    self.systems = systems
    self.minutes = minutes
    self.stepSeconds = stepSeconds
    self.traces = traces
    self.logLines = logLines
  }

  package struct RangeError: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String
  }

  /// Throws where a number is outside what can be simulated.
  package func check() throws(RangeError) {
    func require(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(RangeError) {
      guard range.contains(value) else {
        throw RangeError(
          description: "\(name) is \(value); from \(range.lowerBound) to \(range.upperBound) can be simulated")
      }
    }
    try require("the number of services", services, 5...Self.serviceLimit)
    try require("the number of faulty cases", cases, 0...100_000)
    try require("the number of healthy cases", healthy, 0...100_000)
    try require("the number of systems", systems, 1...100)
    try require("the length in minutes", minutes, 20...10_080)
    try require("the step in seconds", stepSeconds, 1...300)
    try require("the number of traces", traces, 0...1_000_000)
    try require("the number of log lines", logLines, 0...10_000_000)
    // A fault needs points before it and after it.
    try require("the number of points in a case", minutes * 60 / stepSeconds, 40...200_000)
  }

  var tickCount: Int { minutes * 60 / stepSeconds }
}

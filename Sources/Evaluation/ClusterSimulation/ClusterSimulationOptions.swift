/// Which clusters are simulated; the same options give the same bytes.
package struct ClusterSimulationOptions: Hashable, Sendable {
  package var seed: UInt64
  /// Clusters with something wrong, and clusters in which all is well.
  package var cases: Int
  package var healthy: Int
  /// Independent faults in each faulty cluster.
  package var faults: Int
  /// How many pods a cluster has, about.
  package var pods: ClosedRange<Int>
  /// Events at least in each cluster; 0 leaves it at what its history gives.
  package var events: Int

  package static let podLimit = 100_000

  package init(
    seed: UInt64 = 1, cases: Int = 60, healthy: Int = 20, faults: Int = 1, pods: ClosedRange<Int> = 20...300,
    events: Int = 0
  ) {
    self.seed = seed
    self.cases = cases
    self.healthy = healthy
    self.faults = faults
    self.pods = pods
    self.events = events
  }

  /// Throws where a number is outside what can be simulated.
  package func check() throws(SimulationOptions.RangeError) {
    func require(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(SimulationOptions.RangeError) {
      guard range.contains(value) else {
        throw SimulationOptions.RangeError(
          description: "\(name) is \(value); from \(range.lowerBound) to \(range.upperBound) can be simulated")
      }
    }
    try require("the number of faulty cases", cases, 0...100_000)
    try require("the number of healthy cases", healthy, 0...100_000)
    try require("the number of faults in a case", faults, 1...5)
    try require("the least number of pods", pods.lowerBound, 20...Self.podLimit)
    try require("the largest number of pods", pods.upperBound, 20...Self.podLimit)
    try require("the number of events", events, 0...2_000_000)
  }

  /// `20...300`, or one number.
  package static func range(_ text: String) -> ClosedRange<Int>? {
    let ends = text.split(separator: ".", omittingEmptySubsequences: true).map { Int($0) }
    switch ends.count {
    case 1: return text.contains(".") ? nil : ends[0].map { $0...$0 }
    case 2:
      guard text.contains("..."), let low = ends[0], let high = ends[1], low <= high else { return nil }
      return low...high
    default: return nil
    }
  }

  /// The flags that make these options again.
  package var commandLine: String {
    var text = " --kubernetes --seed \(seed) --cases \(cases) --healthy \(healthy) --faults \(faults)"
    text += " --pods \(pods.lowerBound)...\(pods.upperBound)"
    return events > 0 ? text + " --events \(events)" : text
  }
}

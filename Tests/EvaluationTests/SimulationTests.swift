import Evaluation
import Foundation
import IncidentModel
import Telemetry
import Testing

@Suite struct SimulationTests {
  private static let small = SimulationOptions(
    seed: 5, services: 6, cases: 11, healthy: 3, systems: 1, minutes: 30, stepSeconds: 30, traces: 8, logLines: 60)

  @Test func everyMechanismIsDealtOnceBeforeAnyIsRepeated() throws {
    let simulation = try IncidentSimulation(Self.small)
    let cases = (0..<simulation.caseCount).map(simulation.makeCase)
    #expect(cases.count == 14)
    #expect(Set(cases.map(\.id)).count == 14)
    let mechanisms = cases.compactMap(\.truth.fault?.mechanism)
    #expect(mechanisms.count == 11)
    #expect(Set(mechanisms).count == 11)
    #expect(Set(cases.compactMap(\.truth.fault?.kind)) == Set(FaultKind.allCases).subtracting([.unknown]))
  }

  @Test func everyFaultIsNoticedAfterItBeganAndNamedInTheTelemetry() throws {
    let simulation = try IncidentSimulation(Self.small)
    for position in 0..<simulation.caseCount {
      let one = simulation.makeCase(position)
      let window = one.window.incident.window
      guard let fault = one.truth.fault else { continue }
      #expect(window.contains(fault.startedAt))
      let alertedAt = try #require(one.window.incident.alertedAt)
      #expect(fault.startedAt < alertedAt && alertedAt < window.end)
      #expect(AnswerKey.candidates(of: one.window).contains(fault.component))
      if let metric = fault.metric {
        #expect(
          one.window.metrics.contains { $0.key == MetricKey(component: fault.component, metric: metric) }
            || one.window.metrics.contains { $0.key.metric == metric })
      }
      // Nothing in what an agent sees says that this is simulated fault number so and so.
      #expect(!one.id.contains(fault.mechanism) && !one.id.contains(fault.kind.rawValue))
    }
  }

  @Test func metricNamesMeanWhatTheyAreMeasuredFor() throws {
    let window = try IncidentSimulation(Self.small).makeCase(0).window
    let classes = Dictionary(
      window.metrics.map { ($0.key.metric, $0.metricClass) }, uniquingKeysWith: { first, _ in first })
    #expect(classes["cpu_usage_cores"] == .cpu)
    #expect(classes["memory_working_set_bytes"] == .memory)
    #expect(classes["disk_used_ratio"] == .disk)
    #expect(classes["tcp_retransmit_ratio"] == .network)
    #expect(classes["latency_p95_ms"] == .latency)
    #expect(classes["error_ratio"] == .errors)
    #expect(classes["requests_per_second"] == .throughput)
    #expect(classes["pool_in_use_ratio"] == .saturation)
    #expect(classes["connections_open"] == .connections)
    #expect(classes["certificate_expiry_seconds"] == .certificate)
  }

  @Test func filesReadBackAsSimulated() async throws {
    try await withTemporaryFolder { folder in
      var options = Self.small
      options.cases = 4
      options.healthy = 2
      try IncidentSimulation.simulate(options, to: folder)
      let simulation = try IncidentSimulation(options)
      let adapter = try AdapterCatalog.adapter(named: nil, for: folder)
      let references = try adapter.cases()
      #expect(references.count == 6)
      let truths = try GroundTruthReader(adapter: "tocsin", folder: folder)
      for position in 0..<simulation.caseCount {
        let made = simulation.makeCase(position)
        let reference = try #require(references.first { $0.id == made.id })
        let read = try adapter.read(reference, options: ReadOptions())
        #expect(read.incident == made.window.incident)
        #expect(read.metrics.map(\.key) == made.window.metrics.map(\.key))
        #expect(read.metrics.map(\.metricClass) == made.window.metrics.map(\.metricClass))
        let numbers = zip(read.metrics, made.window.metrics)
        #expect(
          numbers.allSatisfy { pair in
            zip(pair.0.values, pair.1.values).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
          })
        #expect(read.spans.count == made.window.spans.count)
        #expect(read.logs.count == made.window.logs.count)
        #expect(read.alerts.map(\.name) == made.window.alerts.map(\.name))
        #expect(read.changes == made.window.changes)
        let truth = try truths.truth(of: reference)
        #expect(truth.isHealthy == (made.truth.fault == nil))
        #expect(truth.components.first?.id == made.truth.fault?.component)
        if !truth.isHealthy { #expect(try AnswerKey(truth, in: read).candidateCount > 6) }
      }
    }
  }

  @Test func theSameSeedGivesTheSameBytesAndAnotherSeedOthers() async throws {
    try await withTemporaryFolder { folder in
      var options = Self.small
      options.cases = 2
      options.healthy = 1
      try IncidentSimulation.simulate(options, to: folder + "/a")
      try IncidentSimulation.simulate(options, to: folder + "/b")
      options.seed = 6
      try IncidentSimulation.simulate(options, to: folder + "/c")
      let first = try contents(folder + "/a")
      #expect(first == (try contents(folder + "/b")))
      #expect(first != (try contents(folder + "/c")))
      #expect(first.count > 10)
    }
  }

  @Test func optionsOutOfRangeAreRefused() {
    #expect(throws: SimulationOptions.RangeError.self) { try IncidentSimulation(SimulationOptions(services: 1)) }
    #expect(throws: SimulationOptions.RangeError.self) {
      try IncidentSimulation(SimulationOptions(minutes: 20, stepSeconds: 60))
    }
    #expect(throws: SimulationOptions.RangeError.self) { try IncidentSimulation(SimulationOptions(cases: -1)) }
  }

  @Test func largeSystemsHaveTenSeriesAServiceAndNoReplicas() throws {
    let options = SimulationOptions(
      seed: 2, services: 120, cases: 1, healthy: 0, systems: 1, minutes: 20, stepSeconds: 30, traces: 2, logLines: 20)
    let window = try IncidentSimulation(options).makeCase(0).window
    let services = window.metrics.filter { !$0.key.component.rawValue.hasPrefix("node-") }
    let perService = Double(services.count) / Double(Set(services.map(\.key.component)).count)
    #expect((9...11).contains(perService))
    #expect(!window.serviceMap.components.contains { $0.kind == .instance })
  }

  private func contents(_ folder: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      files[path] = FileManager.default.contents(atPath: "\(folder)/\(path)") ?? Data()
    }
    return files
  }
}

@Suite struct SeededRandomTests {
  @Test func sequenceIsFixedForEver() {
    // xoshiro256** after SplitMix64 from seed 1: other values would change every simulated dataset.
    var random = SeededRandom(seed: 1)
    let first = (0..<3).map { _ in random.next() }
    #expect(first == [12_966_619_160_104_079_557, 9_600_361_134_598_540_522, 10_590_380_919_521_690_900])
  }

  @Test func numbersLieInTheirRange() {
    var random = SeededRandom(seed: 9, purpose: "ranges")
    let units = (0..<10_000).map { _ in random.unit() }
    #expect(units.allSatisfy { (0..<1).contains($0) })
    #expect(abs(units.reduce(0, +) / 10_000 - 0.5) < 0.02)
    let indices = (0..<10_000).map { _ in random.index(below: 7) }
    #expect(Set(indices) == Set(0..<7))
    #expect(random.index(below: 0) == 0)
  }

  @Test func purposesAreIndependentStreams() {
    var one = SeededRandom(seed: 1, purpose: "a")
    var other = SeededRandom(seed: 1, purpose: "b")
    #expect(one.next() != other.next())
  }
}

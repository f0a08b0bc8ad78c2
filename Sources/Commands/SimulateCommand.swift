import ArgumentParser
import Evaluation
import Foundation

/// `tocsin dataset simulate`.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Make incidents with known causes, and quiet windows, from a seed.",
    discussion: """
      The same flags give the same files, byte for byte. Everything made is marked as simulated.

      tocsin dataset simulate --to mine --seed 7
      tocsin dataset simulate --to clusters --kubernetes --seed 7 --cases 60 --healthy 20 --pods 20...300
      tocsin dataset simulate --to big --systems 1 --services 1000 --cases 1 --healthy 0 --minutes 120 --step-seconds 15
      """)

  private static let usual = SimulationOptions()

  @Option(help: ArgumentHelp("The folder to write to; it has to be new or empty.", valueName: "dir")) var to: String
  @Option(help: "Other seeds give other systems and other incidents.") var seed: UInt64 = usual.seed
  @Option(help: "Services of each system: gateways, applications, databases, caches and queues.")
  var services = usual.services
  @Option(help: "Cases with a fault.") var cases: Int?
  @Option(help: "Cases in which nothing is wrong.") var healthy: Int?
  @Option(help: "Different systems, to which the cases are dealt.") var systems = usual.systems
  @Option(help: "Length of a case.") var minutes = usual.minutes
  @Option(help: "Seconds from one point of a series to the next.") var stepSeconds = usual.stepSeconds
  @Option(help: "Traces kept for a case.") var traces = usual.traces
  @Option(help: "Log lines kept for a case, about.") var logLines = usual.logLines
  @Flag(help: "Whole clusters as the API objects of Kubernetes, instead of telemetry.") var kubernetes = false
  @Option(help: "With --kubernetes: independent faults in each faulty cluster.") var faults = 1
  @Option(help: ArgumentHelp("With --kubernetes: how many pods a cluster has, about.", valueName: "least...most"))
  var pods = "20...300"
  @Option(help: "With --kubernetes: events in each cluster, at least.") var events = 0
  @OptionGroup var global: GlobalOptions

  func run() throws {
    try refuseToOverwrite(to)
    let progress = ProgressLine("simulate", console: global.console)
    defer { progress.finish() }
    do {
      if kubernetes {
        try ClusterSimulation.simulate(try clusterOptions(), to: to) { done, total in
          try Task.checkCancellation()
          progress.show(done: done, total: total)
        }
      } else {
        try IncidentSimulation.simulate(telemetryOptions, to: to) { done, total in
          try Task.checkCancellation()
          progress.show(done: done, total: total)
        }
      }
    } catch let error as SimulationOptions.RangeError {
      throw CommandFailure(.usage, "\(error)")
    }
  }

  private func clusterOptions() throws -> ClusterSimulationOptions {
    guard let range = ClusterSimulationOptions.range(pods) else {
      throw CommandFailure(.usage, "“\(pods)” is no range of pods", hint: "write it as 20...300")
    }
    let usual = ClusterSimulationOptions()
    return ClusterSimulationOptions(
      seed: seed, cases: cases ?? usual.cases, healthy: healthy ?? usual.healthy, faults: faults, pods: range,
      events: events)
  }

  private var telemetryOptions: SimulationOptions {
    SimulationOptions(
      seed: seed, services: services, cases: cases ?? Self.usual.cases, healthy: healthy ?? Self.usual.healthy,
      systems: systems, minutes: minutes, stepSeconds: stepSeconds, traces: traces, logLines: logLines)
  }
}

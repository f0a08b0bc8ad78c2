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
      tocsin dataset simulate --to big --systems 1 --services 1000 --cases 1 --healthy 0 --minutes 120 --step-seconds 15
      """)

  private static let usual = SimulationOptions()

  @Option(help: ArgumentHelp("The folder to write to; it has to be new or empty.", valueName: "dir")) var to: String
  @Option(help: "Other seeds give other systems and other incidents.") var seed: UInt64 = usual.seed
  @Option(help: "Services of each system: gateways, applications, databases, caches and queues.")
  var services = usual.services
  @Option(help: "Cases with a fault.") var cases = usual.cases
  @Option(help: "Cases in which nothing is wrong.") var healthy = usual.healthy
  @Option(help: "Different systems, to which the cases are dealt.") var systems = usual.systems
  @Option(help: "Length of a case.") var minutes = usual.minutes
  @Option(help: "Seconds from one point of a series to the next.") var stepSeconds = usual.stepSeconds
  @Option(help: "Traces kept for a case.") var traces = usual.traces
  @Option(help: "Log lines kept for a case, about.") var logLines = usual.logLines
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let options = SimulationOptions(
      seed: seed, services: services, cases: cases, healthy: healthy, systems: systems, minutes: minutes,
      stepSeconds: stepSeconds, traces: traces, logLines: logLines)
    do {
      try options.check()
    } catch {
      throw CommandFailure(.usage, "\(error)")
    }
    try refuseToOverwrite(to)
    let progress = ProgressLine("simulate", console: global.console)
    defer { progress.finish() }
    try IncidentSimulation.simulate(options, to: to) { done, total in
      try Task.checkCancellation()
      progress.show(done: done, total: total)
    }
  }
}

import Foundation
import IncidentModel
import Telemetry
import TextReading

extension IncidentSimulation {
  /// Writes a dataset in the project's own format: `dataset.yaml`, and a folder for each case with its telemetry and
  /// its `truth.yaml`. The same options give the same bytes. Cases are made one at a time, so memory is that of one.
  ///
  /// - Parameters:
  ///   - folder: is made where it is missing; cases of an earlier run in it are replaced.
  ///   - progress: is told how many cases are done and how many there are; what it throws stops the simulation.
  /// - Throws: `SimulationOptions.RangeError`, or a `DatasetError` when a file cannot be written.
  package static func simulate(
    _ options: SimulationOptions, to folder: String, progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws {
    let simulation = try IncidentSimulation(options)
    try makeFolder(folder)
    try write(simulation.description, to: "\(folder)/dataset.yaml")
    for position in 0..<simulation.caseCount {
      try progress(position, simulation.caseCount)
      try simulation.makeCase(position).write(below: folder)
    }
    try progress(simulation.caseCount, simulation.caseCount)
  }

  private var description: String {
    """
    name: simulated
    origin: simulated
    licence: Apache-2.0
    citation: "made by tocsin dataset simulate\(options.commandLine)"
    adapter: tocsin

    """
  }

  private static func makeFolder(_ folder: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw DatasetError(file: folder, message: "the folder cannot be made")
    }
  }

  fileprivate static func write(_ text: String, to path: String) throws {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    } catch {
      throw DatasetError(file: path, message: "the file cannot be written")
    }
  }
}

extension SimulationOptions {
  /// The flags that make these options again.
  package var commandLine: String {
    let flags: [(name: String, value: Int)] = [
      ("services", services), ("cases", cases), ("healthy", healthy), ("systems", systems), ("minutes", minutes),
      ("step-seconds", stepSeconds), ("traces", traces), ("log-lines", logLines),
    ]
    return " --seed \(seed)" + flags.map { " --\($0.name) \($0.value)" }.joined()
  }
}

extension SimulatedCase {
  /// Writes the case into a folder of its own, `<folder>/<id>`, with compressed telemetry.
  package func write(below folder: String) throws {
    let place = "\(folder)/\(id)"
    try CaseWriter(folder: place).write(window, compress: true)
    try IncidentSimulation.write(truth.yaml, to: "\(place)/truth.yaml")
  }
}

extension SimulatedCase.Truth {
  /// The contents of `truth.yaml`.
  package var yaml: String {
    guard let fault else { return "healthy: true\n" }
    var text = "# simulated: \(fault.mechanism)\ncomponent: \(fault.component)\n"
    // The service counts as right as well, also in a case that has no service map to say whose copy this is.
    if let service = fault.service { text += "alsoAccept: [\(service)]\n" }
    if let metric = fault.metric { text += "metric: \(metric)\n" }
    return text + "fault: \(fault.kind.rawValue)\nstartedAt: \(fault.startedAt)\n"
  }
}

import ArgumentParser
import Foundation
import IncidentModel
import Supervision
import Telemetry

struct InvestigateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "investigate",
    abstract: "Investigate one recorded incident.",
    discussion: """
      CASE is a folder in the project's own format (case.yaml and telemetry) or in one that is read as it is: a PetShop \
      issue, an RCAEval run, a Nezha day, an alert set. Where a folder holds several incidents, name one with --id.

      tocsin investigate datasets/simulated/<case>
      tocsin investigate <case> --format html --output report.html
      tocsin investigate <dataset> --id <case>
      """)

  @Argument(help: ArgumentHelp("The folder of the recorded incident.", valueName: "case"))
  var folder: String

  @Option(help: ArgumentHelp("Which incident, where the folder holds several.", valueName: "id"))
  var id: String?

  @Option(help: "How to read the folder; without it the format is recognised.")
  var adapter: String?

  @Flag(help: "Withhold the time of the alert and the symptom.")
  var blind = false

  @Option(help: ArgumentHelp("Where the blackboard is kept: memory or sqlite:FILE.", valueName: "store"))
  var store = "memory"

  @Option(help: ArgumentHelp("The language model: off.", valueName: "name"))
  var model = "off"

  @OptionGroup var output: OutputOptions
  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let console = global.console
    try ModelChoice.check(model)
    let location = try StoreLocation(store)
    let engine = try Engine(try global.projectFolder())
    let dataset = try AdapterCatalog.adapter(named: adapter, for: folder)
    let reference = try select(try dataset.cases())
    let telemetry = try dataset.read(reference, options: ReadOptions(isBlind: blind))
    let storage = try await location.open()
    let isVerbose = global.logLevel == .debug
    let snapshot = try await engine.investigator.investigate(telemetry, storage: storage) { event in
      if isVerbose { console.note("\(event)") }
    }
    try output.write(snapshot, console: console)
  }

  private func select(_ references: [CaseReference]) throws -> CaseReference {
    let listing = references.prefix(8).map(\.id).joined(separator: ", ") + (references.count > 8 ? ", …" : "")
    if let id {
      if let found = references.first(where: { $0.id == id }) { return found }
      throw CommandFailure(.usage, "\(folder) has no case \(id)", hint: "it has \(listing)")
    }
    if references.count == 1, let only = references.first { return only }
    if references.isEmpty { throw CommandFailure(.badInput, "\(folder) holds no case") }
    throw CommandFailure(
      .usage, "\(folder) holds \(references.count) cases",
      hint: "name one with --id (\(listing)), or score them all with tocsin replay")
  }
}

/// Which language model takes part. None can be configured yet: every answer is the deterministic engine's own.
enum ModelChoice {
  static func check(_ name: String) throws {
    guard name != "off" else { return }
    throw CommandFailure(.usage, "no language model named \(name) is configured", hint: "use --model off")
  }
}

import ArgumentParser
import BlackboardStore
import IncidentModel

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Render the report of an investigation again from its log, without the telemetry.",
    discussion: "tocsin report sqlite:incidents.sqlite --format html --output report.html")

  @Argument(help: ArgumentHelp("The store: sqlite:FILE.", valueName: "store"))
  var store: String

  @Option(help: ArgumentHelp("Which incident, where the store holds several.", valueName: "id"))
  var id: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let storage = try await StoreLocation.existing(store)
    let investigations = try await storage.investigations()
    let matching = investigations.filter { id == nil || $0.id.incident == id }
    guard let last = matching.last else {
      throw CommandFailure(
        .usage, id.map { "the store has no incident \($0)" } ?? "the store is empty",
        hint: investigations.isEmpty ? nil : "it has \(Self.names(investigations))")
    }
    guard Set(matching.map(\.id.incident)).count == 1 else {
      throw CommandFailure(
        .usage, "the store holds \(matching.count) investigations", hint: "name one with --id: \(Self.names(matching))")
    }
    let snapshot = BlackboardSnapshot(entries: try await storage.entries(of: last.id))
    if !last.isConcluded { global.console.note("this investigation has not ended; the report shows how far it got") }
    try output.write(snapshot, console: global.console)
  }

  private static func names(_ investigations: [StoredInvestigation]) -> String {
    let names = Set(investigations.map(\.id.incident)).sorted()
    return names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
  }
}

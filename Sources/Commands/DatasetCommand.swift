import ArgumentParser
import Evaluation
import Foundation
import IncidentModel
import Telemetry

struct DatasetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dataset", abstract: "Recorded and simulated incidents.",
    subcommands: [List.self, Describe.self, Convert.self, SimulateCommand.self, RecordCommand.self],
    defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "The datasets in the project folder.")
    @OptionGroup var global: GlobalOptions

    func run() throws {
      let folder = try global.projectFolder().datasets
      let names = Self.datasets(in: folder)
      for name in names {
        let cases = try AdapterCatalog.adapter(named: nil, for: "\(folder)/\(name)").cases()
        global.console.result("\(name): \(cases.count) cases")
      }
      if names.isEmpty {
        throw CommandFailure(
          .badInput, "no dataset in \(folder)", hint: "make one: tocsin dataset simulate --to \(folder)/mine")
      }
    }

    /// Folders with a `dataset.yaml`, and the parts of a dataset that is kept in parts.
    static func datasets(in folder: String) -> [String] {
      func names(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(path)")) ?? []).sorted()
      }
      func isDataset(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder)/\(name)/dataset.yaml")
      }
      return names("").flatMap { name in
        isDataset(name) ? [name] : names(name).map { "\(name)/\($0)" }.filter(isDataset)
      }
    }
  }

  struct Describe: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "describe", abstract: "What a folder holds: its format, its cases and what telemetry each has.")
    @Argument(help: "A dataset or a case.") var path: String
    @Option(help: .adapter) var adapter: String?
    @Option(help: ArgumentHelp("How many cases to look into.", valueName: "count")) var limit = 20
    @OptionGroup var global: GlobalOptions

    func run() throws {
      let dataset = try AdapterCatalog.adapter(named: adapter, for: path)
      let references = try dataset.cases()
      let console = global.console
      console.result("\(path): \(references.count) cases, read as \(type(of: dataset).name)")
      for reference in references.prefix(max(0, limit)) {
        let window = try dataset.read(reference, options: ReadOptions())
        console.result(
          "  \(reference.id): \(window.metrics.count) series, \(window.spans.count) spans, \(window.logs.count) log "
            + "lines, \(window.alerts.count) alerts, \(window.changes.count) changes, "
            + "\(window.serviceMap.components.count) components, "
            + "\(Int(window.incident.window.durationSeconds / 60)) min")
      }
      if references.count > limit { console.result("  … and \(references.count - limit) more (--limit)") }
    }
  }

  struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "convert", abstract: "Write every case of a dataset in the project's own format.",
      discussion: "The known causes are not carried over: write truth.yaml beside each case.yaml yourself.")
    @Argument(help: "A dataset or a case.") var path: String
    @Option(help: ArgumentHelp("The folder to write to.", valueName: "dir")) var to: String
    @Option(help: .adapter) var adapter: String?
    @OptionGroup var global: GlobalOptions

    func run() throws {
      let dataset = try AdapterCatalog.adapter(named: adapter, for: path)
      let references = try dataset.cases()
      try refuseToOverwrite(to)
      let progress = ProgressLine("convert", console: global.console)
      defer { progress.finish() }
      for (done, reference) in references.enumerated() {
        try Task.checkCancellation()
        let window = try dataset.read(reference, options: ReadOptions())
        try CaseWriter(folder: "\(to)/\(reference.id)").write(window, compress: true)
        progress.show(done: done + 1, total: references.count)
      }
    }
  }
}

/// What is there stays there.
func refuseToOverwrite(_ folder: String, flag: String = "--to") throws {
  let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  guard names.isEmpty else {
    throw CommandFailure(.usage, "\(folder) is not empty", hint: "name a new folder with \(flag)")
  }
}

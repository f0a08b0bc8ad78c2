import ArgumentParser
import BlackboardStore
import IncidentModel
import Supervision
import Telemetry

extension ArgumentHelp {
  /// What every `--adapter` says of itself.
  static var adapter: ArgumentHelp {
    "How to read the folder: \(AdapterCatalog.names.joined(separator: ", ")). Without it the format is recognised."
  }
}

/// One incident of a folder, as flags name it.
struct RecordedCase {
  var folder: String
  var id: String?
  var adapter: String?
  var isBlind = false

  func read() throws -> TelemetryWindow {
    let dataset = try AdapterCatalog.adapter(named: adapter, for: folder)
    let reference = try select(try dataset.cases(), in: folder)
    return try dataset.read(reference, options: ReadOptions(isBlind: isBlind))
  }

  /// As it stands after an investigation without a model.
  func investigated(_ project: ProjectFolder) async throws -> BlackboardSnapshot {
    try await Engine(project).investigator.investigate(try read(), storage: MemoryStorage())
  }

  private func select(_ references: [CaseReference], in folder: String) throws -> CaseReference {
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

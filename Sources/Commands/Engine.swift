import Agents
import ArgumentParser
import BlackboardStore
import Evaluation
import Foundation
import IncidentModel
import LanguageModels
import ModelContext
import Reporting
import Runbooks
import Supervision
import Telemetry

/// The project's agents, prompts and runbooks, read and checked: what every investigating command needs.
struct Engine: Sendable {
  let investigator: Investigator

  /// - Parameter left: parts of the analysis to leave out, for a measurement.
  init(
    _ project: ProjectFolder, without left: Set<Ingredient> = [], readsAllRunbooks: Bool = true,
    experience: Experience? = nil, advisor: (@Sendable (Incident) -> Advisor)? = nil
  ) throws {
    let catalog = try AgentCatalog(
      project, without: left, readsAllRunbooks: readsAllRunbooks, experience: experience)
    investigator = Investigator(catalog: catalog, version: tocsinVersion, advisor: advisor)
  }
}

extension Engine {
  /// Reads the runbooks that no investigation has needed yet.
  /// - Throws: what is wrong in any of them.
  func checkRunbooks() throws {
    do {
      try investigator.catalog.runbooks.readRest()
    } catch {
      throw CommandFailure(unreadable: error)
    }
  }

  /// An investigation that follows a transcript to the letter: a request that was not recorded ends it. A model may be
  /// told of the other incidents of the store.
  func investigate(
    _ telemetry: TelemetryWindow, storage: any BlackboardStorage,
    observe: (@Sendable (InvestigationEvent) -> Void)? = nil
  ) async throws -> BlackboardSnapshot {
    let archive = InvestigationArchive(storage: storage, folders: [])
    let snapshot = try await investigator.remembering { incident in
      // What cannot be read is not told: the answer does not depend on it.
      (try? await archive.pastIncidents(except: incident.id)) ?? []
    }.investigate(telemetry, storage: storage, observe: observe)
    let unknown = LanguageModelError.Code.notRecorded.rawValue
    if let failure = snapshot.advice.first(where: { $0.failureCode == unknown })?.failure {
      throw CommandFailure(
        .badInput, failure, hint: "record it again with --transcript: the data or the configuration have changed")
    }
    return snapshot
  }
}

extension Ingredient: ExpressibleByArgument {}

/// Where a blackboard is kept, as `--store` says it.
enum StoreLocation: Sendable, Equatable {
  case memory
  case sqlite(String)

  init(_ text: String) throws {
    if text == "memory" {
      self = .memory
    } else if text.hasPrefix("sqlite:"), text.count > 7 {
      self = .sqlite(String(text.dropFirst(7)))
    } else {
      throw CommandFailure(.usage, "--store \(text) is not known", hint: "use memory or sqlite:FILE")
    }
  }

  /// A store that holds something already: of a mistyped name no new and empty file is made.
  /// - Parameter text: a file may stand there without the word `sqlite:`.
  static func existing(_ text: String) async throws -> any BlackboardStorage {
    let location = try StoreLocation(text.contains(":") ? text : "sqlite:\(text)")
    if case .sqlite(let file) = location, !FileManager.default.fileExists(atPath: file) {
      throw CommandFailure(
        .badInput, "there is no store \(file)", hint: "tocsin investigate <case> --store sqlite:FILE makes one")
    }
    return try await location.open()
  }

  func open() async throws -> any BlackboardStorage {
    switch self {
    case .memory: return MemoryStorage()
    case .sqlite(let file):
      do {
        return try await SQLiteStorage(file: file)
      } catch {
        throw CommandFailure(.badInput, "\(error)")
      }
    }
  }
}

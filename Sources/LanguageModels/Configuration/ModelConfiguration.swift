import ConfigurationReading
import Foundation

/// The models and their budget, as `tocsin.yaml` in the project folder names them. Its section `server` is the server's
/// own to read.
package struct ModelConfiguration: Hashable, Sendable {
  package static let fileName = "tocsin.yaml"

  /// Sorted by name.
  package private(set) var models: [ModelSettings] = []
  package private(set) var budget = ModelBudget()

  package init() {}

  package subscript(name: String) -> ModelSettings? { models.first { $0.name == name } }

  /// What can be read, and every mistake in the rest; nothing and no mistake where there is no file.
  package static func read(projectFolder: String) -> (configuration: ModelConfiguration, problems: [ProjectFileError]) {
    let file = projectFolder + "/" + fileName
    guard FileManager.default.fileExists(atPath: file) else { return (ModelConfiguration(), []) }
    var configuration = ModelConfiguration()
    var problems: [ProjectFileError] = []
    do {
      let whole = try StrictValue<ProjectFileError>(yaml: try ProjectFile.read(file), file: file).mapping()
      problems = whole.problems(KeyTable(optional: ["models", "modelBudget", "server"]))
      problems += configuration.readModels(whole, folder: projectFolder)
      if let budget = whole["modelBudget"] { configuration.budget = try ModelBudget(budget) }
    } catch {
      problems.append(error)
    }
    return (configuration, problems)
  }

  /// - Throws: the first `ProjectFileError`.
  package init(projectFolder: String) throws {
    let (configuration, problems) = Self.read(projectFolder: projectFolder)
    if let first = problems.first { throw first }
    self = configuration
  }

  private mutating func readModels(
    _ whole: StrictMapping<ProjectFileError>, folder: String
  ) -> [ProjectFileError] {
    guard let section = whole["models"] else { return [] }
    var problems: [ProjectFileError] = []
    do {
      let entries = try section.mapping()
      for name in entries.keys {
        do {
          models.append(try ModelSettings(name: name, entries, folder: folder))
        } catch {
          problems.append(error)
        }
      }
      models.sort { $0.name < $1.name }
      // A name that could not be read is a mistake already.
      if problems.isEmpty { problems = fallbackProblems(entries) }
    } catch {
      problems.append(error)
    }
    return problems
  }

  private func fallbackProblems(_ entries: StrictMapping<ProjectFileError>) -> [ProjectFileError] {
    models.compactMap { model in
      guard let fallback = model.fallback else { return nil }
      guard self[fallback] != nil else {
        let known = models.map(\.name).joined(separator: ", ")
        return entries.problem(at: model.name, "the fallback “\(fallback)” is no model; known are \(known)")
      }
      return ladder(from: model.name) == nil
        ? entries.problem(at: model.name, "the fallbacks of “\(model.name)” lead back to a model before them") : nil
    }
  }

  /// A model and its fallbacks, in the order in which they are asked; nil for an unknown name or a circle.
  package func ladder(from name: String) -> [ModelSettings]? {
    var ladder: [ModelSettings] = []
    var next: String? = name
    while let name = next {
      guard let model = self[name], !ladder.contains(where: { $0.name == name }) else { return nil }
      ladder.append(model)
      next = model.fallback
    }
    return ladder
  }
}

extension ModelBudget {
  init(_ value: StrictValue<ProjectFileError>) throws(ProjectFileError) {
    self.init()
    let section = try value.mapping(KeyTable(optional: ["perIncident", "perStorm", "perHour"]))
    if let limits = section["perIncident"] { try incident.read(limits) }
    if let limits = section["perStorm"] { try storm.read(limits) }
    if let limits = section["perHour"] { try hour.read(limits) }
  }
}

extension BudgetLimits {
  /// What is not given stays as it was.
  fileprivate mutating func read(_ value: StrictValue<ProjectFileError>) throws(ProjectFileError) {
    let limits = try value.mapping(KeyTable(optional: ["calls", "tokens", "usd", "seconds"]))
    if let value = limits["calls"] { calls = try value.integer(in: 0...1_000_000) }
    if let value = limits["tokens"] { tokens = try value.integer(in: 0...1_000_000_000) }
    if let value = limits["usd"] { usd = try value.number(in: 0...1_000_000) }
    if let value = limits["seconds"] { seconds = try value.number(in: 0...86_400) }
  }
}

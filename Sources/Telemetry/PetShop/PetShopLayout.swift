import IncidentModel
import TextReading

/// Where PetShop's scenarios and issues lie below a folder, or around it when the folder is part of one.
struct PetShopLayout {
  /// What names are resolved in: the folder that was given, or the scenario that it is part of.
  let root: DatasetFolder
  /// A scenario and the issues in it, as names inside the root.
  struct Scenario {
    var path: String
    /// As it begins the identifiers of cases.
    var name: String
    var issues: [String]
  }
  private(set) var scenarios: [Scenario] = []

  private static let maximumDepth = 4

  init(_ folder: String) throws {
    let given = try DatasetFolder(folder)
    if let (scenario, below) = Self.scenarioAround(given) {
      root = scenario
      scenarios = [Scenario(path: "", name: Self.lastName(scenario), issues: try issues("", below: below))]
      return
    }
    root = given
    try addScenarios(below: "", depth: 0)
    // The folder's own name is enough where no other scenario has it.
    let shortNames = scenarios.map { $0.path.split(separator: "/").last.map(String.init) ?? $0.path }
    if Set(shortNames).count == shortNames.count {
      for (position, name) in shortNames.enumerated() { scenarios[position].name = name }
    }
  }

  static func recognises(_ folder: String) -> Bool {
    guard let layout = try? PetShopLayout(folder) else { return false }
    return layout.scenarios.contains { scenario in
      !scenario.issues.isEmpty
        || ["csv", "csv.gz"].contains {
          layout.root.contains(join(scenario.path, "noissue/metrics.\($0)"))
        }
    }
  }

  /// The scenario that a folder is, or lies in, with the folder's name inside it.
  private static func scenarioAround(_ folder: DatasetFolder) -> (scenario: DatasetFolder, below: String)? {
    if isScenario(folder, "") { return (folder, "") }
    guard var path = try? folder.resolve("") else { return nil }
    var below = ""
    for _ in 0..<3 {
      guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return nil }
      let name = String(path[path.index(after: slash)...])
      below = below.isEmpty ? name : "\(name)/\(below)"
      path = String(path[..<slash])
      if let parent = try? DatasetFolder(path), isScenario(parent, "") { return (parent, below) }
    }
    return nil
  }

  private static func isScenario(_ folder: DatasetFolder, _ relative: String) -> Bool {
    folder.contains(join(relative, "graph.csv")) || folder.contains(join(relative, "graph.csv.gz"))
  }

  private static func lastName(_ folder: DatasetFolder) -> String {
    let path = ((try? folder.resolve("")) ?? nil) ?? folder.path
    return path.split(separator: "/").last.map(String.init) ?? "scenario"
  }

  private mutating func addScenarios(below relative: String, depth: Int) throws {
    if Self.isScenario(root, relative) {
      scenarios.append(Scenario(path: relative, name: relative, issues: try issues(relative, below: "")))
      return
    }
    guard depth < Self.maximumDepth else { return }
    for entry in try root.entries(relative) where entry.isFolder {
      try addScenarios(below: join(relative, entry.name), depth: depth + 1)
    }
  }

  /// Folders with a target, in natural order.
  private func issues(_ scenario: String, below: String) throws -> [String] {
    var found: [String] = []
    func search(_ relative: String, _ depth: Int) throws {
      if root.contains(join(relative, "target.json")) || root.contains(join(relative, "target.json.gz")) {
        found.append(relative)
        return
      }
      guard depth < Self.maximumDepth else { return }
      for entry in try root.entries(relative) where entry.isFolder {
        try search(join(relative, entry.name), depth + 1)
      }
    }
    try search(below.isEmpty ? scenario : join(scenario, below), 0)
    return found
  }
}

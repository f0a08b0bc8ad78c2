import Testing

@Suite struct ImportTests {
  private let manifest = """
    let yams = Target.Dependency.product(name: "Yams", package: "Yams")
    let modules: [Module] = [
      Module(name: "Low", libraries: [yams, "CZlib"]),
      Module(
        name: "High", ours: ["Low"],
        libraries: [yams]),
      Module(name: "Bad", ours: ["Later"]),
      Module(name: "Later"),
    ]
    """

  @Test func readsTheTable() throws {
    let table = ModuleTable("modules", in: manifest)
    #expect(table.rows.map(\.name) == ["Low", "High", "Bad", "Later"])
    #expect(table["Low"]?.libraries == ["Yams", "CZlib"])
    #expect(table["High"]?.ours == ["Low"])
  }

  @Test func seesUndeclaredAndUpwardEdges() throws {
    let table = ModuleTable("modules", in: manifest)
    let row = try #require(table["High"])
    let source = SourceText("import Low\n@testable import Later\n// import Nothing\nprivate import struct Yams.Node\n")
    #expect(ImportRules.offences(path: "x.swift", source: source, row: row).count == 1)
    #expect(ImportRules.upwardEdges(table) == ["Bad points up the layers to Later, or to no row at all"])
  }

  @Test func everyImportIsDeclared() throws {
    let tree = ProjectTree.here
    let manifest = try tree.text("Package.swift")
    let modules = ModuleTable("modules", in: manifest)
    let tests = ModuleTable("tests", in: manifest)
    try #require(modules.rows.count >= 10 && !tests.rows.isEmpty)
    var offences = ImportRules.upwardEdges(modules)
    for file in try ProjectTree.swiftFiles() {
      let target = file.target
      guard let row = modules[target] ?? tests[target] ?? Self.programs.first(where: { $0.name == target }) else {
        offences.append("\(file.path): the folder \(target) has no row in Package.swift")
        continue
      }
      offences += ImportRules.offences(path: file.path, source: file.source, row: row)
    }
    #expect(offences.isEmpty, "\(offences.joined(separator: "\n"))")
  }

  /// Executable targets, which are below the tables.
  private static let programs = [
    ModuleTable.Row(name: "tocsin", ours: ["Commands"], libraries: []),
    ModuleTable.Row(name: "tocsin-shop", ours: ["Shop"], libraries: []),
    ModuleTable.Row(name: "tocsin-lab", ours: ["Lab"], libraries: ["ArgumentParser"]),
  ]

  @Test func theProductKnowsNothingOfTheLab() throws {
    let modules = ModuleTable("modules", in: try ProjectTree.here.text("Package.swift"))
    try #require(modules["Lab"] != nil)
    let knowing = modules.rows.filter { $0.ours.contains("Lab") || $0.ours.contains("Shop") }.map(\.name)
    #expect(knowing == ["Lab"])
  }

  @Test func everyRowHasAFolderWithSource() throws {
    let tree = ProjectTree.here
    let manifest = try tree.text("Package.swift")
    let rows =
      ModuleTable("modules", in: manifest).rows.map { "Sources/\($0.name)" }
      + ModuleTable("tests", in: manifest).rows.map { "Tests/\($0.name)" }
    let empty = try rows.filter { try tree.files(below: $0, ending: ".swift").isEmpty }
    #expect(empty.isEmpty, "no source in \(empty.joined(separator: ", "))")
  }
}

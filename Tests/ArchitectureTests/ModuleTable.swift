/// The rows of a `[Module]` table in Package.swift, read as text, in their order.
struct ModuleTable {
  struct Row {
    var name: String
    var ours: [String]
    /// As they are imported: `Yams`, `GRDB`.
    var libraries: [String]
  }

  var rows: [Row]

  subscript(name: String) -> Row? { rows.first { $0.name == name } }

  /// - Parameter table: the constant's name, `modules` or `tests`.
  init(_ table: String, in manifest: String) {
    let libraries = Self.libraryNames(in: manifest)
    guard let opening = manifest.firstRange(of: "let \(table): [Module] = [") else {
      rows = []
      return
    }
    let rest = manifest[opening.upperBound...]
    let body = rest.firstRange(of: "\n]").map { rest[..<$0.lowerBound] } ?? rest
    rows = body.split(separator: "Module(").dropFirst(0).compactMap { part in
      guard let name = part.firstMatch(of: /name:\s*"(\w+)"/)?.1 else { return nil }
      let ours = part.firstMatch(of: /ours:\s*\[([^\]]*)\]/)?.1 ?? ""
      let others = part.firstMatch(of: /libraries:\s*\[([^\]]*)\]/)?.1 ?? ""
      return Row(
        name: String(name), ours: Self.words(ours),
        libraries: Self.words(others).map { libraries[$0] ?? $0 })
    }
  }

  /// `yams` → `Yams`, from lines such as `let yams = Target.Dependency.product(name: "Yams", …)`.
  private static func libraryNames(in manifest: String) -> [String: String] {
    var names: [String: String] = [:]
    for match in manifest.matches(of: /let (\w+) = Target\.Dependency\.product\(name: "(\w+)"/) {
      names[String(match.1)] = String(match.2)
    }
    return names
  }

  private static func words(_ list: Substring) -> [String] {
    list.matches(of: /\w+/).map { String($0.0) }
  }
}

/// An import and whether the table declares it.
enum ImportRules {
  /// What comes with the toolchain and needs no row.
  static let toolchain: Set<String> = [
    "Dispatch", "Foundation", "FoundationEssentials", "FoundationNetworking", "Glibc", "Darwin", "Musl",
    "Synchronization", "Testing",
  ]

  static func imports(in source: SourceText) -> [(line: Int, module: String)] {
    source.lines.enumerated().compactMap { number, line in
      guard line.contains("import ") else { return nil }
      guard
        let match = line.firstMatch(
          of:
            /^\s*(?:@\w+\s+)*(?:(?:private|fileprivate|internal|package)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/
        )
      else { return nil }
      return (number + 1, String(match.1))
    }
  }

  /// What is wrong with the imports of one file of a target.
  static func offences(path: String, source: SourceText, row: ModuleTable.Row) -> [String] {
    let allowed = toolchain.union(row.ours).union(row.libraries)
    return imports(in: source).filter { !allowed.contains($0.module) }
      .map { "\(path):\($0.line): \(row.name) imports \($0.module), which its row in Package.swift does not declare" }
  }

  /// Rows that depend on a row below them: the table is lowest layer first.
  static func upwardEdges(_ table: ModuleTable) -> [String] {
    var seen: Set<String> = []
    var offences: [String] = []
    for row in table.rows {
      for dependency in row.ours where !seen.contains(dependency) {
        offences.append("\(row.name) points up the layers to \(dependency), or to no row at all")
      }
      seen.insert(row.name)
    }
    return offences
  }
}

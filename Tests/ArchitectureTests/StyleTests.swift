import Testing

/// Words and constructs that the source does without, and where.
enum StyleRules {
  static let bannedWords: Set<String> = [
    "Common", "Core", "Helper", "Helpers", "Manager", "Managers", "Misc", "Util", "Utility", "Utilities", "Utils",
  ]

  /// `RunbookManager.swift` → `Runbook`, `Manager`, `swift`.
  static func words(in name: String) -> [String] {
    name.matches(of: /[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+/).map { String($0.0) }
  }

  static func bannedNames(path: String, source: SourceText) -> [String] {
    var offences: [String] = []
    if let name = path.split(separator: "/").last, !bannedWords.isDisjoint(with: words(in: String(name))) {
      offences.append("\(path): the file's name says nothing about what is in it")
    }
    for (number, line) in source.lines.enumerated()
    where bannedWords.contains(where: { line.contains($0) }) {
      for match in line.matches(of: /\b(?:struct|class|enum|actor|protocol|typealias)\s+(\w+)/)
      where !bannedWords.isDisjoint(with: words(in: String(match.1))) {
        offences.append("\(path):\(number + 1): \(match.1) is named for no idea")
      }
    }
    return offences
  }

  struct Ban: Sendable {
    var what: String
    var instead: String
    /// A line without any of these is not looked at further, which keeps the test fast.
    var needles: [String]
    /// Matched in code, outside comments and string literals.
    let pattern: @Sendable (String) -> Bool
  }

  static let everywhere: [Ban] = [
    Ban(what: "public", instead: "use package: this is an application", needles: ["public ", "open "]) {
      $0.contains(/\bpublic\s|\bopen\s+(?:class|func|var)\b/)
    }
  ]

  static let inSources: [Ban] = [
    Ban(what: "try!", instead: "throw", needles: ["try!"]) { $0.contains(/\btry!/) },
    Ban(what: "as!", instead: "use as? and say what is wrong", needles: ["as!"]) { $0.contains(/\bas!/) },
    Ban(what: "fatalError", instead: "throw", needles: ["fatalError"]) { $0.contains(/\bfatalError\(/) },
    Ban(what: "a force unwrap", instead: "use guard or if", needles: ["!"]) { $0.contains(/[\w)\]}>?]!(?!=)/) },
    Ban(what: "unseeded randomness", instead: "pass a seeded generator", needles: ["UUID", "andom", "shuffled"]) {
      $0.contains(/\bUUID\(\)|SystemRandomNumberGenerator|\.shuffled\(\)|\.randomElement\(\)|\.random\(in: [^)]*\)/)
        && !$0.contains("using:")
    },
  ]

  /// Commands alone know of the terminal, the environment and the home folder.
  static let belowCommands: [Ban] = [
    Ban(what: "the environment", instead: "pass a value from Commands", needles: ["getenv", "ProcessInfo"]) {
      $0.contains(/\bgetenv\(|\.environment\b.*ProcessInfo|ProcessInfo\b.*\.environment\b/)
    },
    Ban(
      what: "the terminal", instead: "return text to Commands",
      needles: ["print", "read", "isatty", "FileHandle", "CommandLine"]
    ) {
      $0.contains(/(?:^|[^.\w])(?:print|readLine|isatty)\(|FileHandle\.standard|CommandLine\./)
    },
    Ban(what: "the home folder", instead: "pass a path from Commands", needles: ["ome"]) {
      $0.contains(/NSHomeDirectory|homeDirectoryForCurrentUser/)
    },
    Ban(what: "the end of the process", instead: "throw to Commands", needles: ["exit("]) {
      $0.contains(/(?:^|[^.\w])exit\(/)
    },
  ]

  /// Same input, same bytes: these modules see no clock.
  static let timeless: Set<String> = ["IncidentModel", "SignalDetection", "RootCauseAnalysis", "Runbooks", "Reporting"]
  static let clocks = Ban(
    what: "a clock", instead: "take the time as an argument", needles: ["Date", "lock", "DispatchTime"]
  ) {
    $0.contains(/\bDate\(\)|\bDate\.now\b|ContinuousClock|SuspendingClock|DispatchTime\.now|clock_gettime/)
  }

  static func offences(_ bans: [Ban], path: String, source: SourceText) -> [String] {
    source.lines.enumerated().flatMap { number, line in
      bans.filter { ban in ban.needles.contains { line.contains($0) } && ban.pattern(line) }.map {
        "\(path):\(number + 1): \($0.what); \($0.instead)"
      }
    }
  }

  /// Package-level types without a doc comment.
  static func undocumented(path: String, text: String) -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.indices.compactMap { number in
      guard lines[number].hasPrefix("package "),
        lines[number].contains(/^package\s+(?:final\s+|indirect\s+)?(?:struct|class|enum|actor|protocol)\s/)
      else {
        return nil
      }
      let before = lines[..<number].last { !$0.hasPrefix("@") } ?? ""
      return before.hasPrefix("///") ? nil : "\(path):\(number + 1): a package type without a doc comment"
    }
  }
}

@Suite struct StyleTests {
  @Test(arguments: [
    ("let x = y!", 1), ("let x = f()!.z", 1), ("if !a { }", 0), ("a != b", 0), ("a!=b", 0), ("\"no!\"", 0),
    ("\"\\(x!) is\"", 1), ("// never!", 0), ("#\"raw \" quote!\"#", 0), ("var x: Int!", 1), ("x[0]!", 1),
  ])
  func seesForceUnwraps(code: String, count: Int) {
    let bans = StyleRules.inSources.filter { $0.what == "a force unwrap" }
    #expect(StyleRules.offences(bans, path: "x.swift", source: SourceText(code)).count == count)
  }

  @Test func seesWhatIsBanned() {
    let source = SourceText("public struct ScoreManager {}\nstruct Score {}\nlet x = try! f()\nfatalError(\"x\")\n")
    #expect(StyleRules.bannedNames(path: "Sources/X/DateUtils.swift", source: source).count == 2)
    #expect(StyleRules.offences(StyleRules.everywhere, path: "x", source: source).count == 1)
    #expect(StyleRules.offences(StyleRules.inSources, path: "x", source: source).count == 3)
    #expect(StyleRules.offences([StyleRules.clocks], path: "x", source: SourceText("let now = Date()")).count == 1)
    #expect(
      StyleRules.undocumented(path: "x", text: "package struct X {}\n/// Y.\n@frozen\npackage enum Y {}").count == 1)
  }

  @Test func sourceKeepsToTheRules() throws {
    var offences: [String] = []
    for file in try ProjectTree.swiftFiles() {
      let source = file.source
      offences += StyleRules.bannedNames(path: file.path, source: source)
      offences += StyleRules.offences(StyleRules.everywhere, path: file.path, source: source)
      guard file.folder == "Sources" else { continue }
      offences += StyleRules.offences(StyleRules.inSources, path: file.path, source: source)
      offences += StyleRules.undocumented(path: file.path, text: file.file.text)
      if !["Commands", "tocsin", "tocsin-lab", "tocsin-shop"].contains(file.target) {
        offences += StyleRules.offences(StyleRules.belowCommands, path: file.path, source: source)
      }
      if StyleRules.timeless.contains(file.target) {
        offences += StyleRules.offences([StyleRules.clocks], path: file.path, source: source)
      }
    }
    #expect(offences.isEmpty, "\(offences.joined(separator: "\n"))")
  }
}

/// Named sets of scalars: Perl's letters, POSIX's words and Unicode's general categories and scripts.
enum UnicodeClasses {
  static let digit = ScalarSet([48...57])
  static let space = ScalarSet([9...10, 12...13, 32...32])
  static let word = ScalarSet([48...57, 65...90, 95...95, 97...122])

  /// What stands between `[:` and `:]`.
  static let posix: [String: ScalarSet] = [
    "alnum": ScalarSet([48...57, 65...90, 97...122]), "alpha": ScalarSet([65...90, 97...122]),
    "ascii": ScalarSet([0...127]), "blank": ScalarSet([9...9, 32...32]), "cntrl": ScalarSet([0...31, 127...127]),
    "digit": digit, "graph": ScalarSet([33...126]), "lower": ScalarSet([97...122]), "print": ScalarSet([32...126]),
    "punct": ScalarSet([33...47, 58...64, 91...96, 123...126]), "space": ScalarSet([9...13, 32...32]),
    "upper": ScalarSet([65...90]), "word": word, "xdigit": ScalarSet([48...57, 65...70, 97...102]),
  ]

  /// What `\p{…}` means; nil for a name that is not known.
  static func unicode(_ name: String) -> ScalarSet? {
    if name == "Any" { return .all }
    if let script = UnicodeScripts.set(name) { return script }
    let wanted = categoryNames.filter { $0.value == name || (name.count == 1 && $0.value.hasPrefix(name)) }
    guard !wanted.isEmpty else { return nil }
    return ScalarSet(categoryRuns.filter { wanted[$0.category] != nil }.map(\.range))
  }

  private static let categoryNames: [Unicode.GeneralCategory: String] = [
    .uppercaseLetter: "Lu", .lowercaseLetter: "Ll", .titlecaseLetter: "Lt", .modifierLetter: "Lm", .otherLetter: "Lo",
    .nonspacingMark: "Mn", .spacingMark: "Mc", .enclosingMark: "Me", .decimalNumber: "Nd", .letterNumber: "Nl",
    .otherNumber: "No", .connectorPunctuation: "Pc", .dashPunctuation: "Pd", .openPunctuation: "Ps",
    .closePunctuation: "Pe", .initialPunctuation: "Pi", .finalPunctuation: "Pf", .otherPunctuation: "Po",
    .mathSymbol: "Sm", .currencySymbol: "Sc", .modifierSymbol: "Sk", .otherSymbol: "So", .spaceSeparator: "Zs",
    .lineSeparator: "Zl", .paragraphSeparator: "Zp", .control: "Cc", .format: "Cf", .privateUse: "Co",
    .surrogate: "Cs",
  ]

  /// Neighbours of one category, over all scalars.
  private static let categoryRuns: [(category: Unicode.GeneralCategory, range: ClosedRange<UInt32>)] = {
    var runs: [(category: Unicode.GeneralCategory, range: ClosedRange<UInt32>)] = []
    for value in 0...ScalarSet.highest {
      guard let category = Unicode.Scalar(value)?.properties.generalCategory else { continue }
      if let last = runs.last, last.category == category, last.range.upperBound == value - 1 {
        runs[runs.count - 1].range = last.range.lowerBound...value
      } else {
        runs.append((category, value...value))
      }
    }
    return runs
  }()
}

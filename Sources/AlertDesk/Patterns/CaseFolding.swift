/// Unicode's simple case folding, as far as single scalars go: which scalars are the same letter in another case.
enum CaseFolding {
  /// The set with the other cases of each member.
  static func closed(_ set: ScalarSet) -> ScalarSet {
    if let last = set.ranges.last, last.upperBound < 128 { return closedASCII(set) }
    var added: [ClosedRange<UInt32>] = []
    for orbit in orbits.values where orbit.contains(where: set.contains) {
      added += orbit.map { $0...$0 }
    }
    return ScalarSet(set.ranges + added)
  }

  /// All of ASCII's letters stay among themselves but for the long s and the sign of Kelvin.
  private static func closedASCII(_ set: ScalarSet) -> ScalarSet {
    var added: [ClosedRange<UInt32>] = []
    for letter in UInt32(97)...122 where set.contains(letter) || set.contains(letter - 32) {
      added += [letter...letter, (letter - 32)...(letter - 32)]
      if letter == 115 { added.append(0x17F...0x17F) }
      if letter == 107 { added.append(0x212A...0x212A) }
    }
    return ScalarSet(set.ranges + added)
  }

  /// Scalars that fold to the same one, for every letter that has more than one case.
  private static let orbits: [UInt32: [UInt32]] = {
    var orbits: [UInt32: [UInt32]] = [:]
    for value in UInt32(65)...0x1E943 {
      guard let scalar = Unicode.Scalar(value), let key = folded(scalar) else { continue }
      orbits[key, default: []].append(value)
    }
    return orbits.filter { $0.value.count > 1 }
  }()

  /// The lower case of the upper case; the dotless and the dotted i are letters of their own.
  private static func folded(_ scalar: Unicode.Scalar) -> UInt32? {
    guard scalar.value != 0x130, scalar.value != 0x131 else { return nil }
    let upper = single(scalar.properties.uppercaseMapping, of: scalar)
    return single(upper.properties.lowercaseMapping, of: upper).value
  }

  private static func single(_ mapping: String, of scalar: Unicode.Scalar) -> Unicode.Scalar {
    let scalars = mapping.unicodeScalars
    return scalars.count == 1 ? scalars.first ?? scalar : scalar
  }
}

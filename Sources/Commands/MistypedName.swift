/// Guesses which of several names somebody meant.
enum MistypedName {
  /// The name that takes the fewest insertions, deletions and replacements of one character, the first of equals; nil where
  /// that is more than a third of it.
  static func nearest(to word: String, among names: [String]) -> String? {
    let distances = names.map { (name: $0, distance: distance(Array(word.lowercased()), Array($0))) }
    guard let nearest = distances.min(by: { $0.distance < $1.distance }) else { return nil }
    return 3 * nearest.distance <= max(3, nearest.name.count) ? nearest.name : nil
  }

  /// V. I. Levenshtein's (1966), a row at a time.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var row = Array(0...right.count)
    for (place, character) in left.enumerated() {
      var diagonal = row[0]
      row[0] = place + 1
      for column in right.indices {
        let replaced = diagonal + (right[column] == character ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
      }
    }
    return row[right.count]
  }
}

/// Which rows of one skeleton are one statement.
struct RowMerging {
  /// Rows that become one, the first takes over the others; and the columns in which their words differ.
  struct Merge {
    var rows: [Int]
    var columns: [Int]
    var strength: Int
  }

  /// Pairs of columns times rows that are looked at; in larger skeletons only single columns are.
  private static let pairBudget = 400_000

  let rows: [TemplateRow]
  /// Rows that may agree with another in all but two columns, ascending. Of lines without any statement in common there
  /// are none, so that a log of junk costs no more than its lines.
  private let related: [Int]

  init(rows: [TemplateRow]) {
    self.rows = rows
    related = Self.related(rows)
  }

  /// Two rows that differ in at most two columns have at least one third of their columns in common.
  private static func related(_ rows: [TemplateRow]) -> [Int] {
    let width = rows.first?.columns.count ?? 0
    guard width >= 3 else { return Array(rows.indices) }
    var isRelated = [Bool](repeating: false, count: rows.count)
    for third in 0..<3 {
      var seen: [UInt64: Int] = [:]
      seen.reserveCapacity(rows.count)
      for (index, row) in rows.enumerated() {
        var sum: UInt64 = 0
        for column in width * third / 3..<width * (third + 1) / 3 {
          sum &+= TemplateRow.share(of: row.columns[column].word, column: column)
        }
        guard let other = seen.updateValue(index, forKey: sum) else { continue }
        isRelated[index] = true
        isRelated[other] = true
      }
    }
    return rows.indices.filter { isRelated[$0] }
  }

  /// The strongest merges that do not share a row, in a stable order; empty when nothing more can be merged.
  func merges() -> [Merge] {
    var found = singleColumnMerges()
    if found.isEmpty { found = namedValueMerges() }
    if found.isEmpty { found = columnPairMerges() }
    found.sort { left, right in
      if left.strength != right.strength { return left.strength > right.strength }
      return left.rows.lexicographicallyPrecedes(right.rows)
    }
    var isTaken = [Bool](repeating: false, count: rows.count)
    var chosen: [Merge] = []
    for merge in found where !merge.rows.contains(where: { isTaken[$0] }) {
      for row in merge.rows { isTaken[row] = true }
      chosen.append(merge)
    }
    return chosen
  }

  private var columnCount: Int { rows.first?.columns.count ?? 0 }
  /// Level and label of a header tell statements apart whatever they are.
  private var messageColumns: Range<Int> { min(rows.first?.messageStart ?? 0, columnCount)..<columnCount }

  private func singleColumnMerges() -> [Merge] {
    guard !related.isEmpty else { return [] }
    var found: [Merge] = []
    for column in messageColumns where isMixed(column) {
      for members in groups(related, leavingOut: [column]) {
        let evidence = evidence(members, column: column)
        if evidence.isVariable {
          found.append(Merge(rows: members, columns: [column], strength: strength(evidence)))
        }
      }
    }
    return found
  }

  /// Values of `key=value` that vary together: what one key takes is counted over all values of the others.
  private func namedValueMerges() -> [Merge] {
    guard let first = rows.first else { return [] }
    let named = messageColumns.filter { first.isNamedValue($0) && isMixed($0) }
    guard named.count >= 2 else { return [] }
    var found: [Merge] = []
    for members in groups(Array(rows.indices), leavingOut: named) {
      let evidence = named.map { self.evidence(members, column: $0) }
      let open = named.indices.filter { evidence[$0].isVariable }.map { named[$0] }
      guard !open.isEmpty else { continue }
      let strength = evidence.map(strength).max() ?? 0
      for rows in groups(members, leavingOut: open) {
        let differing = open.filter { column in
          rows.contains { self.rows[$0].columns[column].word != self.rows[rows[0]].columns[column].word }
        }
        found.append(Merge(rows: rows, columns: differing, strength: strength))
      }
    }
    return found
  }

  /// Two variables whose values never come alone: a user and the user's host.
  private func columnPairMerges() -> [Merge] {
    guard !related.isEmpty else { return [] }
    let mixed = messageColumns.filter(isMixed)
    guard mixed.count >= 2, rows.count * mixed.count * mixed.count <= Self.pairBudget else { return [] }
    var found: [Merge] = []
    for (index, left) in mixed.enumerated() {
      for right in mixed[(index + 1)...] {
        for members in groups(related, leavingOut: [left, right]) {
          let evidence = [self.evidence(members, column: left), self.evidence(members, column: right)]
          let sharedWords = evidence.contains(where: \.areNames) ? 2 : 3
          guard evidence.allSatisfy({ $0.sharedWords >= sharedWords && $0.values >= 4 && $0.isVariable }) else {
            continue
          }
          found.append(Merge(rows: members, columns: [left, right], strength: evidence.map(strength).min() ?? 0))
        }
      }
    }
    return found
  }

  private func strength(_ evidence: VariableEvidence) -> Int {
    (evidence.takesAnyWord ? 1_000_000 : 0) + evidence.values * 1000 + min(999, evidence.sharedWords)
  }

  /// Whether words, or a word and a slot, differ in a column.
  private func isMixed(_ column: Int) -> Bool {
    guard let first = rows.first?.columns[column].word else { return false }
    return rows.contains { $0.columns[column].word != first }
  }

  /// Rows that agree in all other columns, two or more together, in the order of their first rows.
  private func groups(_ members: [Int], leavingOut columns: [Int]) -> [[Int]] {
    // A row that is alone so far, or the group's number below 0: most rows stay alone.
    var places: [UInt64: Int] = [:]
    places.reserveCapacity(members.count)
    var groups: [[Int]] = []
    for index in members {
      let row = rows[index]
      var key = row.key
      for column in columns { key &-= TemplateRow.share(of: row.columns[column].word, column: column) }
      guard let place = places[key] else {
        places[key] = index
        continue
      }
      if place < 0 {
        groups[-place - 1].append(index)
      } else {
        groups.append([place, index])
        places[key] = -groups.count
      }
    }
    return groups.sorted { $0[0] < $1[0] }
  }

  private func evidence(_ members: [Int], column: Int) -> VariableEvidence {
    var evidence = VariableEvidence()
    var words: Set<UInt64> = []
    for member in members {
      let place = rows[member].columns[column]
      if place.word == 0 {
        evidence.hasSlot = true
        evidence.takesAnyWord = evidence.takesAnyWord || place.takesAnyWord
      } else if words.insert(place.word).inserted {
        switch WordLook(rows[member].text(of: column)) {
        case .name: evidence.names += 1
        case .statement: evidence.statements += 1
        case .plain: break
        }
      }
    }
    evidence.values = words.count
    if let first = members.first.map({ rows[$0] }) {
      evidence.isFirstOfMessage = column == first.messageStart
      evidence.isNamedValue = first.isNamedValue(column)
      evidence.sharedWords = first.sayingWords(except: column)
    }
    return evidence
  }
}

/// How well one division of things into groups agrees with another.
package enum PartitionAgreement {
  /// The adjusted Rand index (Hubert and Arabie 1985): 1 for the same division, about 0 for one at random.
  ///
  /// - Parameters: for each thing, the number of its group in either division; both have the same length.
  package static func adjustedRandIndex(_ left: [Int], _ right: [Int]) -> Double {
    func pairs(_ count: Int) -> Double { Double(count) * Double(count - 1) / 2 }
    var cells: [[Int]: Int] = [:]
    var rows: [Int: Int] = [:]
    var columns: [Int: Int] = [:]
    for (row, column) in zip(left, right) {
      cells[[row, column], default: 0] += 1
      rows[row, default: 0] += 1
      columns[column, default: 0] += 1
    }
    // Sums of whole numbers, which do not depend on the order.
    let both = cells.values.reduce(0) { $0 + pairs($1) }
    let inRows = rows.values.reduce(0) { $0 + pairs($1) }
    let inColumns = columns.values.reduce(0) { $0 + pairs($1) }
    let all = pairs(min(left.count, right.count))
    guard all > 0 else { return 1 }
    let expected = inRows * inColumns / all
    let highest = (inRows + inColumns) / 2
    return highest == expected ? 1 : (both - expected) / (highest - expected)
  }
}

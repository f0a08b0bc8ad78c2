/// A growing matrix of doubles, row after row in one piece of memory.
struct ValueMatrix: ~Copyable {
  let columnCount: Int
  private(set) var rowCount = 0
  private var memory: UnsafeMutablePointer<Double>
  private var capacity: Int

  /// - Parameter expectedRows: a guess; more rows cost a copy.
  init(columnCount: Int, expectedRows: Int) {
    self.columnCount = columnCount
    capacity = max(1, expectedRows)
    memory = UnsafeMutablePointer<Double>.allocate(capacity: capacity * columnCount)
  }

  deinit { memory.deallocate() }

  /// Where the values of the next row go; they count after `keepRow`.
  mutating func nextRow() -> UnsafeMutablePointer<Double> {
    if rowCount == capacity {
      let larger = UnsafeMutablePointer<Double>.allocate(capacity: capacity * 2 * columnCount)
      larger.update(from: memory, count: rowCount * columnCount)
      memory.deallocate()
      memory = larger
      capacity *= 2
    }
    return memory + rowCount * columnCount
  }

  mutating func keepRow() { rowCount += 1 }

  /// One array a column. Columns that share cache lines are read one after another, so that each line is fetched once.
  func columns(except skipped: Int) -> [[Double]] {
    var columns: [[Double]] = []
    columns.reserveCapacity(columnCount)
    for column in 0..<columnCount where column != skipped {
      columns.append(
        [Double](unsafeUninitializedCapacity: rowCount) { target, initializedCount in
          var source = memory + column
          for row in 0..<rowCount {
            target[row] = source.pointee
            source += columnCount
          }
          initializedCount = rowCount
        })
    }
    return columns
  }
}

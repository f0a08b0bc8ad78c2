import IncidentModel
import TextReading

/// Reads a wide CSV of numbers: header rows, then one row a time with one field a series.
///
/// An empty field, the words nan, null, none and na, and an infinite value are gaps. Rows may come in any order and
/// twice: they are sorted, and of several samples at one time the last that is not a gap counts. `MetricTable.blindSpots`
/// says so, and how many values were infinite.
package struct MetricTableReader: Sendable {
  /// Header rows; further rows that have no name in any field but the first are skipped.
  package var headerRowCount = 1
  /// What the column of times may be called; with several header rows it is the first column.
  package var timeNames = ["time", "timestamp"]
  package var limits: ReadLimits

  package init(limits: ReadLimits = ReadLimits()) { self.limits = limits }

  /// - Throws: `DatasetError` with line and column for a missing header, a ragged row, what is neither a number nor a
  ///   gap, a time that is none, a name that is not UTF-8, or a line beyond the limit.
  package func read(_ file: FileBytes) throws -> MetricTable {
    var header = DelimitedReader(file, limits: limits)
    let (names, timeColumn) = try readHeader(&header)
    var body = MetricTableBody(
      file: file, position: header.nextPosition, columnCount: names.count, timeColumn: timeColumn,
      hasIndexRow: headerRowCount > 1, limits: limits)
    try body.read()
    let order = RowOrder(body.times)
    var table = MetricTable()
    table.times = order.times
    table.names = names.enumerated().filter { $0.offset != timeColumn }.map(\.element)
    table.columns = body.columns()
    if !order.isIdentity { table.columns = table.columns.map(order.sorted) }
    table.blindSpots = mended(order, body.infinityCount, file)
    return table
  }

  private func readHeader(_ reader: inout DelimitedReader) throws -> (names: [[String]], timeColumn: Int) {
    var names: [[String]] = []
    for row in 0..<max(1, headerRowCount) {
      guard try reader.nextRow() else {
        throw reader.file.error(
          at: reader.nextPosition, row == 0 ? "the file is empty; a header row is expected" : "a header row is missing")
      }
      if row == 0 {
        names = [[String]](repeating: [], count: reader.fieldCount)
      } else {
        try reader.requireFieldCount(names.count)
      }
      for column in names.indices {
        guard firstInvalidUTF8(reader[column]) == nil else {
          throw reader.error(field: column, "the column's name is not UTF-8")
        }
        names[column].append(reader.text(column))
      }
    }
    if headerRowCount > 1 { return (names, 0) }
    guard let timeColumn = names.firstIndex(where: { isTimeName($0[0]) }) else {
      throw reader.error(
        field: 0, "the header has no column “\(timeNames[0])”; the first row must name the columns")
    }
    return (names, timeColumn)
  }

  private func isTimeName(_ name: String) -> Bool {
    timeNames.contains { $0 == name.lowercased().trimmingSpaces }
  }

  private func mended(_ order: RowOrder, _ infinityCount: Int, _ file: FileBytes) -> [String] {
    var sentences: [String] = []
    func say(_ count: Int, _ one: String, _ many: String, _ rest: String) {
      if count > 0 { sentences.append("\(file.relativePath): \(count) \(count == 1 ? one : many) \(rest)") }
    }
    say(order.outOfOrderCount, "row was", "rows were", "not in order of time; rows were sorted.")
    say(
      order.duplicateCount, "row repeats", "rows repeat",
      "the time of another; of several samples at one time the last was kept.")
    say(infinityCount, "value is", "values are", "infinite and read as missing.")
    return sentences
  }
}

extension String {
  /// Without blanks at both ends.
  var trimmingSpaces: String {
    var text = self[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

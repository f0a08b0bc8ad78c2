import IncidentModel
import TextReading

/// Reads `metrics.csv` and, for series on other clocks, `metrics-2.csv`, `metrics-3.csv` and so on.
struct CaseMetrics {
  private(set) var series: [MetricSeries] = []
  private(set) var blindSpots: [String] = []
  static let maximumFileCount = 10_000

  /// The name of the file for a clock, counted from 1.
  static func fileName(_ number: Int) -> String { number == 1 ? "metrics.csv" : "metrics-\(number).csv" }

  /// - Throws: `DatasetError` for a column that is not named `<component>|<metric>`, or that is given twice.
  init(_ relative: String, _ source: inout ByteSource) throws {
    let reader = MetricTableReader(limits: source.limits)
    var fileOf: [MetricKey: String] = [:]
    for number in 1...Self.maximumFileCount {
      guard let file = try source.readIfPresent(join(relative, Self.fileName(number))) else { break }
      let table = try reader.read(file)
      blindSpots += table.blindSpots
      if table.times.isEmpty { blindSpots.append("\(Self.fileName(number)) has a header and no rows.") }
      let keys = try table.names.indices.map { column in
        let name = table.names[column][0]
        guard let key = MetricKey(columnName: name) else {
          throw Self.headerError(file, name, "a column is named <component>|<metric>, not “\(name.prefix(80))”")
        }
        if let other = fileOf.updateValue(file.name, forKey: key) {
          throw Self.headerError(
            file, name, "the series “\(name)” is given twice" + (other == file.name ? "" : ", also in \(other)"))
        }
        return key
      }
      series += table.series { keys[$0] }
    }
  }

  /// An error at the last column of that name.
  private static func headerError(_ file: FileBytes, _ name: String, _ message: String) -> DatasetError {
    var reader = DelimitedReader(file)
    guard (try? reader.nextRow()) == true else { return file.error(at: 0, message) }
    let column = (0..<reader.fieldCount).last { reader.text($0) == name } ?? 0
    return reader.error(field: column, message)
  }
}

extension MetricKey {
  /// From `<component>|<metric>[|<label>=<value>…]`; nil when one of the two is missing.
  package init?(columnName name: String) {
    let parts = name.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    self.init(component: ComponentID(String(parts[0])), metric: String(parts[1]))
  }
}

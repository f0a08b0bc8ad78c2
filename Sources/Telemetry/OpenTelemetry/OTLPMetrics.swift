import IncidentModel
import TextReading

/// Collects data points into series under the names that a Prometheus would give them: `<name>_<unit>`, `_total` for
/// what only grows, `_count`, `_sum` and `_bucket` for histograms. Differences since the last export are added up, so
/// that all of them are cumulative and one rule makes rates and quantiles of them.
struct OTLPMetrics {
  /// Beyond this many series the rest is left out and counted: labels such as user names would fill any memory.
  static let maximumSeriesCount = 50_000

  private(set) var extent: (first: Int64, last: Int64)?
  private var columns: [MetricKey: Column] = [:]
  private var leftOutCount = 0

  private struct Column {
    var isDelta: Bool
    var points: [(time: Int64, value: Double)] = []
  }

  var blindSpots: [String] {
    leftOutCount == 0
      ? []
      : ["\(leftOutCount) data points beyond \(Self.maximumSeriesCount) series of metrics were left out."]
  }

  /// One metric, whose object the reader is in. Members may come in any order: name and unit are looked for first.
  mutating func read(_ reader: inout JSONReader, _ component: ComponentID) throws {
    let mark = reader.mark()
    var (name, unit) = ("", "")
    while try reader.nextMember() {
      if reader.keyIs("name") {
        name = try reader.text()
      } else if reader.keyIs("unit") {
        unit = try reader.textIfNotNull() ?? ""
      } else {
        try reader.skipValue()
      }
    }
    reader.rewind(to: mark)
    let metric = OTLPMetricName(name, unit: unit)
    while try reader.nextMember() {
      if reader.keyIs("gauge") || reader.keyIs("sum") || reader.keyIs("histogram") || reader.keyIs("summary")
        || reader.keyIs("exponentialHistogram"), reader.peek() == UInt8(ascii: "{")
      {
        let isSum = reader.keyIs("sum")
        try readPoints(&reader, metric, isSum: isSum, component)
      } else {
        try reader.skipValue()
      }
    }
  }

  private mutating func readPoints(
    _ reader: inout JSONReader, _ metric: OTLPMetricName, isSum: Bool, _ component: ComponentID
  ) throws {
    try reader.beginObject()
    let mark = reader.mark()
    var isDelta = false
    var isMonotonic = false
    while try reader.nextMember() {
      if reader.keyIs("aggregationTemporality") {
        let raw = String(decoding: try reader.rawValue(), as: UTF8.self)
        isDelta = raw == "1" || raw.contains("DELTA")
      } else if reader.keyIs("isMonotonic") {
        isMonotonic = try reader.bool()
      } else {
        try reader.skipValue()
      }
    }
    reader.rewind(to: mark)
    let shape = Shape(isDelta: isDelta, isCounter: isSum && isMonotonic)
    while try reader.nextMember() {
      guard reader.keyIs("dataPoints") else {
        try reader.skipValue()
        continue
      }
      try reader.forEachObject { reader in
        self.add(try OTLPDataPoint(&reader), metric, shape, component)
      }
    }
  }

  private struct Shape {
    var isDelta: Bool
    var isCounter: Bool
  }

  private mutating func add(
    _ point: OTLPDataPoint, _ metric: OTLPMetricName, _ shape: Shape, _ component: ComponentID
  ) {
    guard point.time > 0, !point.isEmpty else { return }
    extent = (min(extent?.first ?? point.time, point.time), max(extent?.last ?? point.time, point.time))
    func put(_ name: String, _ labels: String, _ value: Double, isDelta: Bool) {
      let key = MetricKey(component: component, metric: name + labels)
      if columns[key] == nil {
        guard columns.count < Self.maximumSeriesCount else {
          leftOutCount += 1
          return
        }
        columns[key] = Column(isDelta: isDelta)
      }
      columns[key]?.points.append((point.time, value))
    }
    if let value = point.value {
      // A difference of something that also falls is the change of a gauge.
      put(shape.isCounter ? metric.total : metric.base, point.labels, value, isDelta: shape.isDelta)
    }
    guard let count = point.count else { return }
    put(metric.base + "_count", point.labels, count, isDelta: shape.isDelta)
    if let sum = point.sum { put(metric.base + "_sum", point.labels, sum, isDelta: shape.isDelta) }
    var cumulative = 0.0
    for (index, events) in point.bucketCounts.enumerated() {
      cumulative += events
      let bound = index < point.bounds.count ? String(point.bounds[index]) : "+Inf"
      put(metric.base + "_bucket", point.labels + "|le=\(bound)", cumulative, isDelta: shape.isDelta)
    }
    for (quantile, value) in point.quantiles {
      put(metric.base, point.labels + "|quantile=\(quantile)", value, isDelta: false)
    }
  }

  func series() -> [MetricSeries] {
    columns.sorted { $0.key < $1.key }.map { key, column in
      let order = RowOrder(column.points.map(\.time))
      var values = order.sorted(column.points.map { $0.value.isFinite ? $0.value : .nan })
      if column.isDelta {
        var total = 0.0
        values = values.map { value in
          guard value.isFinite else { return value }
          total += value
          return total
        }
      }
      return MetricSeries(key: key, times: order.times, values: values)
    }
  }
}

/// A metric's name with its unit as a word, as Prometheus' exporters and the Collector write it.
struct OTLPMetricName {
  var base: String
  var total: String { base.hasSuffix("_total") ? base : base + "_total" }

  private static let words: [String: String] = [
    "s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds", "By": "bytes", "KiBy": "kib",
    "MiBy": "mib", "GiBy": "gib", "%": "percent", "1": "ratio",
  ]

  init(_ name: String, unit: String) {
    base = name.replacing("|", with: "/")
    if let word = Self.words[unit], !MetricWords.split(name).contains(word) { base += "_\(word)" }
  }
}

import IncidentModel
import TextReading

/// One data point of any kind of metric; what a kind does not have stays empty.
struct OTLPDataPoint {
  var time: Int64 = 0
  /// `|name=value` for each attribute, in the order of their names.
  var labels = ""
  var value: Double?
  var count: Double?
  var sum: Double?
  var bounds: [Double] = []
  var bucketCounts: [Double] = []
  var quantiles: [(quantile: Double, value: Double)] = []
  private var hasNoRecordedValue = false

  private static let maximumLabelLength = 200

  var isEmpty: Bool { hasNoRecordedValue || (value == nil && count == nil) }

  /// One point, whose object the reader is in.
  init(_ reader: inout JSONReader) throws {
    while try reader.nextMember() {
      if reader.keyIs("timeUnixNano") {
        time = try reader.otlpTime()
      } else if reader.keyIs("attributes") {
        labels = Self.text(try reader.otlpAttributes())
      } else if reader.keyIs("asDouble") || reader.keyIs("asInt") {
        value = try reader.otlpNumber()
      } else if reader.keyIs("count") {
        count = try reader.otlpNumber()
      } else if reader.keyIs("sum") {
        sum = try reader.otlpNumber()
      } else if reader.keyIs("bucketCounts") {
        bucketCounts = try reader.otlpNumbers()
      } else if reader.keyIs("explicitBounds") {
        bounds = try reader.otlpNumbers()
      } else if reader.keyIs("quantileValues") {
        quantiles = try Self.readQuantiles(&reader)
      } else if reader.keyIs("flags") {
        hasNoRecordedValue = (Int(exactly: try reader.otlpNumber()) ?? 0) & 1 == 1
      } else {
        try reader.skipValue()
      }
    }
    // Bounds and counts that do not belong together say nothing.
    if bucketCounts.count != bounds.count + 1 || bounds != bounds.sorted() { (bounds, bucketCounts) = ([], []) }
  }

  private static func readQuantiles(_ reader: inout JSONReader) throws -> [(quantile: Double, value: Double)] {
    var quantiles: [(quantile: Double, value: Double)] = []
    try reader.forEachObject { reader in
      // The number 0 is left out by protobuf.
      var (quantile, value) = (0.0, 0.0)
      while try reader.nextMember() {
        if reader.keyIs("quantile") {
          quantile = try reader.otlpNumber()
        } else if reader.keyIs("value") {
          value = try reader.otlpNumber()
        } else {
          try reader.skipValue()
        }
      }
      quantiles.append((quantile, value))
    }
    return quantiles
  }

  private static func text(_ attributes: [String: String]) -> String {
    attributes.sorted { $0.key < $1.key }.map { key, value in
      "|\(key)=\(value.prefix(maximumLabelLength))".replacing("\n", with: " ").prefixed(keepingFirst: "|")
    }.joined()
  }
}

extension String {
  /// The text with every `|` but the first as `/`, since it separates labels.
  fileprivate func prefixed(keepingFirst mark: Character) -> String {
    guard let first else { return self }
    return String(first) + dropFirst().map { $0 == mark ? "/" : $0 }
  }
}

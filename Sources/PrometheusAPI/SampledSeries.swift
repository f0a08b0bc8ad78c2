import IncidentModel
import TextReading

/// One series as Prometheus gives it: its labels with `__name__`, and its samples.
package struct SampledSeries: Hashable, Sendable {
  package var labels: [String: String]
  /// Strictly ascending, nanoseconds since 1970.
  package var times: [Int64]
  /// NaN for a gap; infinities are gaps too.
  package var values: [Double]

  package init(labels: [String: String], times: [Int64], values: [Double]) {
    self.labels = labels
    self.times = times
    self.values = values
  }

  package var name: String { labels["__name__"] ?? "" }
}

extension [SampledSeries] {
  /// Counters whose names do not say so (`nginx_connections_accepted`) with the suffix that OpenMetrics wants of them, by
  /// which they are turned into rates.
  func withCountersNamed(_ counters: Set<String>) -> [SampledSeries] {
    map { series in
      guard counters.contains(series.name),
        !["_total", "_count", "_sum", "_bucket"].contains(where: series.name.hasSuffix)
      else { return series }
      var series = series
      series.labels["__name__"] = series.name + "_total"
      return series
    }
  }
}

/// Reads the answers of Prometheus' HTTP interface.
package enum PrometheusAnswer {
  /// What a query gives: `{"status":"success","data":{"resultType":"matrix","result":[…]}}`.
  ///
  /// Native histograms are passed over; samples that do not ascend are left out.
  package static func matrix(_ body: [UInt8]) throws -> [SampledSeries] {
    var result: [SampledSeries] = []
    try forData(body) { reader in
      try reader.beginObject()
      while try reader.nextMember() {
        guard reader.keyIs("result") else {
          try reader.skipValue()
          continue
        }
        try reader.beginArray()
        while try reader.nextElement() { result.append(try series(&reader)) }
      }
    }
    return result.filter { !$0.times.isEmpty }
  }

  /// A list of texts, such as the values of a label.
  static func texts(_ body: [UInt8]) throws -> [String] {
    var texts: [String] = []
    try forData(body) { reader in
      try reader.beginArray()
      while try reader.nextElement() { texts.append(try reader.text()) }
    }
    return texts
  }

  /// The metrics that metadata calls counters.
  static func counters(_ body: [UInt8]) throws -> Set<String> {
    var found: Set<String> = []
    try forData(body) { reader in
      try reader.beginObject()
      while try reader.nextMember() {
        let name = String(decoding: reader.key, as: UTF8.self)
        try reader.beginArray()
        while try reader.nextElement() {
          try reader.beginObject()
          while try reader.nextMember() {
            if reader.keyIs("type") {
              if try reader.text() == "counter" { found.insert(name) }
            } else {
              try reader.skipValue()
            }
          }
        }
      }
    }
    return found
  }

  /// The labels and annotations of the alerts that are pending or firing now.
  static func annotations(_ body: [UInt8]) throws -> [[String: String]: [String: String]] {
    var found: [[String: String]: [String: String]] = [:]
    try forData(body) { reader in
      try reader.beginObject()
      while try reader.nextMember() {
        guard reader.keyIs("alerts") else {
          try reader.skipValue()
          continue
        }
        try reader.beginArray()
        while try reader.nextElement() {
          var (labels, annotations): ([String: String], [String: String]) = ([:], [:])
          try reader.beginObject()
          while try reader.nextMember() {
            if reader.keyIs("labels") {
              labels = try pairs(&reader)
            } else if reader.keyIs("annotations") {
              annotations = try pairs(&reader)
            } else {
              try reader.skipValue()
            }
          }
          found[labels] = annotations
        }
      }
    }
    return found
  }

  /// What the server says went wrong, for errors; nil where it says nothing.
  static func complaint(_ body: [UInt8]) -> String? {
    (try? JSONValue(parsing: body, name: "answer"))?["error"]?.string.map { String($0.prefix(200)) }
  }

  private static func forData(_ body: [UInt8], _ read: (inout JSONReader) throws -> Void) throws {
    var reader = try JSONReader(FileBytes(name: "answer", bytes: body))
    var hasData = false
    try reader.beginObject()
    while try reader.nextMember() {
      if reader.keyIs("data"), reader.peek() != UInt8(ascii: "n") {
        try read(&reader)
        hasData = true
      } else {
        try reader.skipValue()
      }
    }
    guard hasData else { throw reader.error("there is no member “data”") }
  }

  private static func series(_ reader: inout JSONReader) throws -> SampledSeries {
    var series = SampledSeries(labels: [:], times: [], values: [])
    try reader.beginObject()
    while try reader.nextMember() {
      if reader.keyIs("metric") {
        series.labels = try pairs(&reader)
      } else if reader.keyIs("values") {
        try reader.beginArray()
        while try reader.nextElement() { try sample(&reader, into: &series) }
      } else if reader.keyIs("value") {
        try sample(&reader, into: &series)
      } else {
        try reader.skipValue()
      }
    }
    return series
  }

  /// `[1435781430.781, "1"]`
  private static func sample(_ reader: inout JSONReader, into series: inout SampledSeries) throws {
    try reader.beginArray()
    guard try reader.nextElement() else { throw reader.error("a sample is a time and a value") }
    // Milliseconds are what Prometheus keeps; a number of seconds has them to the last digit.
    let milliseconds = (try reader.number() * 1000).rounded()
    guard try reader.nextElement() else { throw reader.error("a sample is a time and a value") }
    let value = Double(try reader.text()) ?? .nan
    guard try !reader.nextElement() else { throw reader.error("a sample is a time and a value") }
    guard let time = Int64(exactly: milliseconds * 1e6), time > series.times.last ?? .min else { return }
    series.times.append(time)
    series.values.append(value.isFinite ? value : .nan)
  }

  private static func pairs(_ reader: inout JSONReader) throws -> [String: String] {
    var pairs: [String: String] = [:]
    try reader.beginObject()
    while try reader.nextMember() {
      let key = String(decoding: reader.key, as: UTF8.self)
      pairs[key] = try reader.text()
    }
    return pairs
  }
}

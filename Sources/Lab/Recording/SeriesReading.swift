import Foundation
import HTTPTransport
import IncidentModel
import PrometheusAPI
import Shop
import Telemetry

/// Ranges of series from the lab's Prometheus.
struct SeriesReading {
  static let stepSeconds = 1
  var url: String
  private let client = HTTPClient()

  init(url: String) { self.url = url }

  struct Series: Sendable {
    var labels: [String: String]
    /// One value a step from the start; NaN where there is none.
    var values: [Double]
  }

  /// - Throws: `LabError` where Prometheus does not answer or refuses the expression.
  func range(_ expression: String, startSeconds: Int, count: Int) throws -> [Series] {
    let query = URLText.escaped(expression)
    let end = startSeconds + (count - 1) * Self.stepSeconds
    let path = "query=\(query)&start=\(startSeconds)&end=\(end)&step=\(Self.stepSeconds)"
    let response = try client.answer(HTTPRequest("\(url)/api/v1/query_range?\(path)"))
    guard response.status == 200 else {
      throw LabError("Prometheus refuses \(expression): \(String(decoding: response.body.prefix(300), as: UTF8.self))")
    }
    return try PrometheusAnswer.matrix(response.body).map { series in
      var values = [Double](repeating: .nan, count: count)
      for (time, value) in zip(series.times, series.values) {
        let place = Int((Double(time) / 1e9 - Double(startSeconds)) / Double(Self.stepSeconds) + 0.5)
        if values.indices.contains(place), value.isFinite { values[place] = value }
      }
      return Series(labels: series.labels, values: values)
    }
  }

  /// Every metric of a case, rounded to what a scrape can tell.
  func metrics(_ window: TimeWindow) throws -> [MetricSeries] {
    let (start, count) = Self.grid(window)
    let times = (0..<count).map { Int64(start + $0 * Self.stepSeconds) * 1_000_000_000 }
    let known = Set(LabComponent.all.filter { $0.role != nil }.map(\.name) + ["host"])
    var series: [MetricKey: MetricSeries] = [:]
    for query in MetricQuery.all {
      for result in try range(query.expression, startSeconds: start, count: count) {
        guard let component = query.component ?? result.labels[query.label], known.contains(component),
          result.values.contains(where: { !$0.isNaN })
        else { continue }
        let key = MetricKey(component: ComponentID(component), metric: query.metric)
        series[key] = MetricSeries(key: key, times: times, values: result.values.map(Self.rounded))
      }
    }
    return series.values.sorted { $0.key < $1.key }
  }

  /// What fired, and from when to when.
  func alerts(_ window: TimeWindow) throws -> [Alert] {
    let (start, count) = Self.grid(window)
    return try range("ALERTS{alertstate=\"firing\"}", startSeconds: start, count: count).flatMap { series in
      let labels = series.labels.filter { !["__name__", "alertstate", "instance", "job"].contains($0.key) }
      return Self.stretches(series.values).map { stretch in
        func moment(_ place: Int) -> Timestamp { Timestamp(nanoseconds: Int64(start + place) * 1_000_000_000) }
        return Alert(
          labels: labels, annotations: [:], startsAt: moment(stretch.lowerBound),
          endsAt: stretch.upperBound == count ? nil : moment(stretch.upperBound))
      }
    }
  }

  /// Whether a page is firing now.
  func pages() throws -> Bool {
    let now = Int(Moment.wallNanoseconds / 1_000_000_000)
    return try !range("ALERTS{severity=\"page\"}", startSeconds: now - 1, count: 2)
      .allSatisfy { $0.values.allSatisfy(\.isNaN) }
  }

  static func grid(_ window: TimeWindow) -> (start: Int, count: Int) {
    let start = Int((window.start.seconds).rounded(.up))
    return (start, max(1, (Int(window.end.seconds.rounded(.up)) - start) / stepSeconds))
  }

  /// Runs of values that are there.
  static func stretches(_ values: [Double]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for place in values.indices where !values[place].isNaN {
      if let last = runs.last, last.upperBound == place {
        runs[runs.count - 1] = last.lowerBound..<place + 1
      } else {
        runs.append(place..<place + 1)
      }
    }
    return runs
  }

  /// To five significant digits.
  static func rounded(_ value: Double) -> Double {
    guard value != 0, value.isFinite else { return value }
    return Double(String(format: "%.4e", value)) ?? value
  }
}

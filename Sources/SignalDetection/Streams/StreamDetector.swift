import IncidentModel
import Telemetry

/// Judges telemetry in the order in which it comes: each point by what came before it, without looking ahead, with
/// bounded memory, and the same on every run.
///
/// One series and the many of an incident are judged through this; a recorded window is one that has come already.
package protocol StreamDetector: Sendable {
  /// What is said of a point.
  associatedtype Verdict: Sendable

  mutating func observe(_ point: MetricPoint) -> Verdict
}

/// One sample of one series as it arrives.
package struct MetricPoint: Sendable {
  package var key: MetricKey
  package var metricClass: MetricClass
  package var unit: String
  package var time: Timestamp
  /// Not finite where the sample is missing.
  package var value: Double
  /// Whether the value is a total that only a restart sets back; rates per second are made of it.
  package var isCumulative: Bool

  /// Class and unit are what the name tells, and so is whether it is a counter, by the convention of OpenMetrics.
  package init(key: MetricKey, time: Timestamp, value: Double) {
    let meaning = MetricMeaning(metric: key.metric)
    let name = key.metric.prefix { $0 != "|" }
    self.init(
      key: key, metricClass: meaning.metricClass, unit: meaning.unit, time: time, value: value,
      isCumulative: name.hasSuffix("_total") || name.hasSuffix("_bucket"))
  }

  package init(
    key: MetricKey, metricClass: MetricClass, unit: String, time: Timestamp, value: Double, isCumulative: Bool = false
  ) {
    self.key = key
    self.metricClass = metricClass
    self.unit = unit
    self.time = time
    self.value = value
    self.isCumulative = isCumulative
  }
}

extension StreamDetector {
  /// Hands over recorded series point by point: in the order of time, and of keys where times are equal.
  ///
  /// The series are taken as an adapter leaves them: counters are rates already.
  package mutating func observe(_ series: [MetricSeries], _ report: (MetricPoint, Verdict) -> Void) {
    let order = series.sorted { $0.key < $1.key }
    var arrivals: [(time: Int64, series: Int32, row: Int32)] = []
    arrivals.reserveCapacity(order.reduce(0) { $0 + $1.times.count })
    for (position, one) in order.enumerated() {
      for row in one.times.indices { arrivals.append((one.times[row], Int32(position), Int32(row))) }
    }
    arrivals.sort { ($0.time, $0.series) < ($1.time, $1.series) }
    for arrival in arrivals {
      let one = order[Int(arrival.series)]
      let point = MetricPoint(
        key: one.key, metricClass: one.metricClass, unit: one.unit, time: Timestamp(nanoseconds: arrival.time),
        value: one.values[Int(arrival.row)])
      report(point, observe(point))
    }
  }
}

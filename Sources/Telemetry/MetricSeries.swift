import IncidentModel

/// Which series: the text form is `<component>|<metric>[|<label>=<value>…]`, as in a case's `metrics.csv`.
package struct MetricKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  package var component: ComponentID
  /// The metric's name, with its labels after it where there are any: `requests|code=500`.
  package var metric: String

  package init(component: ComponentID, metric: String) {
    self.component = component
    self.metric = metric
  }

  package var description: String { "\(component)|\(metric)" }

  package static func < (left: MetricKey, right: MetricKey) -> Bool {
    (left.component, left.metric) < (right.component, right.metric)
  }
}

/// One series with timestamps of its own. Arrays of equal clocks share storage.
///
/// `times` is strictly ascending nanoseconds since 1970; a missing sample is NaN in `values`; infinities do not occur.
///
/// Nothing of it ever changes, so it is an object that is shared: windows are sorted, filtered and handed on by the
/// thousand, and a copy of a structure would count five references up and down each time.
package final class MetricSeries: Sendable {
  package let key: MetricKey
  package let metricClass: MetricClass
  package let unit: String
  package let times: [Int64]
  package let values: [Double]

  package init(key: MetricKey, metricClass: MetricClass, unit: String, times: [Int64], values: [Double]) {
    precondition(times.count == values.count, "a series needs one value a time")
    self.key = key
    self.metricClass = metricClass
    self.unit = unit
    self.times = times
    self.values = values
  }

  /// The rows whose time lies in the window, by binary search.
  package func rows(in window: TimeWindow) -> Range<Int> {
    let lower = times.firstIndex(notBelow: window.start.nanoseconds)
    let upper = times.firstIndex(notBelow: window.end.nanoseconds)
    return lower..<max(lower, upper)
  }
}

extension [Int64] {
  /// The first position of an ascending array whose element is at least `bound`; `count` when there is none.
  package func firstIndex(notBelow bound: Int64) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

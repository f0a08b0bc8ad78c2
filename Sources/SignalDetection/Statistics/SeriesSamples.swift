import IncidentModel
import Telemetry

extension MetricSeries {
  /// Finite values inside the windows, at most `newest` of them counted from the end.
  package func samples(in windows: [TimeWindow], newest: Int = .max) -> [Double] {
    var collected: [Double] = []
    collected.reserveCapacity(min(newest, windows.reduce(0) { $0 + rows(in: $1).count }))
    forEachSample(in: windows, newest: newest) { collected.append($0) }
    return collected
  }

  /// The same one by one, the newest first.
  func forEachSample(in windows: [TimeWindow], newest: Int, _ body: (Double) -> Void) {
    var left = newest
    values.withUnsafeBufferPointer { values in
      for window in windows.reversed() {
        let rows = rows(in: window)
        var row = rows.upperBound
        while row > rows.lowerBound {
          row -= 1
          guard values[row].isFinite else { continue }
          guard left > 0 else { return }
          left -= 1
          body(values[row])
        }
      }
    }
  }

  /// The largest absolute finite value inside the windows; 0 when there is none.
  package func magnitude(in windows: [TimeWindow]) -> Double {
    var largest = 0.0
    for window in windows {
      for row in rows(in: window) where values[row].isFinite { largest = max(largest, abs(values[row])) }
    }
    return largest
  }

  /// Median distance between neighbouring samples in seconds; nil for fewer than two.
  package var samplingSeconds: Double? {
    guard times.count > 1 else { return nil }
    let last = times.count - 1
    let step = max(1, last / 32)
    var distances: [Double] = []
    for row in stride(from: 0, to: last, by: step) { distances.append(Double(times[row + 1] - times[row]) / 1e9) }
    return OrderStatistics.median(of: distances)
  }
}

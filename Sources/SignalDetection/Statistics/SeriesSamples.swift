import IncidentModel
import Telemetry

extension MetricSeries {
  /// Finite values inside the windows, the newest first, at most `newest` of them.
  package func samples(in windows: [TimeWindow], newest: Int = .max) -> [Double] {
    var collected: [Double] = []
    collected.reserveCapacity(min(newest, windows.reduce(0) { $0 + rows(in: $1).count }))
    values.withUnsafeBufferPointer { values in
      for window in windows.reversed() {
        let rows = rows(in: window)
        var row = rows.upperBound
        while row > rows.lowerBound, collected.count < newest {
          row -= 1
          if values[row].isFinite { collected.append(values[row]) }
        }
      }
    }
    return collected
  }

  /// How many of these there are, how many of them are not above a level, and how many not below it.
  func counts(in windows: [TimeWindow], newest: Int, around level: Double) -> (all: Int, notAbove: Int, notBelow: Int) {
    var all = 0
    var above = 0
    var below = 0
    values.withUnsafeBufferPointer { values in
      for window in windows.reversed() {
        var rows = rows(in: window)
        // A stretch no longer than what is left needs no bound, so that nothing is asked of a value that branches.
        while !rows.isEmpty, all < newest {
          let stretch = rows.suffix(newest - all)
          for value in values[stretch] {
            let finite = value.countFinite
            all &+= finite
            above &+= finite & level.countSmaller(than: value)
            below &+= finite & value.countSmaller(than: level)
          }
          rows = rows.lowerBound..<stretch.lowerBound
        }
      }
    }
    return (all, notAbove: all - above, notBelow: all - below)
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
    let rows = stride(from: 0, to: last, by: step)
    // Most clocks are even, and then there is nothing to sort.
    let first = times[1] - times[0]
    if rows.allSatisfy({ times[$0 + 1] - times[$0] == first }) { return Double(first) / 1e9 }
    return OrderStatistics.median(of: rows.map { Double(times[$0 + 1] - times[$0]) / 1e9 })
  }
}

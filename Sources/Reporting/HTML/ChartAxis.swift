import IncidentModel

/// The value axis of a chart: from zero, or from a stated break, in round steps.
struct ChartAxis: Hashable {
  var low: Double
  var high: Double
  /// Ascending, from `low` to `high`.
  var ticks: [Double]
  var scale: Quantity.Scale
  /// True when the axis does not start at zero, which the chart has to say.
  var isBroken: Bool { low != 0 }

  init(_ excerpt: SeriesExcerpt) {
    let bounds = [excerpt.baselineLow, excerpt.baselineHigh].filter(\.isFinite)
    let values = excerpt.values.compactMap { $0 }.filter(\.isFinite) + bounds
    let smallest = values.min() ?? 0
    let largest = values.max() ?? 1
    // A break is worth its strangeness only where the whole movement is a small part of the height.
    let fromZero = smallest >= 0 && smallest < largest * 0.7
    let bottom = fromZero ? 0 : smallest
    let step = Self.roundStep((largest - bottom) / 3, fallback: abs(largest) > 0 ? abs(largest) / 3 : 1)
    scale = Quantity.Scale(largest: max(abs(smallest), abs(largest)), unit: excerpt.unit)
    var first = (bottom / step).rounded(.down) * step
    if !first.isFinite { first = 0 }
    low = first
    var ticks = [first]
    while let last = ticks.last, last < largest, ticks.count < 6 {
      // From the count, so that errors do not add up.
      ticks.append(first + step * Double(ticks.count))
    }
    if ticks.count == 1 { ticks.append(first + step) }
    self.ticks = ticks
    high = ticks.last ?? first + step
  }

  /// 0 at the top, 1 at the bottom.
  func depth(of value: Double) -> Double {
    high > low ? (1 - (value - low) / (high - low)).clamped(to: 0...1) : 1
  }

  /// 1, 2, 2.5 or 5 times a power of ten, at least as large as asked.
  private static func roundStep(_ size: Double, fallback: Double) -> Double {
    let size = size.isFinite && size > 0 ? size : fallback
    guard size.isFinite, size > 1e-300, size < 1e300 else { return 1 }
    var magnitude = 1.0
    while magnitude * 10 <= size { magnitude *= 10 }
    while magnitude > size { magnitude /= 10 }
    for factor in [1, 2, 2.5, 5] where magnitude * factor >= size * 0.999 { return magnitude * factor }
    return magnitude * 10
  }
}

/// The time axis of a chart.
struct TimeAxis: Hashable {
  var start: Timestamp
  var end: Timestamp

  /// Nil when there are not two times.
  init?(_ times: [Timestamp]) {
    guard let first = times.first, let last = times.last, first < last else { return nil }
    start = first
    end = last
  }

  /// 0 at the start, 1 at the end; outside of that for other moments.
  func share(of moment: Timestamp) -> Double {
    start.seconds(until: moment) / start.seconds(until: end)
  }

  /// At most four round moments well inside the axis, where their labels have room.
  func ticks(offsetSeconds: Int) -> [Timestamp] {
    let length = start.seconds(until: end)
    let steps: [Double] = [
      1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
    ]
    let step = steps.first { length / $0 <= 4 } ?? length / 3
    let local = start.seconds + Double(offsetSeconds)
    var moment = (local / step).rounded(.up) * step - Double(offsetSeconds)
    var ticks: [Timestamp] = []
    while ticks.count < 6, let tick = Timestamp(seconds: moment), tick <= end {
      if (0.06...0.94).contains(share(of: tick)) { ticks.append(tick) }
      moment += step
    }
    return ticks
  }
}

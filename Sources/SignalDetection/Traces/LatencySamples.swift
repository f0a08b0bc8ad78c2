/// Durations by what was measured and by window, and what their statistics are.
///
/// Samples are appended in any order; `grouped` sorts each group once.
struct LatencySamples {
  private var keys: [Int32] = []
  private var windows: [Int16] = []
  private var rows: [Int32] = []
  private var milliseconds: [Double] = []

  mutating func append(key: Int32, window: Int16, row: Int32, milliseconds value: Double) {
    keys.append(key)
    windows.append(window)
    rows.append(row)
    milliseconds.append(value)
  }

  var count: Int { keys.count }

  /// One measured thing: its samples of each window, and the rows of the incident's.
  struct Group {
    var key: Int32
    /// Ascending; first the incident's, then each history window's. Empty where nothing was measured.
    var sortedByWindow: [[Double]]
    /// Row and milliseconds in time order, of the incident alone.
    var observed: [(row: Int32, milliseconds: Double)]
  }

  /// Calls `body` for each key that has at least `minimumObservedCount` samples in the incident, keys ascending.
  func forEachGroup(
    keyCount: Int, windowCount: Int, minimumObservedCount: Int, _ body: (Group) -> Void
  ) {
    let groups = RowGroups(owners: keys, ownerCount: keyCount)
    for key in 0..<keyCount {
      let samples = groups[key]
      var group = Group(key: Int32(key), sortedByWindow: Array(repeating: [], count: windowCount), observed: [])
      for sample in samples where windows[Int(sample)] == 0 {
        group.observed.append((rows[Int(sample)], milliseconds[Int(sample)]))
      }
      guard group.observed.count >= minimumObservedCount else { continue }
      for sample in samples { group.sortedByWindow[Int(windows[Int(sample)])].append(milliseconds[Int(sample)]) }
      for window in 0..<windowCount { group.sortedByWindow[window].sort() }
      body(group)
    }
  }
}

/// What is compared between windows: the middle, a mean that a few outliers cannot move, and its uncertainty.
struct LatencyStatistics {
  var count: Int
  var median: Double
  /// Mean of the lowest 95 %.
  var trimmedMean: Double
  /// Of the trimmed mean.
  var standardError: Double
  var percentile95: Double

  /// Nil for fewer values than `minimumCount`; `sorted` is ascending.
  init?(sorted: [Double], minimumCount: Int) {
    guard sorted.count >= max(minimumCount, 1) else { return nil }
    count = sorted.count
    median = sorted.quantile(0.5)
    percentile95 = sorted.quantile(0.95)
    let kept = sorted.prefix(max(1, Int((Double(count) * 0.95).rounded(.up))))
    let mean = kept.reduce(0, +) / Double(kept.count)
    let squares = kept.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    trimmedMean = mean
    standardError = kept.count > 1 ? (squares / Double(kept.count - 1) / Double(kept.count)).squareRoot() : 0
  }
}

/// By how much something became slower than it is in normal windows.
struct LatencyShift {
  /// Milliseconds per call beyond normal, shrunk where it barely stands out; 0 where it does not.
  var excess: Double
  /// Medians in milliseconds: of the incident, and the middle of the history windows'.
  var observed: Double
  var normal: Double
  /// One robust standard deviation of the windows' medians, in milliseconds.
  var spread: Double
  /// Robust standard deviations, the smaller of those of median and trimmed mean.
  var sigmas: Double
  /// Calls during the incident and in the history windows.
  var observedCount: Int
  var historyCount: Int
  /// Above it, one call is slow.
  var slowLine: Double

  static let minimumObservedCount = 2
  static let minimumHistoryCount = 3
  /// Departures below so many standard deviations are noise; up to twice as many they count in part.
  static let noiseSigmas = 3.0
  /// No timing is trusted more closely than this: a share of normal, and milliseconds.
  static let relativeFloor = 0.1
  static let floorMilliseconds = 0.5
  /// A spread over fewer windows than this is not known.
  static let minimumWindowsForSpread = 3

  /// Nil when there are too few calls in the incident or in every history window.
  init?(_ group: LatencySamples.Group) {
    guard
      let now = LatencyStatistics(sorted: group.sortedByWindow[0], minimumCount: Self.minimumObservedCount)
    else { return nil }
    let history = group.sortedByWindow.dropFirst().compactMap {
      LatencyStatistics(sorted: $0, minimumCount: Self.minimumHistoryCount)
    }
    guard !history.isEmpty else { return nil }
    let error = now.standardError.hypotenuse(history.map(\.standardError).sorted().quantile(0.5))
    let byMedian = Self.score(now.median, history.map(\.median), error)
    let byMean = Self.score(now.trimmedMean, history.map(\.trimmedMean), error)
    excess = min(byMedian.excess, byMean.excess)
    sigmas = min(byMedian.sigmas, byMean.sigmas)
    observed = now.median
    normal = byMedian.middle
    spread = byMedian.spread
    observedCount = now.count
    historyCount = group.sortedByWindow.dropFirst().reduce(0) { $0 + $1.count }
    slowLine = history.map(\.percentile95).sorted().quantile(0.5) + excess / 2
  }

  private static func score(
    _ value: Double, _ history: [Double], _ error: Double
  ) -> (excess: Double, sigmas: Double, middle: Double, spread: Double) {
    let middle = history.sorted().quantile(0.5)
    var spread = max(relativeFloor * abs(middle), floorMilliseconds, error)
    if history.count >= minimumWindowsForSpread {
      spread = max(spread, 1.4826 * history.map { abs($0 - middle) }.sorted().quantile(0.5))
    }
    let departure = value - middle
    let sigmas = departure / spread
    let excess = sigmas > noiseSigmas ? departure * min(1, sigmas / (2 * noiseSigmas)) : 0
    return (excess, sigmas, middle, spread)
  }
}

extension [Double] {
  /// Linear interpolation between the two nearest of ascending values; 0 of none.
  func quantile(_ share: Double) -> Double {
    guard let last else { return 0 }
    let place = share * Double(count - 1)
    let lower = Int(place)
    guard lower + 1 < count else { return last }
    return self[lower] + (self[lower + 1] - self[lower]) * (place - Double(lower))
  }
}

extension Double {
  func hypotenuse(_ other: Double) -> Double { (self * self + other * other).squareRoot() }
}

import IncidentModel

/// What is read for one case: how far the metrics go, which stretches of spans and logs, and what counts as normal.
struct NezhaPlan {
  /// The injection, or a moment in a healthy stretch that stands for one.
  let onset: Timestamp
  /// Where metrics end, and where spans and logs do.
  let metricsEnd: Timestamp
  private let recordedEnd: Timestamp
  private let isBlind: Bool
  /// Whether there is no injection at `onset`.
  private let isHealthy: Bool
  /// Injections before `onset`, ascending.
  private let earlier: [Int64]

  /// Spans and logs are looked at for so long before an injection, and after the one of the case.
  static let secondsBefore = 125.0
  static let secondsAfter = 185.0
  /// Metrics come once a minute and lag.
  static let metricSecondsAfter = 225.0
  /// Shorter stretches have too few samples to judge by.
  static let shortestHealthySeconds = 100.0
  /// An injection still shows for so long.
  static let aftermathSeconds = 300.0

  init(day: NezhaDay, incident: Int, isBlind: Bool) {
    onset = Timestamp(nanoseconds: day.injections[incident])
    metricsEnd = onset.advanced(bySeconds: Self.metricSecondsAfter)
    recordedEnd = onset.advanced(bySeconds: Self.secondsAfter)
    earlier = Array(day.injections[..<incident])
    self.isBlind = isBlind
    isHealthy = false
  }

  /// A plan for a stretch without any fault.
  init(day: NezhaDay, healthy: TimeWindow, isBlind: Bool) {
    onset = healthy.start
    metricsEnd = healthy.end
    recordedEnd = healthy.end
    earlier = day.injections.filter { $0 < healthy.start.nanoseconds }
    self.isBlind = isBlind
    isHealthy = true
  }

  /// Stretches free of any fault, about as long as a case's: behind the aftermath of one injection and well before
  /// the next, since some faults were in place a minute and more before their `inject_time`. Spans were recorded around
  /// injections only, so that these stretches have metrics alone. At most as many as there are injections, spread
  /// evenly over the day.
  static func healthyStretches(of day: NezhaDay) -> [TimeWindow] {
    var stretches: [TimeWindow] = []
    for (next, before) in zip(day.injections.dropFirst(), day.injections) {
      let limit = Timestamp(nanoseconds: next).advanced(bySeconds: -secondsBefore)
      var start = Timestamp(nanoseconds: before).advanced(bySeconds: aftermathSeconds)
      while start.seconds(until: limit) >= shortestHealthySeconds {
        let end = min(start.advanced(bySeconds: metricSecondsAfter), limit)
        stretches.append(TimeWindow(start: start, end: end))
        start = end.advanced(bySeconds: metricSecondsAfter)
      }
    }
    let wanted = min(stretches.count, day.injections.count)
    return (0..<wanted).map { stretches[$0 * stretches.count / wanted] }
  }

  struct Stretch {
    var window: TimeWindow
    /// Whether later cases of the day look at it as well.
    var isShared: Bool
  }

  /// The stretches of spans and logs, oldest first and disjoint: before each earlier injection, before this one, and
  /// after it.
  var recorded: [Stretch] {
    var stretches: [Stretch] = []
    for end in earlier.map({ Timestamp(nanoseconds: $0) }) + [onset] {
      let start = max(
        end.advanced(bySeconds: -Self.secondsBefore), stretches.last?.window.end ?? Timestamp(nanoseconds: .min))
      stretches.append(Stretch(window: TimeWindow(start: start, end: end), isShared: true))
    }
    stretches.append(Stretch(window: TimeWindow(start: onset, end: recordedEnd), isShared: false))
    return stretches.filter { !$0.window.isEmpty }
  }

  /// From when on the case is looked at: the aftermath of the injection before is over, and there is something before
  /// the onset. Healthy stretches of one gap are looked at one by one. Nil for the first of the day.
  var incidentStart: Timestamp? {
    earlier.last.map {
      let settled = Timestamp(nanoseconds: $0).advanced(bySeconds: Self.aftermathSeconds)
      let lead = onset.advanced(bySeconds: -Self.secondsBefore)
      return isHealthy ? max(settled, lead) : min(settled, lead)
    }
  }

  /// The time between incidents, oldest first and disjoint. Without the alert's time it ends with the injection before,
  /// since its end would tell when this one began.
  func referenceWindows(from first: Timestamp?, normalMinute: TimeWindow?) -> [TimeWindow] {
    var windows: [TimeWindow] = []
    var free = first ?? onset
    for injection in earlier {
      let moment = Timestamp(nanoseconds: injection)
      windows.append(TimeWindow(start: free, end: moment))
      free = max(free, moment.advanced(bySeconds: Self.aftermathSeconds))
    }
    if !isBlind {
      windows.append(TimeWindow(start: free, end: onset))
    } else if isHealthy, let incidentStart {
      windows.append(TimeWindow(start: free, end: incidentStart))
    }
    if let normalMinute { windows.append(normalMinute) }
    return Self.union(windows.filter { !$0.isEmpty })
  }

  static func union(_ windows: [TimeWindow]) -> [TimeWindow] {
    var result: [TimeWindow] = []
    for window in windows.sorted(by: { $0.start < $1.start }) {
      if let last = result.last, window.start <= last.end {
        result[result.count - 1].end = max(last.end, window.end)
      } else {
        result.append(window)
      }
    }
    return result
  }
}

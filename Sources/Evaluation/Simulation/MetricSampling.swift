import IncidentModel
import Telemetry

/// Measures a system as monitoring would: at a step, with noise, and with points that went missing.
struct MetricSampling {
  let history: SystemHistory
  private let times: [Int64]
  private(set) var series: [MetricSeries] = []
  private var random: SeededRandom

  /// How a measured value strays from the true one.
  enum Noise {
    /// Independent, as a share of the value, with heavy tails.
    case relative(Double)
    /// Of a statistic over so many requests per second: the fewer, the less certain. `spread` is that of one request.
    case sampled(spread: Double, requests: [Double])
    /// Independent, as the spread of the value's logarithm: now and then a few times the usual.
    case bursty(Double)
    /// Slowly wandering, as a share of the value.
    case wandering(Double)
    /// Counted events per second over the step.
    case rate
    /// A share of so many events in the step, by position in the ticks.
    case share(of: [Double])
    /// Things counted at one moment.
    case count
    case none
  }

  init(_ history: SystemHistory) {
    self.history = history
    times = (0..<history.tickCount).map { history.time(atTick: $0).nanoseconds }
    random = SeededRandom(seed: history.seed, purpose: "metrics")
    for position in history.system.services.indices { sampleService(position) }
    for position in history.system.nodes.indices { sampleNode(position) }
    series.sort { $0.key < $1.key }
  }

  mutating func add(
    _ component: ComponentID, _ metric: String, decimals: Int, digits: Int = 4, noise: Noise,
    missing: Range<Int>, spike: SimulatedDecoys.Spike? = nil, truth: [Double]
  ) {
    var values = [Double](repeating: .nan, count: truth.count)
    var smooth = truth.first ?? 0
    var wander = 0.0
    let isShare = metric.hasSuffix("_ratio")
    // A counter's rate is an average over about a minute.
    let weight = min(1, history.stepSeconds / 45)
    for tick in truth.indices {
      smooth += weight * (truth[tick] - smooth)
      var value = smooth
      switch noise {
      case .relative(let spread): value *= max(1 + spread * random.heavyTailed(), 0.05)
      case .sampled(let spread, let requests):
        let count = max(requests[tick] * history.stepSeconds, 1)
        value *= max(1 + (0.01 + spread / count.squareRoot()) * random.heavyTailed(), 0.05)
      case .bursty(let spread): value *= random.logNormal(spread: spread) * (random.chance(0.02) ? 3 : 1)
      case .wandering(let spread):
        wander = 0.92 * wander + spread * random.normal()
        value *= max(1 + wander, 0.05)
      case .rate:
        let mean = value * history.stepSeconds
        value = Double(random.poisson(mean: mean)) / history.stepSeconds
      case .share(let counts):
        let count = max(counts[tick] * history.stepSeconds, 1)
        value = min(Double(random.poisson(mean: value * count)) / count, 1)
      case .count: value = Double(random.poisson(mean: value))
      case .none: break
      }
      if let spike, tick >= spike.tick, tick < spike.tick + spike.length { value *= spike.factor }
      if isShare { value = min(value, 1) }
      let isMissing = missing.contains(tick) || random.chance(0.006)
      if !isMissing { values[tick] = Self.rounded(value, decimals: decimals, digits: digits) }
    }
    series.append(
      MetricSeries(
        key: MetricKey(component: component, metric: metric), times: times, values: values))
  }

  func truth(_ position: Int, _ value: (ServiceMoment) -> Double) -> [Double] {
    history.moments.map { value($0[position]) }
  }

  /// Now and then a whole component is not measured for a few steps.
  mutating func gap() -> Range<Int> {
    guard random.chance(0.06), history.tickCount > 20 else { return 0..<0 }
    let start = random.index(below: history.tickCount - 8)
    return start..<start + 2 + random.index(below: 5)
  }

  /// To so many significant digits and at most so many decimals, as monitoring systems show values.
  private static func rounded(_ value: Double, decimals: Int, digits: Int) -> Double {
    let limit = powersOfTen[min(max(digits, 1), powersOfTen.count - 1)]
    var scale = powersOfTen[min(max(decimals, 0), powersOfTen.count - 1)]
    while scale > 1, abs(value) * scale >= limit { scale /= 10 }
    if abs(value) * scale < limit { return (value * scale).rounded() / scale }
    var unit = 1.0
    while abs(value) >= limit * unit, unit < 1e15 { unit *= 10 }
    return (value / unit).rounded() * unit
  }

  private static let powersOfTen: [Double] = [1, 10, 100, 1000, 10_000, 100_000, 1e6, 1e7, 1e8, 1e9]
}

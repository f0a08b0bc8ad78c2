import IncidentModel

/// Seconds after a fixed moment.
func at(_ seconds: Double) -> Timestamp {
  Timestamp(nanoseconds: 1_772_334_000_000_000_000).advanced(bySeconds: seconds)
}

/// A metric that was `usual` and is `observed`; its strength follows from the ratio unless it is given.
func metric(
  _ component: ComponentID, _ name: String, _ metricClass: MetricClass, from usual: Double, to observed: Double,
  unit: String = "", channel: SignalChannel? = nil, strength: Double? = nil, onset: Timestamp? = at(0)
) -> Signal {
  let ratio = observed / usual
  return Signal(
    id: SignalID("\(component)|\(name)"), component: component, channel: channel ?? metricClass.usualChannel,
    subject: name, metricClass: metricClass, direction: ratio >= 1 ? .rise : .fall, onset: onset,
    strength: strength ?? 3, deviationSigmas: 20, logRatio: logarithm(ratio), usual: usual,
    failingShare: metricClass == .errors && unit == "ratio" ? observed - usual : nil,
    evidence: Evidence(
      kind: .metric, statement: "\(component) \(name) is \(observed), usually \(usual).",
      query: .init(source: "metrics", expression: "\(component)|\(name)", window: anyWindow), digest: "sha256:0",
      value: observed, unit: unit))
}

/// Evidence of any other channel.
func sign(
  _ component: ComponentID, _ channel: SignalChannel, _ subject: String, strength: Double, onset: Timestamp? = at(0),
  metricClass: MetricClass? = nil
) -> Signal {
  Signal(
    id: SignalID("\(component)|\(channel)|\(subject)"), component: component, channel: channel, subject: subject,
    metricClass: metricClass, onset: onset, strength: strength,
    evidence: Evidence(
      kind: channel == .logPattern ? .log : channel == .change ? .change : channel == .alert ? .alert : .trace,
      statement: "\(component): \(subject).",
      query: .init(source: "x", expression: "\(component)", window: anyWindow), digest: "sha256:0",
      value: strength, unit: "1"))
}

let anyWindow = TimeWindow(start: at(0), end: at(600))

/// Enough of a natural logarithm for tests: the bounded sum of its series.
private func logarithm(_ value: Double) -> Double {
  let part = (value - 1) / (value + 1)
  return (0..<400).reduce(0) { sum, step in
    let odd = Double(2 * step + 1)
    return sum + 2 * (0..<(2 * step + 1)).reduce(1) { power, _ in power * part } / odd
  }
}

extension MetricClass {
  fileprivate var usualChannel: SignalChannel {
    switch self {
    case .latency, .errors, .availability: .serviceLevel
    case .throughput: .traffic
    default: .resource
    }
  }
}

/// A store that two services ask, which users reach through one door.
let storeWithTwoCallers = ServiceMap(
  components: [
    Component(id: "web", role: .gateway), Component(id: "orders"), Component(id: "search"),
    Component(id: "db", role: .database),
  ],
  calls: [
    .init(from: "web", to: "orders"), .init(from: "web", to: "search"), .init(from: "orders", to: "db"),
    .init(from: "search", to: "db"),
  ])

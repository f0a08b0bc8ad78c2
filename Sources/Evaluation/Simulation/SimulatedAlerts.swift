import IncidentModel
import Telemetry

/// Alerts that a monitor with ordinary threshold rules would have raised on the measured series.
struct SimulatedAlerts {
  private(set) var alerts: [Alert] = []
  /// The first alert that a person would be called for.
  private(set) var page: Page?

  struct Page {
    var time: Timestamp
    var component: ComponentID
    var metric: String?
    var name: String
  }

  private struct Rule {
    var metric: String
    var name: String
    var severity: String
    /// Lowest threshold, and factor on the series' own median over the first third.
    var floor: Double
    var factor: Double
    var holdSeconds: Double
  }

  private static let rules = [
    Rule(metric: "latency_p95_ms", name: "HighLatency", severity: "page", floor: 20, factor: 1.4, holdSeconds: 120),
    Rule(metric: "error_ratio", name: "HighErrorRatio", severity: "page", floor: 0.012, factor: 4, holdSeconds: 120),
    Rule(metric: "cpu_usage_cores", name: "HighCPU", severity: "warning", floor: 0.05, factor: 2.2, holdSeconds: 180),
    Rule(
      metric: "pool_in_use_ratio", name: "PoolNearlyFull", severity: "warning", floor: 0.85, factor: 0, holdSeconds: 120
    ),
    Rule(
      metric: "disk_used_ratio", name: "DiskNearlyFull", severity: "warning", floor: 0.93, factor: 0, holdSeconds: 60),
    Rule(
      metric: "node_cpu_utilization_ratio", name: "NodeBusy", severity: "warning", floor: 0.9, factor: 0,
      holdSeconds: 180),
    // Of the limit, not of the median.
    Rule(
      metric: "memory_working_set_bytes", name: "HighMemory", severity: "warning", floor: 0.9, factor: 0,
      holdSeconds: 120),
    Rule(metric: "queue_depth", name: "QueueBacklog", severity: "warning", floor: 100, factor: 4, holdSeconds: 180),
  ]

  init(_ history: SystemHistory, series: [MetricSeries]) {
    var random = SeededRandom(seed: history.seed, purpose: "alerts")
    let gateways = Set(history.system.gateways.map { history.system.services[$0].id })
    let onset = history.fault.map { history.start.advanced(bySeconds: $0.onsetSeconds) }
    let memoryLimits = history.system.memoryLimits
    for one in series {
      // Not every component has every rule; the gateways are watched best.
      let isGateway = gateways.contains(one.key.component)
      let isWatched = random.chance(0.6) || isGateway
      let delay = random.uniform(5, 40)
      guard isWatched, let rule = Self.rules.first(where: { $0.metric == one.key.metric }) else { continue }
      let unit = rule.name == "HighMemory" ? memoryLimits[one.key.component] ?? .infinity : 1
      let firing = Self.firing(rule, one, history, unit: unit)
      for stretch in firing {
        let starts = stretch.start.advanced(bySeconds: delay)
        let isPage = rule.severity == "page" && isGateway
        alerts.append(
          Self.alert(
            rule.name, severity: isPage ? "page" : "warning", component: one.key.component, starts: starts,
            ends: stretch.end?.advanced(bySeconds: delay),
            summary: "\(one.key.metric) of \(one.key.component) is above its threshold"))
        let isAfterOnset = onset.map { starts > $0 } ?? true
        if isPage, isAfterOnset, starts < (page?.time ?? Timestamp(nanoseconds: .max)) {
          page = Page(time: starts, component: one.key.component, metric: one.key.metric, name: rule.name)
        }
      }
    }
    addStanding(history)
    addFalsePage(history)
    alerts.sort { ($0.startsAt, $0.name, $0.component ?? "") < ($1.startsAt, $1.name, $1.component ?? "") }
  }

  /// Where no gateway alert fired, the first of the others after the onset is what somebody looked into.
  mutating func settleForWarning(_ history: SystemHistory) {
    guard page == nil, let fault = history.fault else { return }
    let onset = history.start.advanced(bySeconds: fault.onsetSeconds)
    let concerned = fault.concernedComponents(in: history.system)
    let candidates = alerts.filter { $0.startsAt > onset && $0.component.map(concerned.contains) ?? false }
    // What users feel counts before what machines feel.
    let felt: Set<String> = ["HighLatency", "HighErrorRatio"]
    guard let first = candidates.first(where: { felt.contains($0.name) }) ?? candidates.first,
      let component = first.component
    else { return }
    let metric = Self.rules.first { $0.name == first.name }?.metric
    page = Page(time: first.startsAt, component: component, metric: metric, name: first.name)
  }

  private static func firing(
    _ rule: Rule, _ series: MetricSeries, _ history: SystemHistory, unit: Double
  ) -> [(start: Timestamp, end: Timestamp?)] {
    let early = series.values.prefix(max(series.values.count / 3, 5)).filter { !$0.isNaN }.sorted()
    guard !early.isEmpty else { return [] }
    let threshold = max(rule.floor * unit, rule.factor * early[early.count / 2])
    var stretches: [(start: Timestamp, end: Timestamp?)] = []
    var above = 0
    var isFiring = false
    for tick in series.values.indices where !series.values[tick].isNaN {
      if series.values[tick] > threshold {
        above += 1
        if !isFiring, Double(above) * history.stepSeconds >= rule.holdSeconds {
          isFiring = true
          stretches.append((history.time(atTick: tick), nil))
        }
      } else {
        above = 0
        if isFiring {
          isFiring = false
          stretches[stretches.count - 1].end = history.time(atTick: tick)
        }
      }
    }
    return stretches
  }

  private mutating func addStanding(_ history: SystemHistory) {
    for standing in history.decoys.standingAlerts {
      let service = history.system.services[standing.service]
      let names =
        service.isStore
        ? ["BackupOverdue", "DiskWillFillInDays"] : ["VersionSkew", "LogVolumeHigh", "PodRestartedOften"]
      let name = names[min(Int(standing.form * Double(names.count)), names.count - 1)]
      alerts.append(
        Self.alert(
          name, severity: "warning", component: service.id,
          starts: history.start.advanced(bySeconds: (-standing.hoursBefore * 3600).rounded()), ends: nil,
          summary: "\(name) on \(service.id)"))
    }
    if let fault = history.fault, fault.mechanism == .certificateExpiry, fault.form < 0.6 {
      alerts.append(
        Self.alert(
          "CertificateExpiresSoon", severity: "warning", component: fault.component(in: history.system),
          starts: history.start.advanced(bySeconds: (-6 * 86_400 * fault.form).rounded()), ends: nil,
          summary: "the certificate of \(fault.component(in: history.system)) expires within a week"))
    }
  }

  private mutating func addFalsePage(_ history: SystemHistory) {
    guard let seconds = history.decoys.falsePageSeconds, page == nil, let gateway = history.system.gateways.first else {
      return
    }
    let component = history.system.services[gateway].id
    let starts = history.start.advanced(bySeconds: seconds.rounded())
    alerts.append(
      Self.alert(
        "ProbeFailed", severity: "page", component: component, starts: starts, ends: starts.advanced(bySeconds: 60),
        summary: "a probe of \(component) from outside failed"))
    page = Page(time: starts, component: component, metric: nil, name: "ProbeFailed")
  }

  private static func alert(
    _ name: String, severity: String, component: ComponentID, starts: Timestamp, ends: Timestamp?, summary: String
  ) -> Alert {
    func wholeSeconds(_ time: Timestamp) -> Timestamp {
      Timestamp(nanoseconds: time.nanoseconds / 1_000_000_000 * 1_000_000_000)
    }
    return Alert(
      labels: ["alertname": name, "severity": severity, "component": component.rawValue],
      annotations: ["summary": summary], startsAt: wholeSeconds(starts), endsAt: ends.map(wholeSeconds),
      component: component)
  }
}

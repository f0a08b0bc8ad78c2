import IncidentModel
import Telemetry

/// A measured history with its alerts: enough to see whether anybody would have noticed.
struct SimulatedDraft {
  let history: SystemHistory
  private let series: [MetricSeries]
  private var alerts: SimulatedAlerts

  init(_ history: SystemHistory) {
    self.history = history
    series = MetricSampling(history).series
    alerts = SimulatedAlerts(history, series: series)
    alerts.settleForWarning(history)
  }

  /// Somebody was alerted, at least three minutes before the telemetry ends.
  var isNoticed: Bool {
    guard let page = alerts.page else { return false }
    return page.time.advanced(bySeconds: 180) < history.time(atTick: history.tickCount)
  }

  func finished(number: Int, options: SimulationOptions, random: inout SeededRandom) -> SimulatedCase {
    let system = history.system
    let digits = String(number)
    let id = "\(system.name)/case-" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    let page = alerts.page
    let window = TimeWindow(start: history.start, end: history.time(atTick: history.tickCount))
    let title = page.map { "\($0.name) at \($0.component)" } ?? "A look at \(system.name)"
    // Telemetry is not always complete.
    let hasTraces = options.traces > 0 && random.chance(0.7)
    let hasLogs = options.logLines > 0 && random.chance(0.75)
    let isAboutNode = if case .node = history.fault?.place { true } else { false }
    // A fault of a node cannot be told apart where nobody wrote down what runs on it.
    let hasTopology = random.chance(0.88) || isAboutNode
    let spans = hasTraces ? TraceSampling.sample(history, traces: options.traces) : SpanTable()
    let logs = hasLogs ? LogSampling.sample(history, lines: options.logLines, spans: spans) : LogTable()
    let incident = Incident(
      id: id, title: title, window: window, alertedAt: page?.time,
      symptom: page.map { Incident.Symptom(component: $0.component, metric: $0.metric) },
      environment: "simulated")
    return SimulatedCase(
      id: id,
      window: TelemetryWindow(
        incident: incident, metrics: series, spans: spans, logs: logs,
        alerts: alerts.alerts.filter { $0.startsAt < window.end }, changes: changes(&random),
        serviceMap: hasTopology ? system.serviceMap : ServiceMap()),
      truth: SimulatedCase.Truth(fault: history.fault.map(truth)))
  }

  private func truth(_ fault: SimulatedFault) -> SimulatedCase.Truth.Fault {
    var service: ComponentID?
    if case .replica(let position, _) = fault.place { service = history.system.services[position].id }
    return SimulatedCase.Truth.Fault(
      component: fault.component(in: history.system), service: service, metric: fault.tellingMetric(in: history.system),
      kind: fault.mechanism.kind, startedAt: history.start.advanced(bySeconds: fault.onsetSeconds.rounded(.down)),
      mechanism: fault.mechanism.rawValue)
  }

  private func changes(_ random: inout SeededRandom) -> [ChangeEvent] {
    var changes = history.decoys.changes.map { decoy in
      change(to: decoy.service, at: decoy.seconds, isDeploy: decoy.isDeploy, &random)
    }
    if let fault = history.fault, case .service(let service) = fault.place {
      // The rollout ends when the fault begins to show; one setting in six is changed without a record.
      let seconds = fault.onsetSeconds - random.uniform(5, 90)
      switch fault.mechanism {
      case .failingRelease: changes.append(change(to: service, at: seconds, isDeploy: true, &random))
      case .badConfiguration where random.chance(0.85):
        changes.append(change(to: service, at: seconds, isDeploy: false, &random))
      default: break
      }
    }
    return changes.sorted { ($0.time, $0.component) < ($1.time, $1.component) }
  }

  private func change(to service: Int, at seconds: Double, isDeploy: Bool, _ random: inout SeededRandom) -> ChangeEvent
  {
    let id = history.system.services[service].id
    let version = 10 + random.index(below: 80)
    let minor = random.index(below: 20)
    return ChangeEvent(
      time: history.start.advanced(bySeconds: seconds.rounded()), component: id, kind: isDeploy ? .deploy : .config,
      summary: isDeploy
        ? "rolled out \(id) 1.\(version).\(minor)" : "changed the settings of \(id), revision \(version)",
      from: isDeploy ? "1.\(version - 1).\(minor)" : nil, to: isDeploy ? "1.\(version).\(minor)" : nil,
      by: random.pick(["deploy-bot", "release-train", "platform-team"]))
  }
}

extension SimulatedFault {
  /// The series that shows the cause itself; nil where none does.
  func tellingMetric(in system: SimulatedSystem) -> String? {
    if case .node = place { return mechanism == .cpuHog ? "node_cpu_utilization_ratio" : "node_disk_io_time_ratio" }
    switch mechanism {
    case .cpuHog: return "cpu_usage_cores"
    case .memoryLeak: return "memory_working_set_bytes"
    case .diskSaturation: return form < 0.7 ? "disk_io_time_ratio" : "disk_used_ratio"
    case .networkLoss: return "tcp_retransmit_ratio"
    case .lockContention: return "locks_waiting"
    case .trafficSurge: return "requests_per_second"
    case .certificateExpiry: return "certificate_expiry_seconds"
    case .networkDelay, .failingRelease, .badConfiguration, .dependencyOutage: return nil
    }
  }
}

extension SimulatedSystem {
  var serviceMap: ServiceMap {
    var components: [Component] = []
    for service in services {
      let isPlaced = service.hasOwnTelemetry && service.replicas.isEmpty
      components.append(
        Component(
          id: service.id, role: service.role, runsOn: isPlaced ? nodes[service.node].id : nil,
          site: isPlaced ? nodes[service.node].site : nil, isObservedOnlyByCallers: !service.hasOwnTelemetry))
      components += service.replicas.map { replica in
        Component(
          id: replica.id, kind: .instance, role: service.role, instanceOf: service.id,
          runsOn: nodes[replica.node].id, site: nodes[replica.node].site)
      }
    }
    components += nodes.map { Component(id: $0.id, kind: .node, role: .host, site: $0.site) }
    return ServiceMap(
      components: components,
      calls: calls.map { ServiceMap.Call(from: services[$0.from].id, to: services[$0.to].id) })
  }
}

import AlertDesk
import ArgumentParser
import Foundation
import IncidentModel
import Telemetry

extension PolicyCommand {
  struct Interleave: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "interleave",
      abstract: "Mix the alerts of a dataset's incidents into one stream and see whether a policy takes them apart.",
      discussion: """
        Each incident comes at a random moment in a random one of several sites, which all have the dataset's systems.
        The policy sees labels, times and the service map; which incident an alert is of, it does not see.

        tocsin policy interleave DATASET --policy policy.yaml --seed 1 --sites 20 --hours 24
        """)
    @Argument(help: ArgumentHelp("A dataset with alerts.", valueName: "dataset")) var dataset: String
    @Option(help: ArgumentHelp("The policy, with correlation.", valueName: "file")) var policy: String
    @Option(help: .adapter) var adapter: String?
    @Option(help: "What the moments and sites depend on.") var seed: UInt64 = 1
    @Option(help: "How many sites there are.") var sites = 20
    @Option(help: "How long the stream lasts.") var hours = 24
    @Option(help: "How to show it: terminal or json.") var format: PolicyFormat = .terminal
    @OptionGroup var reading: PolicyOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
      guard (1...1000).contains(sites), (1...10_000).contains(hours) else {
        throw CommandFailure(.usage, "--sites is from 1 to 1000, --hours from 1 to 10000")
      }
      let incidents = try AlertMixture.incidents(of: dataset, adapter: adapter)
      guard !incidents.isEmpty else { throw CommandFailure(.badInput, "\(dataset) holds no alerts") }
      let mixture = AlertMixture(incidents, seed: seed, sites: sites, seconds: Double(hours) * 3600)
      var policy = try reading.policy(self.policy)
      guard policy.rules.correlation != nil else {
        throw CommandFailure(.badInput, "\(self.policy) correlates nothing", hint: "give it the key “correlation”")
      }
      policy.serviceMap = mixture.serviceMap
      let result = try mixture.result(policy)
      global.console.result(format == .json ? try PolicyFormat.json(result) : Self.text(result))
    }

    private static func text(_ result: AlertMixture.Result) -> String {
      [
        "\(result.incidents) incidents with \(result.alerts) alerts, in one stream",
        "incidents found                  \(result.found)",
        "adjusted Rand index              " + String(format: "%.3f", result.adjustedRandIndex),
        "pages                            \(result.pages)",
        "alerts per page                  " + String(format: "%.1f", result.alertsPerPage),
        "pages without correlation        \(result.pagesWithoutCorrelation)",
      ].joined(separator: "\n")
    }
  }
}

/// Incidents of a dataset, each somewhere at some moment, as one stream of alerts.
struct AlertMixture {
  /// One incident's alerts, with the map of the system that it happened in.
  struct RecordedIncident {
    var system: String
    var start: Timestamp
    var alerts: [Alert]
    var serviceMap: ServiceMap
  }

  struct Result: Encodable {
    var incidents: Int
    var alerts: Int
    var found: Int
    var adjustedRandIndex: Double
    var pages: Int
    var alertsPerPage: Double
    var pagesWithoutCorrelation: Int
  }

  private(set) var events: [DeskEvent] = []
  /// For each event, which incident it is of.
  private(set) var truth: [Int] = []
  private(set) var serviceMap = ServiceMap()
  private let incidentCount: Int

  /// When the stream begins is of no account.
  private static let origin = Timestamp(nanoseconds: 1_767_225_600_000_000_000)

  init(_ incidents: [RecordedIncident], seed: UInt64, sites: Int, seconds: Double) {
    var generator = SplitMix(state: seed)
    var stream: [(event: DeskEvent, incident: Int)] = []
    var maps: [String: ServiceMap] = [:]
    for (number, incident) in incidents.enumerated() {
      let site = "site\(Int(generator.next(below: UInt64(sites)))) \(incident.system) "
      let start = Self.origin.advanced(bySeconds: Double(generator.next(below: UInt64(seconds * 1000))) / 1000)
      maps[site] = incident.serviceMap
      for alert in incident.alerts {
        let at = start.advanced(bySeconds: incident.start.seconds(until: alert.startsAt))
        var labels = alert.labels.map { (name: $0.key, value: $0.value) }.filter { $0.name != "window" }
        if let component = alert.component {
          labels.append((name: "component", value: site + component.rawValue))
        }
        labels.append((name: "site", value: site))
        stream.append((DeskEvent(at: at, .alert(IncomingAlert(labels: LabelSet(labels), startsAt: at))), number))
      }
    }
    let ordered = stream.enumerated().sorted {
      ($0.element.event.at, $0.offset) < ($1.element.event.at, $1.offset)
    }
    events = ordered.map(\.element.event)
    truth = ordered.map(\.element.incident)
    incidentCount = incidents.count
    serviceMap = Self.sideBySide(maps)
  }

  /// The incidents that a dataset has alerts of; copies of earlier ones are left out.
  static func incidents(of dataset: String, adapter name: String?) throws -> [RecordedIncident] {
    let adapter = try AdapterCatalog.adapter(named: name, for: dataset)
    return try adapter.cases().filter { !$0.group.hasSuffix(", copies") }.compactMap { reference in
      let window = try adapter.read(reference, options: ReadOptions())
      let time = window.incident.window
      let alerts = window.alerts.filter { time.contains($0.startsAt) }
      guard let first = alerts.first else { return nil }
      return RecordedIncident(
        system: window.incident.environment ?? reference.group, start: first.startsAt, alerts: alerts,
        serviceMap: window.serviceMap)
    }
  }

  /// What a policy makes of the stream.
  func result(_ policy: AlertPolicy) throws -> Result {
    let history = try AlertHistory(events: events)
    let trial = try PolicyTrial(history, policy: policy)
    var plain = policy
    plain.rules.correlation = nil
    plain.rules.owners = []
    let without = try PolicyTrial(history, policy: plain)
    return Result(
      incidents: incidentCount, alerts: events.count, found: Set(trial.incidentOfEvent).count,
      adjustedRandIndex: PartitionAgreement.adjustedRandIndex(trial.incidentOfEvent, truth), pages: trial.pageCount,
      alertsPerPage: Double(events.count) / Double(max(1, trial.pageCount)),
      pagesWithoutCorrelation: without.pageCount)
  }

  private static func sideBySide(_ maps: [String: ServiceMap]) -> ServiceMap {
    var components: [Component] = []
    var calls: [ServiceMap.Call] = []
    for (site, map) in maps.sorted(by: { $0.key < $1.key }) {
      func moved(_ id: ComponentID) -> ComponentID { ComponentID(site + id.rawValue) }
      for var component in map.components {
        component.id = moved(component.id)
        component.instanceOf = component.instanceOf.map(moved)
        component.runsOn = component.runsOn.map(moved)
        components.append(component)
      }
      calls += map.calls.map { ServiceMap.Call(from: moved($0.from), to: moved($0.to)) }
    }
    return ServiceMap(components: components, calls: calls)
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
struct SplitMix {
  var state: UInt64

  mutating func next(below bound: UInt64) -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return (value ^ (value >> 31)) % bound
  }
}

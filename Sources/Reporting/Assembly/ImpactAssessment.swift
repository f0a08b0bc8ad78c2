import IncidentModel

/// Who notices, and how severe that is.
///
/// A service is affected when the alert named it, when the context names it under `impact`, when an object of the
/// cluster shows that it fails its users, or when a signal that its callers notice (latency, errors, availability,
/// failing requests, silence) began with the incident. Then:
/// - `sev1`: an entry point is affected together with at least half of the services, three or more;
/// - `sev2`: an entry point is affected, or three services or more;
/// - `sev3`: one or two services are affected, none of them an entry point;
/// - `sev4`: only internal measurements departed from normal, or nothing did.
///
/// An entry point is a service that calls others and that nothing calls, or a gateway.
struct ImpactAssessment {
  var impact: IncidentReport.Impact
  var severity: Severity
  /// One sentence.
  var severityReason: String

  /// Signals that began this much earlier than the incident belong to something else.
  static let leadSeconds = 900.0
  /// Below this a finding about an object is a hint.
  static let objectLine = 0.5

  init(_ snapshot: BlackboardSnapshot, serviceMap: ServiceMap, outcome: Outcome) {
    guard outcome != .healthy else {
      impact = IncidentReport.Impact(services: [], sites: [], slo: [], entryPoints: [])
      severity = .sev4
      severityReason = "Nothing departs from normal."
      return
    }
    var affected: Set<ComponentID> = []
    if let symptom = snapshot.opening?.incident.symptom { affected.insert(symptom.component) }
    for note in snapshot.context where note.topic == .impact { affected.formUnion(note.components) }
    let earliest = snapshot.detection?.onset?.advanced(bySeconds: -Self.leadSeconds)
    for signal in snapshot.signals where signal.isNoticedByCallers {
      if let onset = signal.onset, let earliest, onset < earliest { continue }
      affected.insert(signal.component)
    }
    // An object of the cluster that fails its users.
    let objects = snapshot.hypotheses.filter { $0.object != nil && $0.confidence >= Self.objectLine }
    affected.formUnion(objects.map(\.component))
    let services = Set(affected.compactMap { Self.service(of: $0, serviceMap) }).sorted()
    let entryPoints = services.filter { Self.isEntryPoint($0, serviceMap) }
    let sites = Set(affected.compactMap { serviceMap[$0]?.site }).sorted()
    impact = IncidentReport.Impact(
      services: services.prefix(ReportLimits.impact).map(\.rawValue),
      sites: Array(sites.prefix(ReportLimits.impact)), slo: [],
      entryPoints: entryPoints.prefix(ReportLimits.impact).map(\.rawValue))
    let total = serviceMap.components.count { $0.kind == .service }
    (severity, severityReason) = Self.severity(services: services.count, entryPoints: entryPoints.count, of: total)
    if services.isEmpty, !objects.isEmpty {
      severityReason = "Objects of the cluster are not in order; whether callers notice was not measured."
    }
  }

  static func severity(services: Int, entryPoints: Int, of total: Int) -> (Severity, String) {
    let share = total > 0 ? "\(services) of \(total) services" : "\(services) service\(services == 1 ? "" : "s")"
    if entryPoints > 0, services >= 3, services * 2 >= total {
      return (.sev1, "An entry point and \(share) are affected.")
    }
    if entryPoints > 0 {
      return (.sev2, services == 1 ? "An entry point is affected." : "An entry point is affected; \(share) in all.")
    }
    if services >= 3 { return (.sev2, "\(share) are affected, no entry point among them.") }
    if services > 0 {
      return (.sev3, "\(share) \(services == 1 ? "is" : "are") affected, no entry point among them.")
    }
    return (.sev4, "Only internal measurements depart from normal; no caller notices yet.")
  }

  /// Services stand for their instances; nodes, edges and sites are no services.
  private static func service(of id: ComponentID, _ map: ServiceMap) -> ComponentID? {
    guard let component = map[id] else { return id }
    switch component.kind {
    case .service: return id
    case .instance: return component.instanceOf ?? id
    case .node, .edge, .site: return nil
    }
  }

  private static func isEntryPoint(_ id: ComponentID, _ map: ServiceMap) -> Bool {
    if map[id]?.role == .gateway { return true }
    return map.callers(of: id).isEmpty && !map.callees(of: id).isEmpty
  }
}

extension Signal {
  /// Whether the callers of the component notice, and for the worse.
  var isNoticedByCallers: Bool {
    switch channel {
    case .latencyExcess, .errorExcess, .traceErrors, .absence: return true
    case .serviceLevel:
      switch metricClass {
      case .latency, .errors, .saturation: return direction == .rise
      case .availability, .throughput: return direction == .fall
      default: return true
      }
    default: return false
    }
  }
}

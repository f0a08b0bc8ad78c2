import IncidentModel

/// Where the signals were seen, and who is around.
struct SignalReach {
  private static let describedCount = 3

  /// Components with any signal.
  let components: Set<ComponentID>
  private let signals: [Signal]
  private let serviceMap: ServiceMap

  init(_ signals: [Signal], serviceMap: ServiceMap) {
    self.signals = signals
    self.serviceMap = serviceMap
    components = Set(signals.map(\.component))
  }

  /// Components whose callers or users notice something, with the symptom's own; nil when there is none.
  func impact(symptom: Incident.Symptom?) -> ContextNote? {
    var affected = Set(signals.filter { $0.channel.isNoticedByCallers }.map(\.component))
    if let symptom { affected.insert(symptom.component) }
    guard !affected.isEmpty else { return nil }
    let sorted = affected.sorted()
    let entries = sorted.filter { serviceMap[$0] != nil && serviceMap.callers(of: $0).isEmpty }
    let sites = Set(sorted.compactMap { serviceMap[$0]?.site }).sorted()
    var statement = "Callers notice something at \(counted(sorted.count, "component")): \(listed(sorted))."
    if !entries.isEmpty {
      statement += " \(listed(entries)) \(entries.count == 1 ? "has" : "have") no callers on the service map, "
      statement += "so that users meet the failure there."
    }
    if !sites.isEmpty { statement += " Sites: \(joined(sites))." }
    return ContextNote(topic: .impact, components: sorted, statement: statement)
  }

  /// Who calls the components that stand out most, and whom they call.
  var neighbours: [ContextNote] {
    strongest.compactMap { component in
      let callers = serviceMap.callers(of: component)
      let callees = serviceMap.callees(of: component)
      let parts = [
        callers.isEmpty ? nil : "is called by \(listed(callers))", callees.isEmpty ? nil : "calls \(listed(callees))",
        serviceMap[component]?.runsOn.map { "runs on \($0)" },
      ].compactMap { $0 }
      guard !parts.isEmpty else { return nil }
      return ContextNote(
        topic: .neighbours, components: [component] + callers + callees, statement: "\(component) \(joined(parts)).")
    }
  }

  /// Strengths compare within a channel only, so that each channel votes by rank: 1, 1/2, 1/3, …
  private var strongest: [ComponentID] {
    var votes: [ComponentID: Double] = [:]
    for channel in SignalChannel.allCases {
      let best = signals.filter { $0.channel == channel }.sorted { ($0.strength, $1.id) > ($1.strength, $0.id) }
      var ranked: Set<ComponentID> = []
      for signal in best where ranked.insert(signal.component).inserted {
        votes[signal.component, default: 0] += 1 / Double(ranked.count)
        if ranked.count == 10 { break }
      }
    }
    let ordered = votes.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
    return ordered.prefix(Self.describedCount).map(\.key)
  }
}

extension SignalChannel {
  fileprivate var isNoticedByCallers: Bool {
    switch self {
    case .latencyExcess, .errorExcess, .serviceLevel, .traceErrors, .alert: true
    case .resource, .traffic, .traceSelfTime, .traceEdgeGap, .tracePath, .logPattern, .change, .absence: false
    }
  }
}

import IncidentModel

/// The part of the service map that a report draws: the path, the symptom, the suspects and their neighbours.
struct MapNeighbourhood {
  struct Place: Hashable {
    var component: ComponentID
    var standing: Standing
    /// When it departed from normal, in this incident.
    var movedAt: Timestamp?
  }

  /// What a component is in this incident; the first that applies.
  enum Standing: String, Hashable { case cause, suspect, symptom, victim, bystander }

  static let maximumCount = 40

  /// Sorted by identifier.
  private(set) var places: [Place] = []
  /// Callers above, callees below; both ends are among the places.
  private(set) var calls: [ServiceMap.Call] = []
  /// A service above its instance, or what runs on a host above the host; both ends are among the places.
  private(set) var parts: [ServiceMap.Call] = []
  /// Hops of the failure, from the callee or host to whom it hurt.
  private(set) var spread: [ServiceMap.Call] = []
  /// How many components the whole map has.
  var totalCount: Int

  init(_ assembled: AssembledReport) {
    let report = assembled.report
    let map = assembled.serviceMap
    totalCount = map.components.count
    let path = assembled.spread.map(\.component)
    let suspects = report.outcome == .abstained ? report.findings.filter { !$0.vetoed }.prefix(3).map(\.component) : []
    let symptom = report.incident.symptom?.component
    let affected = report.impact.services.map { ComponentID($0) }
    var chosen = Chosen(limit: Self.maximumCount)
    for id in path + suspects + [symptom].compactMap({ $0 }) { chosen.add(id) }
    for id in chosen.ids { if let service = map[id]?.instanceOf { chosen.add(service) } }
    let core = chosen.ids
    let affectedSet = Set(affected)
    let neighbours = core.flatMap { map.callers(of: $0) + map.callees(of: $0) }
    for id in neighbours where affectedSet.contains(id) { chosen.add(id) }
    for id in neighbours { chosen.add(id) }
    for id in affected { chosen.add(id) }
    let hosts = Set(core.filter { map[$0]?.kind == .node })
    if !hosts.isEmpty {
      for component in map.components {
        if let host = component.runsOn, hosts.contains(host), component.instanceOf == nil { chosen.add(component.id) }
      }
    }
    // A small system is easier to recognise whole.
    if totalCount <= Self.maximumCount / 2 {
      for component in map.components where component.kind != .node { chosen.add(component.id) }
    }
    totalCount = max(totalCount, chosen.ids.count)
    let shown = Set(chosen.ids)
    places = chosen.ids.sorted().map { id in
      let standing: Standing =
        id == path.first
        ? .cause
        : suspects.contains(id)
          ? .suspect
          : id == symptom
            ? .symptom
            : affectedSet.contains(id) ? .victim : .bystander
      return Place(component: id, standing: standing, movedAt: assembled.movedAt[id])
    }
    calls = chosen.ids.sorted().flatMap { caller in
      map.callees(of: caller).filter { shown.contains($0) }.map { ServiceMap.Call(from: caller, to: $0) }
    }
    parts = places.flatMap { place in
      let component = map[place.component]
      let above = component?.instanceOf.map { ServiceMap.Call(from: $0, to: place.component) }
      let below = component?.runsOn.map { ServiceMap.Call(from: place.component, to: $0) }
      return [above, below].compactMap { $0 }.filter { shown.contains($0.from) && shown.contains($0.to) }
    }
    spread = zip(path, path.dropFirst()).filter { shown.contains($0) && shown.contains($1) }.map {
      ServiceMap.Call(from: $0, to: $1)
    }
  }

  private struct Chosen {
    private(set) var ids: [ComponentID] = []
    private var seen: Set<ComponentID> = []
    let limit: Int

    init(limit: Int) { self.limit = limit }

    mutating func add(_ id: ComponentID) {
      guard ids.count < limit, seen.insert(id).inserted else { return }
      ids.append(id)
    }
  }
}

import IncidentModel

extension [Component] {
  /// Makes replicas of what is called like a replica of another component: `search-2` and `search-6cfdd55578-gfj6q` beside
  /// `search`. Only where nobody declared what it is or whom it calls; a mere number is believed where no calls are
  /// measured of it, since a second store may be called so as well.
  mutating func nameReplicas(declared: Set<ComponentID>, measuringCalls: Set<ComponentID>) {
    let known = Set(map(\.id))
    for position in indices where self[position].kind == .service && self[position].instanceOf == nil {
      let id = self[position].id
      let service = ComponentID(PodName.service(of: id.rawValue))
      guard service != id, known.contains(service), !declared.contains(id) else { continue }
      let isNumbered = id.rawValue.dropFirst(service.rawValue.count + 1).utf8.allSatisfy { (48...57).contains($0) }
      guard !isNumbered || !measuringCalls.contains(id) else { continue }
      self[position].kind = .instance
      self[position].instanceOf = service
    }
  }
}

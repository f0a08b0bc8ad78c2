import IncidentModel

extension Runbook.BlastRadius {
  /// The components that the steps may disturb, the target first, then by name. At most 200.
  func components(around target: ComponentID, in serviceMap: ServiceMap) -> [ComponentID] {
    let service = serviceMap[target]?.instanceOf
    var others: Set<ComponentID> = []
    switch self {
    case .component: break
    case .callers:
      others.formUnion(serviceMap.callers(of: target))
      if let service { others.formUnion(serviceMap.callers(of: service)) }
    case .node:
      let isNode = serviceMap[target]?.kind == .node
      if let node = isNode ? target : serviceMap[target]?.runsOn {
        others.insert(node)
        others.formUnion(serviceMap.components.filter { $0.runsOn == node }.map(\.id))
      }
    }
    others.remove(target)
    return [target] + others.sorted().prefix(199)
  }
}

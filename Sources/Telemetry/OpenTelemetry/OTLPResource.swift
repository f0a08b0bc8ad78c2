import IncidentModel

/// What sent a record, as far as it names a component: a few attributes of OpenTelemetry's resource conventions.
struct OTLPResource: Hashable {
  var service: String?
  var namespace: String?
  var instance: String?
  var pod: String?
  var node: String?
  var host: String?

  init(_ attributes: [String: String] = [:]) {
    func named(_ key: String) -> String? {
      // A `|` separates the parts of a series' name.
      attributes[key].flatMap { $0.isEmpty ? nil : $0.replacing("|", with: "/") }
    }
    // Kits send this prefix where nobody has named the service.
    service = named("service.name").flatMap { $0.hasPrefix("unknown_service") ? nil : $0 }
    namespace = named("service.namespace") ?? named("k8s.namespace.name")
    instance = named("service.instance.id")
    pod = named("k8s.pod.name")
    node = named("k8s.node.name")
    host = named("host.name")
  }
}

/// Components for all resources of a recording.
///
/// A pod is an instance of its service; a service of which only one instance is seen goes by its own name; two services
/// of one name in different namespaces are told apart; a host that sends no service's records is a node.
struct OTLPComponents {
  private(set) var components: [Component] = []
  private var names: [OTLPResource: ComponentID] = [:]

  init(_ resources: Set<OTLPResource>) {
    var instances: [String: Set<String>] = [:]
    var namespaces: [String: Set<String>] = [:]
    for resource in resources {
      guard let service = resource.service else { continue }
      if let instance = resource.instance { instances[service, default: []].insert(instance) }
      if let namespace = resource.namespace { namespaces[service, default: []].insert(namespace) }
    }
    let nodes = Set(resources.filter { $0.service == nil && $0.pod == nil }.compactMap { $0.node ?? $0.host })
    var made: [ComponentID: Component] = [:]
    for resource in resources {
      let runsOn = (resource.node ?? resource.host.flatMap { nodes.contains($0) ? $0 : nil }).map { ComponentID($0) }
      let service = resource.service.map { name in
        namespaces[name, default: []].count > 1 ? "\(resource.namespace ?? "default")/\(name)" : name
      }
      var component: Component
      if let pod = resource.pod {
        component = Component(
          id: ComponentID(pod), kind: .instance, instanceOf: service.map { ComponentID($0) }, runsOn: runsOn)
      } else if let service, let name = resource.service {
        component = Component(id: ComponentID(service), runsOn: runsOn)
        if let instance = resource.instance, instance != name, instances[name, default: []].count > 1 {
          // Most identifiers say nothing without their service.
          let id = instance.hasPrefix(name) ? instance : "\(service)/\(instance)"
          component = Component(
            id: ComponentID(id), kind: .instance, instanceOf: ComponentID(service), runsOn: runsOn)
        }
      } else if let node = resource.node ?? resource.host {
        component = Component(id: ComponentID(node), kind: .node, role: .host)
      } else {
        component = Component(id: "unnamed")
      }
      if component.role == .application {
        component.role = ComponentRole(inferredFromName: (component.instanceOf ?? component.id).rawValue)
      }
      names[resource] = component.id
      // A service whose copies are on several nodes is on none.
      if let other = made[component.id], other.runsOn != component.runsOn { component.runsOn = nil }
      made[component.id] = component
      if let service = component.instanceOf, made[service] == nil {
        made[service] = Component(id: service, role: component.role)
      }
    }
    for node in nodes where made[ComponentID(node)] == nil {
      made[ComponentID(node)] = Component(id: ComponentID(node), kind: .node, role: .host)
    }
    components = made.values.sorted { $0.id < $1.id }
  }

  subscript(resource: OTLPResource) -> ComponentID { names[resource] ?? "unnamed" }
}

import IncidentModel
import TextReading

/// The knowledge graph of an alert set as a service map.
struct AlertSetGraph {
  let serviceMap: ServiceMap

  /// `{"nodes": [{"id", "type"}], "edges": [{"source", "target", "label"}]}`.
  init(_ file: FileBytes, limits: ReadLimits) throws {
    var components: [String: Component] = [:]
    var edges: [(source: String, target: String, label: String)] = []
    var reader = try JSONReader(file, limits: limits)
    try reader.beginObject()
    while try reader.nextMember() {
      if reader.keyIs("nodes") {
        try Self.eachObject(&reader, keys: ["id", "type"]) { values in
          components[values[0]] = Self.component(values[0], type: values[1])
        }
      } else if reader.keyIs("edges") {
        try Self.eachObject(&reader, keys: ["source", "target", "label"]) { values in
          edges.append((values[0], values[1], values[2]))
        }
      } else {
        try reader.skipValue()
      }
    }
    try reader.finish()
    var calls: [ServiceMap.Call] = []
    for edge in edges {
      switch edge.label {
      case "instance_of": components[edge.source]?.instanceOf = ComponentID(edge.target)
      case "hosted_on": components[edge.source]?.runsOn = ComponentID(edge.target)
      case "control_flow", "data_flow":
        calls.append(ServiceMap.Call(from: ComponentID(edge.source), to: ComponentID(edge.target)))
      default: break
      }
    }
    serviceMap = ServiceMap(components: Array(components.values), calls: calls)
  }

  /// Detectors may name a host by an address whose last part is the host's number: `10.0.0.4` is `host4`.
  func component(_ entity: String) -> ComponentID {
    let id = ComponentID(entity)
    let parts = entity.split(separator: ".")
    guard serviceMap[id] == nil, parts.count == 4, parts.allSatisfy({ $0.allSatisfy(\.isNumber) }),
      let last = parts.last
    else { return id }
    let host = ComponentID("host\(last)")
    return serviceMap[host] == nil ? id : host
  }

  private static func component(_ id: String, type: String) -> Component {
    let kind: ComponentKind = type.hasSuffix("Instance") ? .instance : (type == "Host" ? .node : .service)
    let role: ComponentRole =
      switch type {
      case "Host": .host
      case "Service", "Service_Instance": .application
      case let type where type.hasPrefix("Cache"): .cache
      case let type where type.hasPrefix("Database"): .database
      default: .unknown
      }
    return Component(id: ComponentID(id), kind: kind, role: role)
  }

  private static func eachObject(
    _ reader: inout JSONReader, keys: [String], _ body: ([String]) -> Void
  ) throws {
    try reader.beginArray()
    while try reader.nextElement() {
      var values = keys.map { _ in "" }
      try reader.beginObject()
      while try reader.nextMember() {
        let key = String(decoding: reader.key, as: UTF8.self)
        if let index = keys.firstIndex(of: key) {
          values[index] = try reader.text()
        } else {
          try reader.skipValue()
        }
      }
      body(values)
    }
  }
}

import IncidentModel

extension Hypothesis {
  /// The replica that the evidence of its measurements is about, where it is about one of several alone, or the component
  /// itself where that is a replica; as it is called beside its service, `10.0.0.7:80` of `web/10.0.0.7:80`.
  func singledOutReplica(_ map: ServiceMap) -> String? {
    let service = map.service(of: component)
    let replicas = map.components.filter { $0.instanceOf == service }.map(\.id)
    guard replicas.count > 1 else { return nil }
    let measured = evidence.filter { $0.kind == .metric && $0.supports }.map { item in
      ComponentID(item.query.expression.split(separator: "|", maxSplits: 1).first.map(String.init) ?? "")
    }
    let hit = componentKind == .instance ? [component] : replicas.filter(measured.contains)
    guard hit.count == 1, let name = hit.first?.rawValue else { return nil }
    return name.hasPrefix("\(service)/") ? String(name.dropFirst(service.rawValue.utf8.count + 1)) : name
  }

  /// The words of the series of the strongest evidence, in lower case; without its component and its labels.
  var metricWords: [String] {
    guard let name = metric?.split(separator: "|").dropFirst().first else { return [] }
    return name.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }
}

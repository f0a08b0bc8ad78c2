import IncidentModel

/// What `topology.yaml` says: components with what they belong to, and who calls whom.
struct CaseTopology {
  var components: [Component] = []
  var calls: [ServiceMap.Call] = []

  init() {}

  /// - Throws: `DatasetError` with line and column for a component that is given twice, or that is, by way of others,
  ///   an instance of itself or runs on itself. Calls may form cycles.
  init(_ file: FileBytes) throws {
    let root = try StrictMapping(file, keys: ["components", "calls"])
    let entries = try root.mappings(
      "components", keys: ["id", "kind", "role", "instanceOf", "runsOn", "site", "observedOnlyByCallers"])
    var entryOf: [ComponentID: Int] = [:]
    for (position, entry) in entries.enumerated() {
      let component = try Self.component(entry)
      guard entryOf.updateValue(position, forKey: component.id) == nil else {
        throw entry.error("id", "the component “\(component.id)” is given twice")
      }
      components.append(component)
    }
    for (relation, key) in [(\Component.instanceOf, "instanceOf"), (\Component.runsOn, "runsOn")] {
      if let position = firstCycle(relation, entryOf) {
        throw entries[position].error(
          key, "“\(components[position].id)” is by way of “\(key)” above itself; such a chain has to end")
      }
    }
    calls = try root.mappings("calls", keys: ["from", "to"]).map { call in
      ServiceMap.Call(
        from: ComponentID(try call.requiredText("from")), to: ComponentID(try call.requiredText("to")))
    }
    addMentioned()
  }

  private static func component(_ entry: StrictMapping) throws -> Component {
    let id = try entry.requiredText("id")
    guard !id.contains("|") else { throw entry.error("id", "a component's name cannot contain “|”") }
    return Component(
      id: ComponentID(id), kind: try entry.choice("kind", ComponentKind.self) ?? .service,
      role: try entry.choice("role", ComponentRole.self) ?? ComponentRole(inferredFromName: id),
      instanceOf: try entry.text("instanceOf").map { ComponentID($0) },
      runsOn: try entry.text("runsOn").map { ComponentID($0) }, site: try entry.text("site"),
      isObservedOnlyByCallers: try entry.bool("observedOnlyByCallers") ?? false)
  }

  /// The first component from which a relation leads back to itself. Each chain is walked once.
  private func firstCycle(
    _ relation: KeyPath<Component, ComponentID?>, _ entryOf: [ComponentID: Int]
  ) -> Int? {
    var walkOf = [Int](repeating: -1, count: components.count)
    for start in components.indices {
      var position = start
      while walkOf[position] < 0 {
        walkOf[position] = start
        guard let next = components[position][keyPath: relation].flatMap({ entryOf[$0] }) else { break }
        if walkOf[next] == start { return next }
        position = next
      }
    }
    return nil
  }

  /// Services and nodes that are only mentioned by their instances.
  private mutating func addMentioned() {
    var known = Set(components.map(\.id))
    for component in components {
      if let service = component.instanceOf, known.insert(service).inserted {
        components.append(Component(id: service, role: ComponentRole(inferredFromName: service.rawValue)))
      }
      if let node = component.runsOn, known.insert(node).inserted {
        components.append(Component(id: node, kind: .node, role: .host))
      }
    }
  }
}

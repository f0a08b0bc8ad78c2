import ConfigurationReading
import IncidentModel
import TextReading

/// What `topology.yaml` says: components with what they belong to, and who calls whom.
struct CaseTopology {
  var components: [Component] = []
  var calls: [ServiceMap.Call] = []

  init() {}

  /// - Throws: `DatasetError` with line and column for a component that is given twice, or that is, by way of others,
  ///   an instance of itself or runs on itself. Calls may form cycles.
  init(_ file: FileBytes) throws {
    let root = try file.mapping(KeyTable(optional: ["components", "calls"]))
    let entries = try root["components"]?.list().map { try $0.mapping(Self.componentKeys) } ?? []
    var entryOf: [ComponentID: Int] = [:]
    for (position, entry) in entries.enumerated() {
      let component = try Self.component(entry)
      guard entryOf.updateValue(position, forKey: component.id) == nil else {
        throw entry.problem(at: "id", "the component “\(component.id)” is given twice")
      }
      components.append(component)
    }
    for (relation, key) in [(\Component.instanceOf, "instanceOf"), (\Component.runsOn, "runsOn")] {
      if let position = firstCycle(relation, entryOf) {
        throw entries[position].problem(
          at: key, "“\(components[position].id)” is by way of “\(key)” above itself; such a chain has to end")
      }
    }
    for value in try root["calls"]?.list() ?? [] {
      let call = try value.mapping(Self.callKeys)
      calls.append(
        ServiceMap.Call(
          from: ComponentID(try call.value("from").text()), to: ComponentID(try call.value("to").text())))
    }
    addMentioned()
  }

  private static let componentKeys = KeyTable(
    required: ["id"], optional: ["kind", "role", "instanceOf", "runsOn", "site", "observedOnlyByCallers"])
  private static let callKeys = KeyTable(required: ["from", "to"])

  private static func component(_ entry: StrictMapping<DatasetError>) throws -> Component {
    let id = try entry.value("id").text()
    guard !id.contains("|") else { throw entry.problem(at: "id", "a component's name cannot contain “|”") }
    return Component(
      id: ComponentID(id), kind: try entry["kind"]?.choice() ?? .service,
      role: try entry["role"]?.choice() ?? ComponentRole(inferredFromName: id),
      instanceOf: try entry["instanceOf"].map { ComponentID(try $0.text()) },
      runsOn: try entry["runsOn"].map { ComponentID(try $0.text()) }, site: try entry["site"]?.text(canBeEmpty: true),
      isObservedOnlyByCallers: try entry["observedOnlyByCallers"]?.flag() ?? false)
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

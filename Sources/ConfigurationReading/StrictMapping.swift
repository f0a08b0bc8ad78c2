import Yams

/// A YAML mapping of which every key has to be known, with the place of each value.
package struct StrictMapping<Problem: FileProblem> {
  private let whole: StrictValue<Problem>
  /// In the order of the file.
  package private(set) var keys: [String] = []
  /// One for each key.
  private var nodes: [(key: Node, value: Node)] = []
  /// Where each key is among the keys; empty where there are so few that looking through them is faster.
  private var places: [String: Int] = [:]

  private static var mostLookedThrough: Int { 16 }

  init(_ whole: StrictValue<Problem>, _ mapping: Node.Mapping) throws(Problem) {
    self.whole = whole
    keys.reserveCapacity(mapping.count)
    nodes.reserveCapacity(mapping.count)
    for (key, value) in mapping {
      guard let name = key.scalar?.string else { throw whole.with(key, .key).problem("a key must be a plain word") }
      append(name, (key, value))
    }
  }

  private mutating func append(_ key: String, _ node: (key: Node, value: Node)) {
    keys.append(key)
    nodes.append(node)
    if keys.count == Self.mostLookedThrough + 1 {
      for (place, key) in keys.enumerated() { places[key] = place }
    } else if keys.count > Self.mostLookedThrough {
      places[key] = keys.count - 1
    }
  }

  private func place(_ key: String) -> Int? { places.isEmpty ? keys.firstIndex(of: key) : places[key] }

  private func value(at place: Int) -> StrictValue<Problem> { whole.with(nodes[place].value, .value(of: keys[place])) }

  /// With what YAML's merge keys (`<<`) bring in; keys of the mapping's own come first.
  package func merged() throws(Problem) -> StrictMapping {
    guard place("<<") != nil else { return self }
    var result = self
    (result.keys, result.nodes, result.places) = ([], [], [:])
    for place in keys.indices where keys[place] != "<<" { result.append(keys[place], nodes[place]) }
    for place in keys.indices where keys[place] == "<<" {
      let value = value(at: place)
      for source in value.isList ? try value.list() : [value] {
        let source = try source.mapping().merged()
        for (key, node) in zip(source.keys, source.nodes) where result.place(key) == nil { result.append(key, node) }
      }
    }
    return result
  }

  /// Nil for a key that is missing or has no value.
  package subscript(key: String) -> StrictValue<Problem>? {
    guard let place = place(key) else { return nil }
    let value = value(at: place)
    return value.isNothing ? nil : value
  }

  /// The key itself, for its place; nil where it is missing.
  package func key(_ name: String) -> StrictValue<Problem>? {
    place(name).map { whole.with(nodes[$0].key, .key) }
  }

  package func value(_ key: String) throws(Problem) -> StrictValue<Problem> {
    guard let value = self[key] else { throw missing(key) }
    return value
  }

  /// A problem with the value of a key, or with the whole mapping where the key is missing.
  package func problem(at key: String, _ message: String) -> Problem {
    (place(key).map { value(at: $0) } ?? whole).problem(message)
  }

  /// Every key that is not in the table, then every one that is missing.
  package func problems(_ table: KeyTable) -> [Problem] {
    var problems: [Problem] = []
    for (key, node) in zip(keys, nodes) where !table.holds(key) {
      let known = table.all.joined(separator: ", ")
      problems.append(whole.with(node.key, .key).problem("unknown key “\(key.prefix(40))”; known are \(known)"))
    }
    for key in table.required where self[key] == nil { problems.append(missing(key, table.reasons[key])) }
    return problems
  }

  private func missing(_ key: String, _ reason: String? = nil) -> Problem {
    problem(at: key, reason ?? "“\(key)” is missing")
  }
}

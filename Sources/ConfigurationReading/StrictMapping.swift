import Yams

/// A YAML mapping of which every key has to be known, with the place of each value.
package struct StrictMapping<Problem: FileProblem> {
  private let whole: StrictValue<Problem>
  private var entries: [(key: StrictValue<Problem>, value: StrictValue<Problem>)] = []
  /// Where each key is among the entries.
  private var places: [String: Int] = [:]

  init(_ whole: StrictValue<Problem>, _ mapping: Node.Mapping) throws(Problem) {
    self.whole = whole
    for (key, value) in mapping {
      guard let name = key.scalar?.string else {
        throw whole.with(key, name: "a key").problem("a key must be a plain word")
      }
      append((whole.with(key, name: name), whole.with(value, name: "“\(name)”")))
    }
  }

  private mutating func append(_ entry: (key: StrictValue<Problem>, value: StrictValue<Problem>)) {
    places[entry.key.name] = entries.count
    entries.append(entry)
  }

  /// With what YAML's merge keys (`<<`) bring in; keys of the mapping's own come first.
  package func merged() throws(Problem) -> StrictMapping {
    guard places["<<"] != nil else { return self }
    var result = self
    (result.entries, result.places) = ([], [:])
    for entry in entries where entry.key.name != "<<" { result.append(entry) }
    for source in entries where source.key.name == "<<" {
      for value in source.value.isList ? try source.value.list() : [source.value] {
        for entry in try value.mapping().merged().entries where result.places[entry.key.name] == nil {
          result.append(entry)
        }
      }
    }
    return result
  }

  /// The keys in the order of the file.
  package var keys: [String] { entries.map(\.key.name) }

  /// Nil for a key that is missing or has no value.
  package subscript(key: String) -> StrictValue<Problem>? {
    places[key].map { entries[$0].value }.flatMap { $0.isNothing ? nil : $0 }
  }

  /// The key itself, for its place; nil where it is missing.
  package func key(_ name: String) -> StrictValue<Problem>? { places[name].map { entries[$0].key } }

  package func value(_ key: String) throws(Problem) -> StrictValue<Problem> {
    guard let value = self[key] else { throw missing(key) }
    return value
  }

  /// A problem with the value of a key, or with the whole mapping where the key is missing.
  package func problem(at key: String, _ message: String) -> Problem {
    (places[key].map { entries[$0].value } ?? whole).problem(message)
  }

  /// Every key that is not in the table, then every one that is missing.
  package func problems(_ table: KeyTable) -> [Problem] {
    let unknown = entries.filter { !table.holds($0.key.name) }.map { key, _ in
      key.problem("unknown key “\(key.name.prefix(40))”; known are \(table.all.joined(separator: ", "))")
    }
    return unknown + table.required.filter { self[$0] == nil }.map { missing($0, table.reasons[$0]) }
  }

  private func missing(_ key: String, _ reason: String? = nil) -> Problem {
    problem(at: key, reason ?? "“\(key)” is missing")
  }
}

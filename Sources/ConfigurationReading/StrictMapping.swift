import Yams

/// A YAML mapping of which every key has to be known, with the place of each value.
package struct StrictMapping<Problem: FileProblem> {
  private let whole: StrictValue<Problem>
  private var entries: [(key: StrictValue<Problem>, value: StrictValue<Problem>)] = []

  init(_ whole: StrictValue<Problem>, _ mapping: Node.Mapping) throws(Problem) {
    self.whole = whole
    for (key, value) in mapping {
      guard let name = key.scalar?.string else {
        throw whole.with(key, name: "a key").problem("a key must be a plain word")
      }
      entries.append((whole.with(key, name: name), whole.with(value, name: "“\(name)”")))
    }
  }

  /// With what YAML's merge keys (`<<`) bring in; keys of the mapping's own come first.
  package func merged() throws(Problem) -> StrictMapping {
    guard entries.contains(where: { $0.key.name == "<<" }) else { return self }
    var result = self
    result.entries.removeAll { $0.key.name == "<<" }
    for source in entries where source.key.name == "<<" {
      for value in source.value.isList ? try source.value.list() : [source.value] {
        for entry in try value.mapping().merged().entries
        where !result.entries.contains(where: { $0.key.name == entry.key.name }) {
          result.entries.append(entry)
        }
      }
    }
    return result
  }

  /// The keys in the order of the file.
  package var keys: [String] { entries.map(\.key.name) }

  /// Nil for a key that is missing or has no value.
  package subscript(key: String) -> StrictValue<Problem>? {
    entries.first { $0.key.name == key && !$0.value.isNothing }?.value
  }

  package func value(_ key: String) throws(Problem) -> StrictValue<Problem> {
    guard let value = self[key] else { throw missing(key) }
    return value
  }

  /// A problem with the value of a key, or with the whole mapping where the key is missing.
  package func problem(at key: String, _ message: String) -> Problem {
    (entries.first { $0.key.name == key }?.value ?? whole).problem(message)
  }

  /// Every key that is not in the table, then every one that is missing.
  package func problems(_ table: KeyTable) -> [Problem] {
    let known = Set(table.all)
    let offer = table.all.joined(separator: ", ")
    let unknown = entries.map(\.key).filter { !known.contains($0.name) }.map { key in
      key.problem("unknown key “\(key.name.prefix(40))”; known are \(offer)")
    }
    return unknown + table.required.filter { self[$0] == nil }.map { missing($0, table.reasons[$0]) }
  }

  private func missing(_ key: String, _ reason: String? = nil) -> Problem {
    problem(at: key, reason ?? "“\(key)” is missing")
  }
}

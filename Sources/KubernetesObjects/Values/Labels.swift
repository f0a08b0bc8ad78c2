/// Labels of an object, or what a `nodeSelector` asks for: sorted by key, keys unique.
package struct Labels: Hashable, Sendable {
  package private(set) var entries: [Entry] = []

  package struct Entry: Hashable, Sendable {
    package var key: String
    package var value: String
  }

  package init() {}

  package init(_ labels: [String: String]) {
    self.init(labels.map { Entry(key: $0.key, value: $0.value) })
  }

  /// Of a key that comes twice, the last counts, as in JSON objects.
  init(_ unsorted: [Entry]) {
    guard unsorted.count > 1 else {
      entries = unsorted
      return
    }
    var last: [String: Int] = [:]
    for (position, entry) in unsorted.enumerated() { last[entry.key] = position }
    entries = (last.count == unsorted.count ? unsorted : last.values.map { unsorted[$0] }).sorted { $0.key < $1.key }
  }

  package var isEmpty: Bool { entries.isEmpty }

  package subscript(key: String) -> String? { entries.first { $0.key == key }?.value }

  /// Whether every one of these stands in the other labels with the same value.
  package func isSubset(of other: Labels) -> Bool { entries.allSatisfy { other[$0.key] == $0.value } }
}

extension Labels: CustomStringConvertible {
  /// `app=web,tier=front`.
  package var description: String { entries.map { "\($0.key)=\($0.value)" }.joined(separator: ",") }
}

/// The labels of namespaces, as far as they were read.
package struct NamespaceLabels: Sendable {
  /// The API server gives it to every namespace.
  package static let nameKey = "kubernetes.io/metadata.name"
  private let labels: [String: Labels]

  package init(_ namespaces: [ClusterNamespace] = []) {
    labels = Dictionary(namespaces.map { ($0.name, $0.metadata.labels) }, uniquingKeysWith: { first, _ in first })
  }

  /// Nil where the selector asks for labels of a namespace that was not read; its name is always known.
  package func matches(_ selector: LabelSelector, _ namespace: String) -> Bool? {
    let known = labels[namespace]
    var isOpen = false
    for entry in selector.matchLabels.entries {
      if entry.key == Self.nameKey {
        if entry.value != namespace { return false }
      } else if let known {
        if known[entry.key] != entry.value { return false }
      } else {
        isOpen = true
      }
    }
    for requirement in selector.matchExpressions {
      if requirement.key == Self.nameKey {
        if !requirement.matches(value: namespace) { return false }
      } else if let known {
        if !requirement.matches(known) { return false }
      } else {
        isOpen = true
      }
    }
    return isOpen ? nil : true
  }
}

/// One line of `matchExpressions`.
package struct LabelRequirement: Hashable, Sendable {
  package enum Operator: String, Sendable, CaseIterable {
    case isIn = "In"
    case isNotIn = "NotIn"
    case exists = "Exists"
    case doesNotExist = "DoesNotExist"
    case isGreaterThan = "Gt"
    case isLessThan = "Lt"
  }

  package var key: String
  /// Nil for an operator that is not known; it matches nothing.
  package var relation: Operator?
  package var values: [String]

  package func matches(_ labels: Labels) -> Bool { matches(value: labels[key]) }

  package func matches(value: String?) -> Bool {
    switch relation {
    case .isIn: value.map(values.contains) ?? false
    case .isNotIn: value.map { !values.contains($0) } ?? true
    case .exists: value != nil
    case .doesNotExist: value == nil
    case .isGreaterThan: compare(value, >)
    case .isLessThan: compare(value, <)
    case nil: false
    }
  }

  private func compare(_ value: String?, _ holds: (Int, Int) -> Bool) -> Bool {
    guard let number = value.flatMap({ Int($0) }), let bound = values.first.flatMap({ Int($0) }) else { return false }
    return holds(number, bound)
  }
}

extension LabelRequirement: CustomStringConvertible {
  package var description: String {
    switch relation {
    case .exists: key
    case .doesNotExist: "!\(key)"
    default: "\(key) \(relation?.rawValue ?? "?") (\(values.joined(separator: ", ")))"
    }
  }
}

/// `matchLabels` and `matchExpressions`; an empty selector matches everything.
package struct LabelSelector: Hashable, Sendable {
  package var matchLabels = Labels()
  package var matchExpressions: [LabelRequirement] = []

  package init(matchLabels: Labels = Labels(), matchExpressions: [LabelRequirement] = []) {
    self.matchLabels = matchLabels
    self.matchExpressions = matchExpressions
  }

  package var isEmpty: Bool { matchLabels.isEmpty && matchExpressions.isEmpty }

  package func matches(_ labels: Labels) -> Bool {
    matchLabels.isSubset(of: labels) && matchExpressions.allSatisfy { $0.matches(labels) }
  }
}

extension LabelSelector: CustomStringConvertible {
  package var description: String {
    let parts = (matchLabels.isEmpty ? [] : ["\(matchLabels)"]) + matchExpressions.map(\.description)
    return parts.isEmpty ? "everything" : parts.joined(separator: ",")
  }
}

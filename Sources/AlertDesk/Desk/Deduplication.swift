import IncidentModel

/// Which alerts are one, kept so that the first of them is found by the labels that count.
struct Deduplication: Sendable {
  struct Key: Hashable, Sendable {
    var rule: Int
    var labels: LabelSet
  }

  private let rules: [DeskRules.Deduplication]
  private let names: [[[UInt8]]]
  private var firsts: [Key: Fingerprint] = [:]

  init(_ rules: [DeskRules.Deduplication]) {
    self.rules = rules
    names = rules.map { $0.by.map { Array($0.utf8) } }
  }

  var isEmpty: Bool { rules.isEmpty }

  /// By the first rule that matches an alert which has all the labels that count.
  func key(_ labels: LabelSet) -> Key? {
    for (place, rule) in rules.enumerated() where rule.matchers.allSatisfy({ $0.matches(labels) }) {
      let hasAll = names[place].allSatisfy { name in labels.withValue(of: name) { !$0.isEmpty } }
      if hasAll { return Key(rule: place, labels: labels.keeping(names[place])) }
    }
    return nil
  }

  func first(_ key: Key) -> Fingerprint? { firsts[key] }

  mutating func insert(_ fingerprint: Fingerprint, _ labels: LabelSet) {
    guard !isEmpty, let key = key(labels), firsts[key] == nil else { return }
    firsts[key] = fingerprint
  }

  mutating func remove(_ fingerprint: Fingerprint, _ labels: LabelSet) {
    guard !isEmpty, let key = key(labels), firsts[key] == fingerprint else { return }
    firsts[key] = nil
  }
}

/// An alert with those that are taken for the same.
struct DuplicateSet: Hashable, Sendable, Codable {
  /// Of each, itself among them, when its sender says that it ends.
  var ends: [Fingerprint: Int64]

  /// So many sources of one alert are remembered.
  static let maximumCount = 1000
}

extension Desk {
  /// Turns a report of a duplicate into one of the first of its set, which fires for as long as any of them does.
  ///
  /// - Returns: the alert that the report counts for; nil where the set is full.
  mutating func unite(_ report: inout ActiveAlert, _ own: Fingerprint) -> Fingerprint? {
    guard !deduplication.isEmpty, let key = deduplication.key(report.labels) else { return own }
    guard let first = deduplication.first(key), let known = state.alerts[first] else { return own }
    if first == own, state.rules.duplicates[first] == nil { return own }
    var set = state.rules.duplicates[first] ?? DuplicateSet(ends: [first: known.endsAt])
    guard set.ends[own] != nil || set.ends.count < DuplicateSet.maximumCount else { return nil }
    set.ends[own] = report.endsAt
    report.labels = known.labels
    if first != own {
      report.annotations = known.annotations
      state.rules.firstOfDuplicate[own] = first
    }
    report.endsAt = set.ends.values.max() ?? report.endsAt
    state.rules.duplicates[first] = set
    return first
  }

  mutating func forgetDuplicates(of first: Fingerprint) {
    guard let set = state.rules.duplicates.removeValue(forKey: first) else { return }
    for other in set.ends.keys { state.rules.firstOfDuplicate[other] = nil }
  }

  /// The alert that an alert was taken for; itself where it was taken for none.
  package func representative(of fingerprint: Fingerprint) -> Fingerprint {
    state.rules.firstOfDuplicate[fingerprint] ?? fingerprint
  }
}

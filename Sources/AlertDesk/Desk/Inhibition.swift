/// Which alerts mute others by the rules, kept so that asking does not go through all alerts.
struct Inhibition: Sendable {
  private struct Rule: Sendable {
    var rule: InhibitRule
    var equalNames: [[UInt8]]
    /// Alerts that match the source, by their values of the labels that must be equal.
    var sources: [LabelSet: Set<Fingerprint>] = [:]
  }

  private var rules: [Rule]

  init(_ rules: [InhibitRule]) {
    self.rules = rules.map { rule in
      Rule(
        rule: rule,
        equalNames: Set(rule.equal).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { Array($0.utf8) })
    }
  }

  mutating func insert(_ fingerprint: Fingerprint, _ labels: LabelSet) {
    for index in rules.indices where rules[index].rule.source.allSatisfy({ $0.matches(labels) }) {
      rules[index].sources[labels.keeping(rules[index].equalNames), default: []].insert(fingerprint)
    }
  }

  mutating func remove(_ fingerprint: Fingerprint, _ labels: LabelSet) {
    for index in rules.indices where rules[index].rule.source.allSatisfy({ $0.matches(labels) }) {
      let key = labels.keeping(rules[index].equalNames)
      rules[index].sources[key]?.remove(fingerprint)
      if rules[index].sources[key]?.isEmpty == true { rules[index].sources[key] = nil }
    }
  }

  /// Each rule that mutes an alert, with the firing alerts that make it do so; of those a few when only asking whether.
  func inhibitors(
    of labels: LabelSet, among alerts: [Fingerprint: ActiveAlert], at now: Int64, onlyFirst: Bool = false
  ) -> [(rule: Int, sources: [Fingerprint])] {
    var result: [(rule: Int, sources: [Fingerprint])] = []
    for (index, rule) in rules.enumerated() where rule.rule.target.allSatisfy({ $0.matches(labels) }) {
      guard let candidates = rule.sources[labels.keeping(rule.equalNames)] else { continue }
      // What matches both sides is not muted by others that match both.
      let matchesBoth = rule.rule.source.allSatisfy { $0.matches(labels) }
      func mutes(_ source: Fingerprint) -> Bool {
        guard let alert = alerts[source], !alert.isResolved(at: now) else { return false }
        return !(matchesBoth && rule.rule.target.allSatisfy { $0.matches(alert.labels) })
      }
      if onlyFirst {
        if candidates.contains(where: mutes) { return [(index, [])] }
      } else {
        let sources = candidates.filter(mutes).sorted()
        if !sources.isEmpty { result.append((index, sources)) }
      }
    }
    return result
  }
}

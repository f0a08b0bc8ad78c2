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

  /// Until when an alert is muted at least, unless what mutes it is reported to be over before; nil where it is not muted.
  func inhibits(_ labels: LabelSet, among alerts: [Fingerprint: ActiveAlert], at now: Int64) -> Int64? {
    for rule in rules {
      let source = candidates(rule, labels).first { mutes($0, by: rule, labels, among: alerts, at: now) }
      if let source { return alerts[source]?.endsAt }
    }
    return nil
  }

  /// For each rule that may mute an alert a hash of what it has in common with those that do, whether or not any fires.
  func subjects(ofTarget labels: LabelSet) -> [UInt64] { subjects(labels) { $0.target } }

  /// The same of an alert that may mute others.
  func subjects(ofSource labels: LabelSet) -> [UInt64] { subjects(labels) { $0.source } }

  private func subjects(_ labels: LabelSet, _ side: (InhibitRule) -> [Matcher]) -> [UInt64] {
    rules.enumerated().compactMap { place, rule in
      guard side(rule.rule).allSatisfy({ $0.matches(labels) }) else { return nil }
      return (labels.keeping(rule.equalNames).fingerprint.value ^ UInt64(place)) &* Fingerprint.prime
    }
  }

  /// Each rule that mutes an alert, with the firing alerts that make it do so.
  func inhibitors(
    of labels: LabelSet, among alerts: [Fingerprint: ActiveAlert], at now: Int64
  ) -> [(rule: Int, sources: [Fingerprint])] {
    rules.enumerated().compactMap { index, rule in
      let sources = candidates(rule, labels).filter { mutes($0, by: rule, labels, among: alerts, at: now) }.sorted()
      return sources.isEmpty ? nil : (index, sources)
    }
  }

  private func candidates(_ rule: Rule, _ labels: LabelSet) -> Set<Fingerprint> {
    guard !rule.sources.isEmpty, rule.rule.target.allSatisfy({ $0.matches(labels) }) else { return [] }
    return rule.sources[labels.keeping(rule.equalNames)] ?? []
  }

  private func mutes(
    _ source: Fingerprint, by rule: Rule, _ labels: LabelSet, among alerts: [Fingerprint: ActiveAlert], at now: Int64
  ) -> Bool {
    guard let alert = alerts[source], !alert.isResolved(at: now) else { return false }
    // What matches both sides is not muted by others that match both.
    return
      !(rule.rule.target.allSatisfy { $0.matches(alert.labels) }
      && rule.rule.source.allSatisfy { $0.matches(labels) })
  }
}

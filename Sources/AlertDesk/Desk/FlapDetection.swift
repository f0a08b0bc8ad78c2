/// When an alert began lately, and until when it is held for it.
struct FlapRecord: Hashable, Sendable, Codable {
  /// As many as the rule asks for at most, the latest last.
  var starts: [Int64] = []
  var heldUntil: Int64 = .min
  /// When it was told last. What flaps is told once: faster than its group waits, it would never be told otherwise.
  var toldAt: Int64?
}

extension Desk {
  func flappingRule(for labels: LabelSet) -> DeskRules.Flapping? {
    rules.flapping.first { $0.matchers.allSatisfy { $0.matches(labels) } }
  }

  mutating func countStart(_ fingerprint: Fingerprint, _ labels: LabelSet) {
    guard let rule = flappingRule(for: labels) else { return }
    let now = state.now
    var record = state.rules.flaps[fingerprint] ?? FlapRecord()
    record.starts = record.starts.filter { $0 > now.addingSaturating(-rule.within) }.suffix(rule.starts - 1) + [now]
    // What flaps already is held on for each new begin.
    if record.starts.count >= rule.starts || record.heldUntil > now {
      record.heldUntil = now.addingSaturating(rule.hold)
    }
    state.rules.flaps[fingerprint] = record
  }

  func isFlapping(_ fingerprint: Fingerprint) -> Bool { heldUntil(fingerprint) != nil }

  /// Nil for what does not flap, or was not told yet.
  func heldUntil(_ fingerprint: Fingerprint) -> Int64? {
    guard !rules.flapping.isEmpty, let record = state.rules.flaps[fingerprint], record.heldUntil > state.now,
      record.toldAt != nil
    else { return nil }
    return record.heldUntil
  }

  mutating func forgetFlaps() {
    guard !rules.flapping.isEmpty else { return }
    let longest = rules.flapping.map(\.within).max() ?? 0
    let now = state.now
    state.rules.flaps = state.rules.flaps.filter { _, record in
      record.heldUntil > now || (record.starts.last ?? .min) > now.addingSaturating(-longest)
    }
  }
}

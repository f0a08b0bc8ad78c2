/// What was told last to each integration about each group.
struct NotificationLog: Hashable, Sendable {
  struct Key: Hashable, Sendable {
    var group: AlertGroup.Identity
    var receiver: Int32
    var integration: Int32
  }

  struct Entry: Hashable, Sendable, Codable {
    var at: Int64
    /// Sorted.
    var firing: [Fingerprint]
    var resolved: [Fingerprint]
    var repeatInterval: Int64
  }

  /// Alertmanager forgets entries every fifteen minutes: after twice the repeat interval, and after five days at most.
  static let forgettingInterval: Int64 = 900_000_000_000
  static let retention: Int64 = 432_000_000_000_000

  private(set) var entries: [Key: Entry] = [:]

  func entry(_ key: Key, at now: Int64, since start: Int64) -> Entry? {
    guard let entry = entries[key] else { return nil }
    let lastForgetting = now - (now - start) % Self.forgettingInterval
    return entry.expiry <= lastForgetting ? nil : entry
  }

  mutating func record(_ entry: Entry, for key: Key) { entries[key] = entry }

  mutating func forget(before moment: Int64) {
    // Few are forgotten at a time: keeping the others would copy all of them.
    let forgotten = entries.compactMap { $0.value.expiry <= moment ? $0.key : nil }
    for key in forgotten { entries[key] = nil }
  }
}

extension NotificationLog.Entry {
  var expiry: Int64 {
    let (twice, overflow) = repeatInterval.multipliedReportingOverflow(by: 2)
    return at + min(overflow ? .max : twice, NotificationLog.retention)
  }

  /// Why the group must be told again; nil where nothing that matters changed.
  func reason(
    firing: [Fingerprint], resolved: [Fingerprint], sendsResolved: Bool, repeatInterval: Int64, now: Int64
  ) -> Notification.Reason? {
    if !Self.isSubset(firing, self.firing) { return .newAlerts }
    // Told even to those who do not want to hear of ends, so that the log forgets what fired.
    if firing.isEmpty { return self.firing.isEmpty ? nil : .allResolved }
    if sendsResolved, !Self.isSubset(resolved, self.resolved) { return .someResolved }
    return at < now - repeatInterval ? .repeated : nil
  }

  /// Both are sorted.
  private static func isSubset(_ part: [Fingerprint], _ whole: [Fingerprint]) -> Bool {
    var index = 0
    for element in part {
      while index < whole.count, whole[index] < element { index += 1 }
      guard index < whole.count, whole[index] == element else { return false }
    }
    return true
  }
}

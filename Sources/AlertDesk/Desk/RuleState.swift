import IncidentModel

/// What the desk remembers for the rules beyond Alertmanager's. It is kept over a restart.
struct RuleState: Hashable, Sendable, Codable {
  /// By the first of each set.
  var duplicates: [Fingerprint: DuplicateSet] = [:]
  var firstOfDuplicate: [Fingerprint: Fingerprint] = [:]
  var flaps: [Fingerprint: FlapRecord] = [:]
  var storm = StormRecord()
  /// When each receiver was paged last, as many times as its budget allows.
  var pagesOfReceiver: [String: [Int64]] = [:]
  /// Alerts that somebody took on, each until it begins again.
  var acknowledged: [Fingerprint: Acknowledgement] = [:]
  var incidents = IncidentRegister()
  var noise: [String: NoiseScore] = [:]
}

/// Who took an alert on, and when.
package struct Acknowledgement: Hashable, Sendable, Codable {
  package var by: String
  package var at: Timestamp
}

extension Fingerprint: CodingKeyRepresentable {
  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  package var codingKey: any CodingKey { Key(stringValue: description) }

  package init?(codingKey: some CodingKey) { self.init(codingKey.stringValue) }
}

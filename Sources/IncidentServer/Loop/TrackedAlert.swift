import AlertDesk
import IncidentModel
import Telemetry

/// An alert as the ledger knows it. Moments are nanoseconds since 1970.
struct TrackedAlert: Sendable, Hashable {
  var labels: LabelSet
  var annotations: LabelSet
  var startsAt: Int64
  var endsAt: Int64
  var updatedAt: Int64
  /// Whether the end is only assumed, since the sender gave none.
  var endIsAssumed: Bool
  /// The incident that it belongs to.
  var incident: Int?

  func isFiring(at moment: Int64) -> Bool { endsAt > moment }

  /// The labels that name what an alert is about, the most telling first.
  static let componentLabels = ["component", "service", "job", "pod", "instance"]

  var component: String? {
    Self.componentLabels.lazy.map { labels[$0] }.first { !$0.isEmpty }
  }

  var name: String {
    let name = labels["alertname"]
    return name.isEmpty ? "alert" : name
  }

  var title: String { name + (component.map { " at \($0)" } ?? "") }

  /// From the labels that monitors use for it.
  var severity: Severity {
    switch labels["severity"].lowercased() {
    case "critical", "page", "disaster", "fatal", "emergency": .sev1
    case "error", "high", "major": .sev2
    case "warning", "medium", "average", "minor": .sev3
    default: .sev4
    }
  }

  func view(_ fingerprint: Fingerprint, at now: Timestamp) -> AlertView {
    AlertView(
      fingerprint: fingerprint.description, labels: labels.dictionary, annotations: annotations.dictionary,
      startsAt: Timestamp(nanoseconds: startsAt), endsAt: Timestamp(nanoseconds: endsAt),
      updatedAt: Timestamp(nanoseconds: updatedAt), state: isFiring(at: now.nanoseconds) ? .firing : .resolved,
      incident: incident.map { "INC-\($0)" })
  }

  /// As an investigation reads it.
  func telemetry(at now: Timestamp) -> Alert {
    Alert(
      labels: labels.dictionary, annotations: annotations.dictionary, startsAt: Timestamp(nanoseconds: startsAt),
      endsAt: isFiring(at: now.nanoseconds) ? nil : Timestamp(nanoseconds: endsAt))
  }
}

extension LabelSet {
  var dictionary: [String: String] {
    Dictionary(labels.map { ($0.name, $0.value) }) { first, _ in first }
  }

  /// From the bytes that `bytes` gave.
  init(stored bytes: [UInt8]) {
    let texts = bytes.split(separator: 0xff, omittingEmptySubsequences: false)
    self.init(
      stride(from: 0, to: texts.count - 1, by: 2).map {
        (name: String(decoding: texts[$0], as: UTF8.self), value: String(decoding: texts[$0 + 1], as: UTF8.self))
      })
  }
}

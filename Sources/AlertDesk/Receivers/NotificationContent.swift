import IncidentModel
import TextReading

/// All that a receiver is told with one notification.
package struct NotificationContent: Hashable, Sendable, Codable {
  package struct Alert: Hashable, Sendable, Codable {
    package var fingerprint: Fingerprint
    package var isFiring: Bool
    package var labels: LabelSet
    package var annotations: LabelSet
    package var startsAt: Timestamp
    /// For one that is over.
    package var endsAt: Timestamp?
  }

  package var notification: Notification
  package var alerts: [Alert]
  /// Whether an incident that the alerts are parts of goes on, though nothing in this group fires.
  package var incidentGoesOn: Bool
  /// The worst of what fires, in the policy's words.
  package var severity: String?

  /// The same for the same message, whenever it is made: whoever gets it twice can tell.
  package var idempotencyKey: String {
    var digest = ContentDigest()
    for text in [notification.receiver, notification.groupKey, notification.reason.rawValue] { digest.update(text) }
    digest.update(Int64(notification.integration))
    digest.update(notification.at.nanoseconds)
    for alert in alerts { digest.update("\(alert.fingerprint) \(alert.isFiring)") }
    return String(digest.finalize().dropFirst(7).prefix(32))
  }

  package var isFiring: Bool { alerts.contains(where: \.isFiring) }

  /// What all alerts have in common.
  package var commonLabels: LabelSet { Self.common(alerts.map(\.labels)) }
  package var commonAnnotations: LabelSet { Self.common(alerts.map(\.annotations)) }

  private static func common(_ sets: [LabelSet]) -> LabelSet {
    guard let first = sets.first else { return LabelSet() }
    let shared = first.labels.filter { label in sets.dropFirst().allSatisfy { $0[label.name] == label.value } }
    return LabelSet(shared.map { (name: $0.name, value: $0.value) })
  }

  /// `[FIRING:2] HighLatency`, as people know it from Alertmanager.
  var title: String {
    let count = alerts.count(where: \.isFiring)
    let name = commonLabels["alertname"]
    let values = notification.groupLabels.labels.filter { $0.name != "alertname" }.map(\.value)
    let subject = ([name] + values).filter { !$0.isEmpty }.joined(separator: " ")
    return (isFiring ? "[FIRING:\(count)]" : "[RESOLVED]") + (subject.isEmpty ? "" : " " + subject)
  }

  /// One line an alert, then what else there is to know.
  var lines: [String] {
    var lines = alerts.prefix(Self.shownAlerts).map { alert in
      let summary =
        [alert.annotations["summary"], alert.annotations["description"], alert.labels.description]
        .first { !$0.isEmpty } ?? ""
      return (alert.isFiring ? "firing" : "over")
        + " since \(alert.isFiring ? alert.startsAt : alert.endsAt ?? alert.startsAt): "
        + summary
    }
    if alerts.count > Self.shownAlerts { lines.append("and \(alerts.count - Self.shownAlerts) more") }
    if let because = notification.because { lines.append("You are told since: \(because).") }
    if !notification.incidents.isEmpty {
      let numbers = notification.incidents.map(String.init).joined(separator: ", ")
      lines.append((notification.isUpdate ? "Update to incident " : "Incident ") + numbers)
    }
    if notification.heldByStorm > 0 {
      lines.append("\(notification.heldByStorm) other alerts are held while the storm lasts.")
    }
    return lines
  }

  private static let shownAlerts = 20
}

extension Desk {
  /// What a notification tells, with the alerts as they are now; to be asked for right after it was taken.
  package func content(of notification: Notification) -> NotificationContent {
    let alerts = notification.alerts.compactMap { told -> NotificationContent.Alert? in
      guard let alert = state.alerts[told.fingerprint] else { return nil }
      return NotificationContent.Alert(
        fingerprint: told.fingerprint, isFiring: told.isFiring, labels: alert.labels, annotations: alert.annotations,
        startsAt: told.startsAt, endsAt: told.isFiring ? nil : Timestamp(nanoseconds: alert.endsAt))
    }
    let goesOn = notification.alerts.contains { told in
      guard let incident = state.alerts[told.fingerprint].map({ Int($0.incident) }), incident != 0 else { return false }
      return fires(incident: incident)
    }
    let worst = notification.alerts.filter(\.isFiring).compactMap { state.alerts[$0.fingerprint].map(severityRank) }
      .min()
    return NotificationContent(
      notification: notification, alerts: alerts, incidentGoesOn: goesOn,
      severity: worst.flatMap { rules.severity.order.indices.contains($0) ? rules.severity.order[$0] : nil })
  }
}

import IncidentModel
import TextReading

/// Bodies as receivers expect them.
enum ReceiverBodies {
  /// Alertmanager's webhook, version 4; what it has no place for is below `tocsin`.
  static func webhook(_ content: NotificationContent, _ externalURL: String) -> JSONValue {
    let notification = content.notification
    let alerts = content.alerts.map { alert in
      JSONValue.object([
        "status": .string(alert.isFiring ? "firing" : "resolved"), "labels": labels(alert.labels),
        "annotations": labels(alert.annotations), "startsAt": .string(alert.startsAt.description),
        // The year 1 stands for no time.
        "endsAt": .string(alert.endsAt?.description ?? "0001-01-01T00:00:00Z"), "generatorURL": .string(""),
        "fingerprint": .string(alert.fingerprint.description),
      ])
    }
    var beyond: [String: JSONValue] = [
      "reason": .string(notification.reason.rawValue), "key": .string(content.idempotencyKey),
    ]
    if let severity = content.severity { beyond["severity"] = .string(severity) }
    if let because = notification.because { beyond["because"] = .string(because) }
    if !notification.incidents.isEmpty {
      beyond["incidents"] = .array(notification.incidents.map { .number(Double($0)) })
      beyond["isUpdate"] = .bool(notification.isUpdate)
    }
    if notification.heldByStorm > 0 { beyond["heldByStorm"] = .number(Double(notification.heldByStorm)) }
    return .object([
      "version": .string("4"), "groupKey": .string(notification.groupKey), "truncatedAlerts": .number(0),
      "status": .string(content.isFiring ? "firing" : "resolved"), "receiver": .string(notification.receiver),
      "groupLabels": labels(notification.groupLabels), "commonLabels": labels(content.commonLabels),
      "commonAnnotations": labels(content.commonAnnotations), "externalURL": .string(externalURL),
      "alerts": .array(alerts), "tocsin": .object(beyond),
    ])
  }

  /// An attachment, as Slack and what speaks its webhooks show it.
  static func slack(
    _ content: NotificationContent, _ settings: [String: String], _ externalURL: String
  ) -> JSONValue {
    var body: [String: JSONValue] = [
      "attachments": .array([
        .object([
          "color": .string(content.isFiring ? "danger" : "good"), "title": .string(content.title),
          "title_link": .string(externalURL), "fallback": .string(content.title),
          "text": .string(content.lines.map(escapedForSlack).joined(separator: "\n")),
        ])
      ])
    ]
    for key in ["channel", "username", "icon_emoji"] {
      if let value = settings[key], !value.isEmpty { body[key] = .string(value) }
    }
    return .object(body)
  }

  /// The three characters that Slack gives a meaning; alerts must not mention everybody in a channel.
  private static func escapedForSlack(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  /// The card of the older connectors.
  static func teamsCard(_ content: NotificationContent) -> JSONValue {
    .object([
      "@context": .string("http://schema.org/extensions"), "@type": .string("MessageCard"),
      "title": .string(content.title), "summary": .string(content.title),
      "text": .string(content.lines.joined(separator: "\n\n")),
      "themeColor": .string(content.isFiring ? "8C1A1A" : "2DC72D"),
    ])
  }

  /// The card of workflows.
  static func teamsAdaptiveCard(_ content: NotificationContent) -> JSONValue {
    let heading = JSONValue.object([
      "type": .string("TextBlock"), "text": .string(content.title), "weight": .string("Bolder"),
      "size": .string("Medium"), "wrap": .bool(true), "style": .string("heading"),
      "color": .string(content.isFiring ? "Attention" : "Good"),
    ])
    let lines = content.lines.map {
      JSONValue.object(["type": .string("TextBlock"), "text": .string($0), "wrap": .bool(true)])
    }
    let card = JSONValue.object([
      "$schema": .string("http://adaptivecards.io/schemas/adaptive-card.json"), "type": .string("AdaptiveCard"),
      "version": .string("1.4"), "body": .array([heading] + lines),
      "msteams": .object(["width": .string("Full")]),
    ])
    return .object([
      "type": .string("message"),
      "attachments": .array([
        .object([
          "contentType": .string("application/vnd.microsoft.card.adaptive"), "content": card,
        ])
      ]),
    ])
  }

  /// An event of PagerDuty's Events API, version 2. Alerts of one incident share its key, so that it pages once.
  static func pagerDuty(
    _ content: NotificationContent, _ settings: [String: String], routingKey: String, _ externalURL: String
  ) -> JSONValue {
    let key = content.notification.incidents.first.map { "incident \($0)" } ?? content.notification.groupKey
    var event: [String: JSONValue] = [
      "routing_key": .string(routingKey), "dedup_key": .string(ContentDigest.of(key)),
      "event_action": .string(content.isFiring ? "trigger" : "resolve"),
    ]
    guard content.isFiring else { return .object(event) }
    let given = content.severity ?? ""
    let severity = ["critical", "error", "warning", "info"].contains(given) ? given : "error"
    var payload: [String: JSONValue] = [
      // PagerDuty takes 1024 characters.
      "summary": .string(String(content.title.prefix(1024))), "severity": .string(severity),
      "source": .string(settings["source"] ?? "Tocsin"),
      "timestamp": .string((content.alerts.map(\.startsAt).min() ?? content.notification.at).description),
      "custom_details": .object(["alerts": .array(content.lines.map { .string($0) })]),
    ]
    for name in ["class", "component", "group"] {
      if let value = settings[name], !value.isEmpty { payload[name] = .string(value) }
    }
    event["payload"] = .object(payload)
    event["client"] = .string(settings["client"] ?? "Tocsin")
    event["client_url"] = .string(settings["client_url"] ?? externalURL)
    return .object(event)
  }

  private static func labels(_ set: LabelSet) -> JSONValue {
    .object(Dictionary(set.labels.map { ($0.name, .string($0.value)) }) { first, _ in first })
  }
}

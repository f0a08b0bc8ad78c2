import AlertDesk
import IncidentModel
import TextReading

/// One event of PagerDuty's Events API v2, for an alert or for a change. The routing key is a secret: it is compared and
/// never kept.
struct PagerDutyEvent: Sendable {
  let body: JSONValue
  let payload: JSONValue

  /// - Throws: `DatasetError` for what is no JSON object.
  init(_ bytes: [UInt8]) throws {
    body = try JSONValue(parsing: bytes, name: "body")
    guard body.object != nil else { throw DatasetError(file: "body", message: "an object is expected") }
    payload = body["payload"] ?? .null
  }

  var routingKey: String? { body["routing_key"]?.string }

  /// What tells one alert from another: the sender's key, or one over what the alert is about.
  var key: String {
    if let key = body["dedup_key"]?.string, !key.isEmpty { return String(key.prefix(255)) }
    let about = ["summary", "source", "component", "group", "class"].map { payload[$0]?.string ?? "" }
    return String(ContentDigest.of(about.joined(separator: "\n")).dropFirst(7).prefix(32))
  }

  /// The body without the routing key, as the journal keeps it.
  var kept: [UInt8] {
    var members = body.object ?? [:]
    members["routing_key"] = nil
    return Array(JSONValue.object(members).text.utf8)
  }

  func report(at: Timestamp) throws -> AlertReport {
    switch body["event_action"]?.string {
    case "acknowledge": return .nothing
    case "resolve":
      guard body["dedup_key"]?.string?.isEmpty == false else { throw problem("“dedup_key” is missing") }
      return .ended(label: "dedup_key", value: key)
    case "trigger": break
    default: throw problem("“event_action” has to be trigger, acknowledge or resolve")
    }
    guard let summary = payload["summary"]?.string, let source = payload["source"]?.string else {
      throw problem("“payload” needs a summary and a source")
    }
    var labels = [
      "alertname": payload["class"]?.string ?? String(summary.prefix(80)), "dedup_key": key, "instance": source,
      "severity": payload["severity"]?.string ?? "",
    ]
    labels["component"] = payload["component"]?.string
    labels["group"] = payload["group"]?.string
    return .alerts(
      [
        IncomingAlert(
          labels: LabelSet(labels.map { (name: $0.key, value: $0.value) }),
          annotations: ["summary": String(summary.prefix(1024))], startsAt: try time() ?? at)
      ], assumedSeconds: AlertFormat.standingSeconds)
  }

  func change(at: Timestamp) throws -> ReceivedChange {
    guard let summary = payload["summary"]?.string, !summary.isEmpty else { throw problem("“payload” needs a summary") }
    let details = payload["custom_details"] ?? .null
    let component =
      ["service", "component"].lazy.compactMap { details[$0]?.string }.first ?? payload["source"]?.string ?? "unknown"
    return ReceivedChange(
      key: "pagerduty:" + ContentDigest.of(String(decoding: kept, as: UTF8.self)), time: try time() ?? at,
      component: component, kind: details["kind"]?.string, summary: summary, from: details["from"]?.string,
      to: details["to"]?.string, by: payload["source"]?.string)
  }

  private func time() throws -> Timestamp? {
    guard let text = payload["timestamp"]?.string else { return nil }
    guard let time = Timestamp(rfc3339: text) else { throw problem("“timestamp” is no time") }
    return time
  }

  private func problem(_ message: String) -> DatasetError { DatasetError(file: "body", message: message) }
}

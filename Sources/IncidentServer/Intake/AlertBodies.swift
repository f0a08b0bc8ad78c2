import AlertDesk
import IncidentModel
import TextReading

/// What a body of alerts says, whoever sent it.
enum AlertReport: Sendable, Hashable {
  /// An alert without an end is over after so many seconds unless it is repeated.
  case alerts([IncomingAlert], assumedSeconds: Double)
  /// Everything that carries this label with this value is over.
  case ended(label: String, value: String)
  /// What happens to the alert desk without an alert.
  case desk(DeskAction)
  /// Nothing that changes an alert.
  case nothing
}

/// The shapes in which monitors send alerts; the raw value is what the journal keeps.
enum AlertFormat: String, Sendable, Hashable, CaseIterable {
  /// `POST /api/v2/alerts`, as Prometheus sends to an Alertmanager.
  case alertmanager
  /// Alertmanager's webhook, version 4, and Grafana's, which has the same alerts in it.
  case webhook
  /// PagerDuty's Events API v2.
  case pagerDuty = "pagerduty"
  /// An action of our own.
  case desk

  /// Prometheus repeats every alert well within this; Alertmanager assumes as much.
  static let repeatedSeconds = 300.0
  /// Those who send again only when something changes are believed for a day.
  static let standingSeconds = 86_400.0
  static let maximumAlertsPerBody = 20_000

  /// - Parameter at: when it came, for what is over but does not say since when.
  /// - Throws: `DatasetError` with line and column.
  func read(_ body: [UInt8], at: Timestamp) throws -> AlertReport {
    switch self {
    case .alertmanager: return .alerts(try Self.postedAlerts(body), assumedSeconds: Self.repeatedSeconds)
    case .webhook: return .alerts(try Self.webhookAlerts(body, at), assumedSeconds: Self.standingSeconds)
    case .pagerDuty: return try PagerDutyEvent(body).report(at: at)
    case .desk: return try Self.deskAction(body)
    }
  }

  private static func postedAlerts(_ body: [UInt8]) throws -> [IncomingAlert] {
    var reader = try JSONReader(FileBytes(name: "body", bytes: body))
    var alerts: [IncomingAlert] = []
    try reader.beginArray()
    while try reader.nextElement() { alerts.append(try alert(&reader, nil)) }
    try reader.finish()
    return alerts
  }

  private static func webhookAlerts(_ body: [UInt8], _ at: Timestamp) throws -> [IncomingAlert] {
    var reader = try JSONReader(FileBytes(name: "body", bytes: body))
    var alerts: [IncomingAlert]?
    try reader.beginObject()
    while try reader.nextMember() {
      guard reader.keyIs("alerts"), reader.peek() == UInt8(ascii: "[") else {
        try reader.skipValue()
        continue
      }
      var found: [IncomingAlert] = []
      try reader.beginArray()
      while try reader.nextElement() { found.append(try alert(&reader, at)) }
      alerts = found
    }
    try reader.finish()
    guard let alerts else { throw reader.error("“alerts” is missing: this is no webhook of Alertmanager or Grafana") }
    return alerts
  }

  /// One alert, before its object.
  /// - Parameter at: of a webhook, whose `status` counts; nil where the end alone does.
  private static func alert(_ reader: inout JSONReader, _ at: Timestamp?) throws -> IncomingAlert {
    var alert = IncomingAlert(labels: LabelSet())
    var isResolved = false
    try reader.beginObject()
    while try reader.nextMember() {
      if reader.keyIs("labels") {
        alert.labels = try labels(&reader)
      } else if reader.keyIs("annotations") {
        alert.annotations = try labels(&reader)
      } else if reader.keyIs("startsAt") {
        alert.startsAt = try moment(&reader)
      } else if reader.keyIs("endsAt") {
        alert.endsAt = try moment(&reader)
      } else if reader.keyIs("status"), reader.peek() == UInt8(ascii: "\"") {
        isResolved = try reader.text() == "resolved"
      } else {
        try reader.skipValue()
      }
    }
    guard !alert.labels.isEmpty else { throw reader.error("an alert needs at least one label") }
    if let start = alert.startsAt, let end = alert.endsAt, end < start {
      throw reader.error("an alert must not end before it starts")
    }
    if let at { alert.endsAt = isResolved ? alert.endsAt ?? max(at, alert.startsAt ?? at) : nil }
    return alert
  }

  /// Nil for the year 1, which Go writes for no time at all.
  private static func moment(_ reader: inout JSONReader) throws -> Timestamp? {
    guard let text = try reader.textIfNotNull(), !text.isEmpty, !text.hasPrefix("0001-") else { return nil }
    guard let moment = Timestamp(rfc3339: text) else {
      throw reader.error("a time is expected here, as in \"2026-03-01T03:12:40Z\"")
    }
    return moment
  }

  private static func labels(_ reader: inout JSONReader) throws -> LabelSet {
    guard reader.peek() != UInt8(ascii: "n") else {
      try reader.skipValue()
      return LabelSet()
    }
    var pairs: [(name: String, value: String)] = []
    try reader.beginObject()
    while try reader.nextMember() {
      let name = String(decoding: reader.key, as: UTF8.self)
      guard !name.isEmpty else { throw reader.error("a label needs a name") }
      let value =
        reader.peek() == UInt8(ascii: "\"") ? try reader.text() : String(decoding: try reader.rawValue(), as: UTF8.self)
      pairs.append((name, value))
    }
    return LabelSet(pairs)
  }
}

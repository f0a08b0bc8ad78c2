import IncidentModel
import Telemetry
import TextReading

/// A deploy or another change that somebody announced.
struct ReceivedChange: Sendable, Hashable, Codable {
  /// The same for every delivery of the same change.
  var key: String
  var time: Timestamp
  var component: String
  var kind: ChangeKind
  var summary: String
  var from: String?
  var to: String?
  var by: String?

  enum ChangeKind: String, Sendable, Hashable, Codable, CaseIterable { case deploy, config, flag, scale, infra }

  static let maximumTextLength = 500

  /// - Parameter kind: in the sender's words; what is not known is a deploy.
  init(
    key: String, time: Timestamp, component: String, kind: String?, summary: String, from: String? = nil,
    to: String? = nil, by: String? = nil
  ) {
    func bounded(_ text: String?) -> String? { text.map { String($0.prefix(Self.maximumTextLength)) } }
    self.key = key
    self.time = time
    self.component = String(component.replacing("|", with: "/").prefix(200))
    self.summary = String(summary.prefix(Self.maximumTextLength))
    self.kind = kind.map(Self.kind) ?? .deploy
    self.from = bounded(from)
    self.to = bounded(to)
    self.by = bounded(by)
  }

  private static func kind(_ word: String) -> ChangeKind {
    let word = word.lowercased()
    return ChangeKind.allCases.first { word.contains($0.rawValue) } ?? .deploy
  }

  var event: ChangeEvent {
    ChangeEvent(
      time: time, component: ComponentID(component), kind: ChangeEvent.Kind(rawValue: kind.rawValue) ?? .deploy,
      summary: summary, from: from, to: to, by: by)
  }
}

/// Announcements of changes in the plain form and as CloudEvents 1.0.
enum ChangeBodies {
  /// `{"component", "summary", "kind"?, "time"?, "from"?, "to"?, "by"?, "id"?}`, or an array of them.
  static func plain(_ bytes: [UInt8], at: Timestamp) throws -> [ReceivedChange] {
    let body = try JSONValue(parsing: bytes, name: "body")
    return try (body.array ?? [body]).map { entry in
      guard let component = name(entry), let summary = entry["summary"]?.string, !summary.isEmpty else {
        throw problem("a change needs a component and a summary")
      }
      let key = entry["id"]?.string.map { "hook:\($0)" } ?? "hook:" + ContentDigest.of(entry.text)
      return ReceivedChange(
        key: key, time: try time(entry["time"]) ?? at, component: component, kind: entry["kind"]?.string,
        summary: summary, from: entry["from"]?.string, to: entry["to"]?.string, by: entry["by"]?.string)
    }
  }

  /// One event in the structured mode, or a batch of them.
  static func cloudEvents(_ bytes: [UInt8], at: Timestamp) throws -> [ReceivedChange] {
    let body = try JSONValue(parsing: bytes, name: "body")
    return try (body.array ?? [body]).map { event in
      try cloudEvent(
        attributes: { event[$0]?.string }, data: event["data"] ?? .null, at: at)
    }
  }

  /// The binary mode: attributes in `ce-` headers, the data as the body.
  static func cloudEvent(
    _ bytes: [UInt8], attribute: (String) -> String?, at: Timestamp
  ) throws -> ReceivedChange {
    let data = bytes.isEmpty ? .null : try JSONValue(parsing: bytes, name: "body")
    return try cloudEvent(attributes: attribute, data: data, at: at)
  }

  private static func cloudEvent(
    attributes: (String) -> String?, data: JSONValue, at: Timestamp
  ) throws -> ReceivedChange {
    guard attributes("specversion") == "1.0" else { throw problem("“specversion” has to be 1.0") }
    guard let id = attributes("id"), let source = attributes("source"), let type = attributes("type"), !id.isEmpty,
      !source.isEmpty, !type.isEmpty
    else { throw problem("a CloudEvent needs id, source and type") }
    let subject = attributes("subject")
    let lastOfSource = source.split(separator: "/").last.map(String.init) ?? source
    let component = name(data) ?? subject?.split(separator: "@").first.map(String.init) ?? lastOfSource
    return ReceivedChange(
      key: "cloudevent:\(source)\n\(id)", time: try time(attributes("time").map { .string($0) }) ?? at,
      component: component, kind: data["kind"]?.string ?? type,
      summary: data["summary"]?.string ?? "\(type) \(subject ?? component)", from: data["from"]?.string,
      to: data["to"]?.string, by: data["by"]?.string ?? source)
  }

  private static func name(_ value: JSONValue) -> String? {
    ["component", "service"].lazy.compactMap { value[$0]?.string }.first { !$0.isEmpty }
  }

  private static func time(_ value: JSONValue?) throws -> Timestamp? {
    guard let value, value != .null else { return nil }
    if let seconds = value.number, let time = Timestamp(seconds: seconds) { return time }
    guard let text = value.string, let time = Timestamp(rfc3339: text) else { throw problem("“time” is no time") }
    return time
  }

  private static func problem(_ message: String) -> DatasetError { DatasetError(file: "body", message: message) }
}

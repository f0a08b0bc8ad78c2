import Foundation
import IncidentModel
import TextReading

/// Alerts as they came, from what teams keep: Alertmanager's event recorder, bodies of webhooks (Alertmanager, Grafana,
/// PagerDuty), or alerts one a line as in a recorded case.
package struct AlertHistory: Sendable {
  /// In the order of time.
  package private(set) var events: [DeskEvent] = []
  /// Lines or documents of a kind that says nothing of alerts, by kind.
  package private(set) var skipped: [String: Int] = [:]

  /// Labels of PagerDuty's triggers, which its resolves do not repeat.
  private var triggers: [String: LabelSet] = [:]

  package static let maximumFileBytes = 1 << 30

  /// A history never says when an alert will end; it fires until its end is on record.
  private static let openEnd = Timestamp(nanoseconds: .max)

  /// - Parameter path: a file of JSON or JSON Lines, or a folder of them.
  /// - Throws: `DatasetError` with file, line and column.
  package init(path: String) throws {
    for file in try Self.files(path) {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw DatasetError(file: file, message: "the file does not exist or may not be read")
      }
      guard data.count <= Self.maximumFileBytes else {
        throw DatasetError(file: file, message: "the file is larger than \(Self.maximumFileBytes >> 20) MiB")
      }
      try read([UInt8](data), file: file)
    }
    order()
  }

  package init(text: String, name: String) throws {
    try read(Array(text.utf8), file: name)
    order()
  }

  package init(events: [DeskEvent]) {
    self.events = events
    order()
  }

  /// Stable: what has the same moment stays in the order of the files.
  private mutating func order() {
    events = events.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
  }

  private static func files(_ path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw DatasetError(file: path, message: "there is no such file or folder")
    }
    guard isFolder.boolValue else { return [path] }
    let names = try FileManager.default.contentsOfDirectory(atPath: path)
      .filter { [".json", ".jsonl", ".ndjson"].contains(where: $0.hasSuffix) }.sorted()
    guard !names.isEmpty else { throw DatasetError(file: path, message: "the folder holds no .json or .jsonl file") }
    return names.map { path + "/" + $0 }
  }

  /// One document, or one a line.
  private mutating func read(_ bytes: [UInt8], file: String) throws {
    if let whole = try? JSONValue(parsing: bytes, name: file) {
      try read(whole, file: file, line: 1)
      return
    }
    var line = 0
    for text in bytes.split(separator: 10, omittingEmptySubsequences: false) {
      line += 1
      guard text.contains(where: { $0 > 32 }) else { continue }
      let value: JSONValue
      do {
        value = try JSONValue(parsing: Array(text), name: file)
      } catch let error as DatasetError {
        throw DatasetError(file: file, line: line, column: error.column, message: error.message)
      }
      try read(value, file: file, line: line)
    }
  }

  private mutating func read(_ value: JSONValue, file: String, line: Int) throws {
    if let batch = value.array {
      for entry in batch { try read(entry, file: file, line: line) }
      return
    }
    func problem(_ message: String) -> DatasetError { DatasetError(file: file, line: line, message: message) }
    guard value.object != nil else { throw problem("an object is expected here") }
    let stamp = try Self.time(value["@timestamp"] ?? value["receivedAt"], problem)
    if let data = value["data"]?.object {
      try readRecorded(data, stamp, problem)
    } else if let posted = value["posted"]?.array {
      guard let stamp else { throw problem("what was posted needs receivedAt") }
      for alert in posted { events.append(DeskEvent(at: stamp, .alert(try Self.posted(alert, problem)))) }
    } else if let silence = value["silence"] {
      guard let stamp else { throw problem("a silence needs receivedAt") }
      events.append(DeskEvent(at: stamp, .silence(try Self.silence(silence, problem))))
    } else if let alerts = value["alerts"]?.array {
      for alert in alerts { try append(alert, stamp, problem) }
    } else if value["event_action"] != nil {
      try readPagerDuty(value, stamp, problem)
    } else if value["labels"]?.object != nil {
      try append(value, stamp, problem)
    } else {
      throw problem("this is no event of Alertmanager's recorder, no webhook's body and no alert")
    }
  }

  // MARK: - Shapes

  private mutating func readRecorded(
    _ data: [String: JSONValue], _ stamp: Timestamp?, _ problem: (String) -> DatasetError
  ) throws {
    for (kind, content) in data.sorted(by: { $0.key < $1.key }) {
      guard kind == "alertCreated" || kind == "alertResolved", let alert = content["alert"] else {
        skipped[kind, default: 0] += 1
        continue
      }
      let labels = Self.pairs(alert["labels"])
      let start = try Self.time(alert["startsAt"], problem)
      guard let at = stamp ?? start else { throw problem("the event has no time") }
      let isOver = kind == "alertResolved"
      let end = isOver ? min(try Self.time(alert["endsAt"], problem) ?? at, at) : Self.openEnd
      events.append(
        DeskEvent(
          at: at,
          .alert(
            IncomingAlert(
              labels: labels, annotations: Self.pairs(alert["annotations"]), startsAt: start.map { min($0, end) },
              endsAt: end))))
    }
  }

  /// An alert as senders post it to Alertmanager's API: without an end it lasts for the resolve timeout.
  private static func posted(_ alert: JSONValue, _ problem: (String) -> DatasetError) throws -> IncomingAlert {
    IncomingAlert(
      labels: pairs(alert["labels"]), annotations: pairs(alert["annotations"]),
      startsAt: try time(alert["startsAt"], problem), endsAt: try time(alert["endsAt"], problem))
  }

  /// As Alertmanager's API has it.
  private static func silence(_ value: JSONValue, _ problem: (String) -> DatasetError) throws -> Silence {
    guard let start = try time(value["startsAt"], problem), let end = try time(value["endsAt"], problem) else {
      throw problem("a silence needs startsAt and endsAt")
    }
    let matchers = try (value["matchers"]?.array ?? []).map { entry in
      guard let name = entry["name"]?.string, let text = entry["value"]?.string else {
        throw problem("a matcher of a silence needs name and value")
      }
      let isEqual = entry["isEqual"]?.bool ?? true
      let operation: Matcher.Operation =
        entry["isRegex"]?.bool == true ? (isEqual ? .matches : .matchesNot) : (isEqual ? .equal : .notEqual)
      do {
        return try Matcher(name, operation, text)
      } catch {
        throw problem("\(error) in a silence's expression")
      }
    }
    return Silence(
      id: value["id"]?.string ?? "\(start)", matchers: matchers, startsAt: start, endsAt: end,
      createdBy: value["createdBy"]?.string ?? "", comment: value["comment"]?.string ?? "")
  }

  /// An alert of a webhook, or one on its own: its beginning and, where it is over, its end.
  private mutating func append(
    _ alert: JSONValue, _ stamp: Timestamp?, _ problem: (String) -> DatasetError
  ) throws {
    let labels = Self.pairs(alert["labels"])
    let annotations = Self.pairs(alert["annotations"])
    guard let start = try Self.time(alert["startsAt"], problem) ?? stamp else {
      throw problem("an alert needs startsAt")
    }
    let end = try Self.time(alert["endsAt"], problem)
    let isOver = alert["status"]?.string.map { $0 == "resolved" } ?? (end != nil)
    events.append(
      DeskEvent(
        at: start,
        .alert(IncomingAlert(labels: labels, annotations: annotations, startsAt: start, endsAt: Self.openEnd))))
    guard isOver, let end = end ?? stamp else { return }
    events.append(
      DeskEvent(
        at: max(start, end),
        .alert(IncomingAlert(labels: labels, annotations: annotations, startsAt: start, endsAt: end))))
  }

  private mutating func readPagerDuty(
    _ event: JSONValue, _ stamp: Timestamp?, _ problem: (String) -> DatasetError
  ) throws {
    let payload = event["payload"]
    let summary = payload?["summary"]?.string ?? ""
    let key = event["dedup_key"]?.string ?? summary
    switch event["event_action"]?.string {
    case "trigger":
      var labels: [(name: String, value: String)] = [("alertname", payload?["class"]?.string ?? summary)]
      for name in ["source", "severity", "component", "group"] {
        if let value = payload?[name]?.string { labels.append((name, value)) }
      }
      if let key = event["dedup_key"]?.string { labels.append(("dedup_key", key)) }
      let set = LabelSet(labels)
      triggers[key] = set
      guard let at = try Self.time(payload?["timestamp"], problem) ?? stamp ?? events.last?.at else {
        throw problem("the event has no time")
      }
      let annotations = LabelSet([(name: "summary", value: summary)])
      events.append(
        DeskEvent(
          at: at,
          .alert(IncomingAlert(labels: set, annotations: annotations, startsAt: at, endsAt: Self.openEnd))))
    case "resolve":
      guard let set = triggers[key], let at = stamp ?? events.last?.at else {
        skipped["resolve without trigger", default: 0] += 1
        return
      }
      events.append(DeskEvent(at: at, .alert(IncomingAlert(labels: set, startsAt: nil, endsAt: at))))
    default: skipped[event["event_action"]?.string ?? "event", default: 0] += 1
    }
  }

  // MARK: - Values

  /// A map of texts, or the recorder's list of pairs.
  private static func pairs(_ value: JSONValue?) -> LabelSet {
    if let list = (value?["labels"] ?? value)?.array {
      return LabelSet(
        list.compactMap { pair in
          guard let name = pair["key"]?.string, let value = pair["value"]?.string else { return nil }
          return (name: name, value: value)
        })
    }
    return LabelSet(
      (value?.object ?? [:]).sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value.string ?? $0.value.text) })
  }

  /// Year 1, which stands for no time, is none.
  private static func time(_ value: JSONValue?, _ problem: (String) -> DatasetError) throws -> Timestamp? {
    guard let value, value != .null else { return nil }
    if let seconds = value.number { return Timestamp(seconds: seconds) }
    guard let text = value.string, !text.isEmpty, !text.hasPrefix("0001-01-01") else { return nil }
    guard let time = Timestamp(rfc3339: text) else {
      throw problem("“\(text.prefix(40))” is no time; RFC 3339 is expected")
    }
    return time
  }
}

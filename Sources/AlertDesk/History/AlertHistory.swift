import Foundation
import IncidentModel
import TextReading

/// Alerts as they came, from what teams keep: Alertmanager's event recorder, bodies of webhooks (Alertmanager, Grafana,
/// PagerDuty), or alerts one a line as in a recorded case.
///
/// Read line by line and sorted outside of memory, so that its length costs no memory.
package struct AlertHistory: Sendable {
  private let events: OrderedEvents
  /// Lines or documents of a kind that says nothing of alerts, by kind.
  package let skipped: [String: Int]

  package var isEmpty: Bool { events.count == 0 }

  /// - Parameter path: a file of JSON or JSON Lines, or a folder of them.
  /// - Throws: `DatasetError` with file, line and column.
  package init(path: String) throws {
    var reading = HistoryReading()
    for file in try Self.files(path) { try reading.read(file: file) }
    (events, skipped) = (try reading.sorter.finish(), reading.skipped)
  }

  /// - Parameter maximumInMemory: events beyond so many are sorted in a file.
  package init(text: String, name: String, maximumInMemory: Int = 250_000) throws {
    var reading = HistoryReading()
    reading.sorter.maximumInMemory = maximumInMemory
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).makeIterator()
    try reading.read(name) { lines.next().map { Array($0.utf8) } }
    (events, skipped) = (try reading.sorter.finish(), reading.skipped)
  }

  package init(events: [DeskEvent]) throws {
    var sorter = OrderedEvents.Sorter()
    for event in events { try sorter.append(event) }
    (self.events, skipped) = (try sorter.finish(), [:])
  }

  /// The events in the order of time; what has the same moment stays in the order of the files.
  package func reader() throws -> EventReader { try EventReader(events) }

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
}

/// Turns lines and documents into events.
struct HistoryReading {
  var sorter = OrderedEvents.Sorter()
  private(set) var skipped: [String: Int] = [:]
  private var lastAt: Timestamp?
  /// Labels of PagerDuty's triggers, which its resolves do not repeat.
  private var triggers: [String: LabelSet] = [:]

  /// A history never says when an alert will end; it fires until its end is on record.
  private static let openEnd = Timestamp(nanoseconds: .max)
  /// Of a line, and of a document that is not one a line.
  private static let maximumBytes = 64 << 20

  private mutating func append(_ event: DeskEvent) throws {
    lastAt = event.at
    try sorter.append(event)
  }

  mutating func read(file: String) throws {
    var lines = try TextLines(file: file, maximumBytes: Self.maximumBytes)
    try read(file) { try lines.next() }
  }

  /// JSON Lines, or one document on several lines.
  mutating func read(_ file: String, next: () throws -> [UInt8]?) throws {
    var line = 0
    var isFirst = true
    while let text = try next() {
      line += 1
      guard text.contains(where: { $0 > 32 }) else { continue }
      let value: JSONValue
      do {
        value = try Self.value(text, file, line)
      } catch let error where isFirst {
        guard let document = try Self.document(text, next) else { throw error }
        try read(try JSONValue(parsing: document, name: file), file: file, line: line)
        return
      }
      isFirst = false
      try read(value, file: file, line: line)
    }
  }

  /// A document that does not end with the first line; nil where there are no more, or too many.
  private static func document(_ first: [UInt8], _ next: () throws -> [UInt8]?) throws -> [UInt8]? {
    var whole = first
    while let more = try next() {
      whole.append(10)
      whole += more
      guard whole.count <= maximumBytes else { return nil }
    }
    return whole.count > first.count ? whole : nil
  }

  private static func value(_ text: [UInt8], _ file: String, _ line: Int) throws -> JSONValue {
    do {
      return try JSONValue(parsing: text, name: file)
    } catch let error as DatasetError {
      throw DatasetError(file: file, line: line, column: error.column, message: error.message)
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
      for alert in posted { try append(DeskEvent(at: stamp, .alert(try Self.posted(alert, problem)))) }
    } else if let silence = value["silence"] {
      guard let stamp else { throw problem("a silence needs receivedAt") }
      try append(DeskEvent(at: stamp, .silence(try Self.silence(silence, problem))))
    } else if let alerts = value["alerts"]?.array {
      for alert in alerts { try appendAlert(alert, stamp, problem) }
    } else if value["event_action"] != nil {
      try readPagerDuty(value, stamp, problem)
    } else if value["labels"]?.object != nil {
      try appendAlert(value, stamp, problem)
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
      try append(
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
  private mutating func appendAlert(
    _ alert: JSONValue, _ stamp: Timestamp?, _ problem: (String) -> DatasetError
  ) throws {
    let labels = Self.pairs(alert["labels"])
    let annotations = Self.pairs(alert["annotations"])
    guard let start = try Self.time(alert["startsAt"], problem) ?? stamp else {
      throw problem("an alert needs startsAt")
    }
    let end = try Self.time(alert["endsAt"], problem)
    let isOver = alert["status"]?.string.map { $0 == "resolved" } ?? (end != nil)
    try append(
      DeskEvent(
        at: start,
        .alert(IncomingAlert(labels: labels, annotations: annotations, startsAt: start, endsAt: Self.openEnd))))
    guard isOver, let end = end ?? stamp else { return }
    try append(
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
      guard let at = try Self.time(payload?["timestamp"], problem) ?? stamp ?? lastAt else {
        throw problem("the event has no time")
      }
      let annotations = LabelSet([(name: "summary", value: summary)])
      try append(
        DeskEvent(
          at: at,
          .alert(IncomingAlert(labels: set, annotations: annotations, startsAt: at, endsAt: Self.openEnd))))
    case "resolve":
      guard let set = triggers[key], let at = stamp ?? lastAt else {
        skipped["resolve without trigger", default: 0] += 1
        return
      }
      try append(DeskEvent(at: at, .alert(IncomingAlert(labels: set, startsAt: nil, endsAt: at))))
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

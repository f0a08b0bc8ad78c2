import IncidentModel

/// The JSON Lines files of a case as text.
enum CaseRecordText {
  /// Spans are identified by their row.
  static func spans(_ table: SpanTable) -> [UInt8] {
    var record = RecordText()
    for row in 0..<table.count {
      record.begin()
      record.add("trace", table.traceNames[Int(table.traces[row])])
      record.add("span", String(row))
      if table.parents[row] >= 0 { record.add("parent", String(table.parents[row])) }
      record.add("component", table.componentNames[Int(table.components[row])].rawValue)
      record.add("operation", table.operationNames[Int(table.operations[row])])
      record.add("start", Timestamp(nanoseconds: table.starts[row]).description)
      record.add(milliseconds: table.ends[row] - table.starts[row], "durationMs")
      record.add("status", table.failed[row] ? "error" : "ok")
      record.end()
    }
    return record.bytes
  }

  static func logs(_ table: LogTable, spans: SpanTable) -> [UInt8] {
    var record = RecordText()
    for row in 0..<table.count {
      record.begin()
      record.add("time", Timestamp(nanoseconds: table.times[row]).description)
      record.add("component", table.componentNames[Int(table.components[row])].rawValue)
      if table.severities[row] != .unknown { record.add("severity", "\(table.severities[row])") }
      let span = Int(table.spans[row])
      if spans.starts.indices.contains(span) {
        record.add("trace", spans.traceNames[Int(spans.traces[span])])
        record.add("span", String(span))
      }
      record.add(bytes: table.body(row), "body")
      record.end()
    }
    return record.bytes
  }

  static func alerts(_ alerts: [Alert]) -> [UInt8] {
    var record = RecordText()
    for alert in alerts {
      record.begin()
      record.add("labels", alert.labels)
      record.add("annotations", alert.annotations)
      record.add("startsAt", alert.startsAt.description)
      if let endsAt = alert.endsAt { record.add("endsAt", endsAt.description) }
      record.end()
    }
    return record.bytes
  }

  static func changes(_ changes: [ChangeEvent]) -> [UInt8] {
    var record = RecordText()
    for change in changes {
      record.begin()
      record.add("time", change.time.description)
      record.add("component", change.component.rawValue)
      record.add("kind", change.kind.rawValue)
      record.add("summary", change.summary)
      if let from = change.from { record.add("from", from) }
      if let to = change.to { record.add("to", to) }
      if let by = change.by { record.add("by", by) }
      record.end()
    }
    return record.bytes
  }
}

/// One JSON object a line.
private struct RecordText {
  private(set) var bytes: [UInt8] = []
  private var isFirst = true

  mutating func begin() {
    bytes.append(UInt8(ascii: "{"))
    isFirst = true
  }

  mutating func end() {
    bytes.append(UInt8(ascii: "}"))
    bytes.append(10)
  }

  mutating func add(_ key: String, _ value: String) {
    add(key)
    JSONText.append(quoted: value, to: &bytes)
  }

  mutating func add(bytes value: ArraySlice<UInt8>, _ key: String) {
    add(key)
    JSONText.append(quoted: value, to: &bytes)
  }

  /// Exact to the nanosecond.
  mutating func add(milliseconds nanoseconds: Int64, _ key: String) {
    add(key)
    let (whole, fraction) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    bytes.append(contentsOf: String(whole).utf8)
    guard fraction > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    let digits = String(fraction)
    bytes.append(contentsOf: repeatElement(48, count: 6 - digits.utf8.count))
    bytes.append(contentsOf: digits.utf8)
    while bytes.last == 48 { bytes.removeLast() }
  }

  mutating func add(_ key: String, _ texts: [String: String]) {
    add(key)
    bytes.append(UInt8(ascii: "{"))
    for (place, item) in texts.sorted(by: { $0.key < $1.key }).enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      JSONText.append(quoted: item.key, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      JSONText.append(quoted: item.value, to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func add(_ key: String) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
    JSONText.append(quoted: key, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
  }
}

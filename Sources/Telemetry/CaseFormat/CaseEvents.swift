import IncidentModel
import TextReading

/// Reads `alerts.jsonl`: alerts in Alertmanager's shape, one a line, or in one array, as its API answers. A record needs
/// `startsAt`; an `endsAt` in the year 1, which Alertmanager writes for one that has not ended, is none.
func readCaseAlerts(_ file: FileBytes, limits: ReadLimits) throws -> [Alert] {
  var alerts: [Alert] = []
  var reader = try JSONReader(file, limits: limits)
  guard reader.peek() == UInt8(ascii: "[") else {
    while try reader.nextRecord() { alerts.append(try readAlert(&reader)) }
    return alerts
  }
  try reader.beginArray()
  while try reader.nextElement() {
    try reader.beginObject()
    alerts.append(try readAlert(&reader))
    reader.releaseTexts()
  }
  try reader.finish()
  return alerts
}

/// The members of an object that is open.
private func readAlert(_ reader: inout JSONReader) throws -> Alert {
  var alert = Alert(labels: [:], annotations: [:], startsAt: Timestamp(nanoseconds: 0))
  var hasStart = false
  while try reader.nextMember() {
    if reader.keyIs("labels") {
      alert.labels = try readTexts(&reader)
    } else if reader.keyIs("annotations") {
      alert.annotations = try readTexts(&reader)
    } else if reader.keyIs("startsAt") {
      alert.startsAt = Timestamp(nanoseconds: try reader.timestamp())
      hasStart = true
    } else if reader.keyIs("endsAt") {
      alert.endsAt = try readEnd(&reader)
    } else {
      try reader.skipValue()
    }
  }
  guard hasStart else { throw reader.error("the alert has no startsAt") }
  return alert
}

private func readEnd(_ reader: inout JSONReader) throws -> Timestamp? {
  guard reader.peek() == UInt8(ascii: "\"") else {
    if reader.peek() != UInt8(ascii: "n") { return Timestamp(nanoseconds: try reader.timestamp()) }
    try reader.skipValue()
    return nil
  }
  var ahead = reader.position
  ahead += 1
  let hasNotEnded =
    reader.end - ahead >= 5 && (0..<5).allSatisfy { reader.file.start[ahead + $0] == Array("0001-".utf8)[$0] }
  if hasNotEnded {
    try reader.skipValue()
    return nil
  }
  return Timestamp(nanoseconds: try reader.timestamp())
}

/// An object of texts.
private func readTexts(_ reader: inout JSONReader) throws -> [String: String] {
  var texts: [String: String] = [:]
  if reader.peek() == UInt8(ascii: "n") {
    try reader.skipValue()
    return texts
  }
  try reader.beginObject()
  while try reader.nextMember() {
    let key = String(decoding: reader.key, as: UTF8.self)
    texts[key] = try reader.text()
  }
  return texts
}

/// Reads `changes.jsonl`. A record needs `time`, `component` and `kind`.
func readCaseChanges(_ file: FileBytes, limits: ReadLimits) throws -> [ChangeEvent] {
  var changes: [ChangeEvent] = []
  var reader = try JSONReader(file, limits: limits)
  while try reader.nextRecord() {
    var time: Int64?
    var kind: ChangeEvent.Kind?
    var texts: [String: String] = [:]
    while try reader.nextMember() {
      if reader.keyIs("time") {
        time = try reader.timestamp()
      } else if reader.keyIs("kind") {
        kind = try readKind(&reader)
      } else {
        let key = String(decoding: reader.key, as: UTF8.self)
        if ["component", "summary", "from", "to", "by"].contains(key) {
          texts[key] = try reader.textIfNotNull()
        } else {
          try reader.skipValue()
        }
      }
    }
    guard let time else { throw reader.error("the change has no time") }
    guard let kind else { throw reader.error("the change has no kind") }
    guard let component = texts["component"], !component.isEmpty else {
      throw reader.error("the change has no component")
    }
    changes.append(
      ChangeEvent(
        time: Timestamp(nanoseconds: time), component: ComponentID(component), kind: kind,
        summary: texts["summary"] ?? "", from: texts["from"], to: texts["to"], by: texts["by"]))
  }
  return changes
}

private func readKind(_ reader: inout JSONReader) throws -> ChangeEvent.Kind {
  let word = try reader.text()
  guard let kind = ChangeEvent.Kind(rawValue: word) else {
    let known = ChangeEvent.Kind.allCases.map(\.rawValue).joined(separator: ", ")
    throw reader.error("the kind of a change must be one of \(known), not “\(word.prefix(40))”")
  }
  return kind
}

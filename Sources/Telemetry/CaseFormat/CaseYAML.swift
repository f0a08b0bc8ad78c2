import IncidentModel
import TextReading

/// The two YAML files of a case as text.
enum CaseYAML {
  /// - Parameter blindSpots: beside those that a reader of the case finds by itself.
  static func caseFile(_ window: TelemetryWindow, blindSpots: [String] = []) -> [UInt8] {
    let incident = window.incident
    var text = "id: \(quoted(incident.id))\ntitle: \(quoted(incident.title))\n"
    text += "window: {start: \(incident.window.start), end: \(incident.window.end)}\n"
    if let alertedAt = incident.alertedAt { text += "alertedAt: \(alertedAt)\n" }
    if let symptom = incident.symptom {
      let metric = symptom.metric.map { ", metric: \(quoted($0))" } ?? ""
      text += "symptom: {component: \(quoted(symptom.component.rawValue))\(metric)}\n"
    }
    if let environment = incident.environment { text += "environment: \(quoted(environment))\n" }
    if !incident.answerKinds.isEmpty {
      text += "answerKinds: [\(incident.answerKinds.map(\.rawValue).joined(separator: ", "))]\n"
    }
    if !window.referenceWindows.isEmpty {
      text += "reference:\n"
      for reference in window.referenceWindows { text += "  - {start: \(reference.start), end: \(reference.end)}\n" }
    }
    if !blindSpots.isEmpty { text += "blindSpots:\n" }
    for sentence in blindSpots { text += "  - \(quoted(sentence))\n" }
    return Array(text.utf8)
  }

  /// Empty for an empty map.
  static func topologyFile(_ map: ServiceMap) -> [UInt8] {
    if map.isEmpty { return [] }
    var text = "components:\n"
    for component in map.components {
      var fields = "id: \(quoted(component.id.rawValue)), kind: \(component.kind.rawValue)"
      fields += ", role: \(component.role.rawValue)"
      if let service = component.instanceOf { fields += ", instanceOf: \(quoted(service.rawValue))" }
      if let node = component.runsOn { fields += ", runsOn: \(quoted(node.rawValue))" }
      if let site = component.site { fields += ", site: \(quoted(site))" }
      if component.isObservedOnlyByCallers { fields += ", observedOnlyByCallers: true" }
      text += "  - {\(fields)}\n"
    }
    if !map.calls.isEmpty { text += "calls:\n" }
    for call in map.calls {
      text += "  - {from: \(quoted(call.from.rawValue)), to: \(quoted(call.to.rawValue))}\n"
    }
    return Array(text.utf8)
  }

  /// Plain where that is unmistakable, otherwise in double quotes with JSON's escapes, which are YAML's too.
  private static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.enumerated().allSatisfy { offset, byte in
      (97...122).contains(byte) || (65...90).contains(byte)
        || (offset > 0 && (isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")))
    }
    let reserved = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
    if isPlain, !text.isEmpty, !reserved.contains(text.lowercased()) { return text }
    var bytes: [UInt8] = []
    JSONText.append(quoted: Array(text.utf8)[...], to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Writing JSON without a tree.
package enum JSONText {
  private static let hexDigits = Array("0123456789abcdef".utf8)

  /// A string in quotes. Bytes must be UTF-8.
  static func append(quoted text: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 10: bytes += Array("\\n".utf8)
      case 9: bytes += Array("\\t".utf8)
      case 13: bytes += Array("\\r".utf8)
      case 0..<32, 127:
        bytes += Array("\\u00".utf8) + [hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  package static func append(quoted text: String, to bytes: inout [UInt8]) {
    append(quoted: Array(text.utf8)[...], to: &bytes)
  }
}

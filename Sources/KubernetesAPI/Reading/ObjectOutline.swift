/// Which members of an object are kept; in arrays, of each element.
package indirect enum ObjectOutline: Hashable, Sendable {
  case all
  case members([String: ObjectOutline])

  /// What one pod means to the scheduler when it places another: where it is, what it takes there, and whom it wants
  /// near or away. Nothing of what it runs, how it is set up, or how it is.
  package static let occupant: ObjectOutline = {
    let container: ObjectOutline = .members([
      "name": .all, "resources": .members(["requests": .all]), "restartPolicy": .all,
      "ports": .members(["containerPort": .all, "hostPort": .all, "protocol": .all]),
    ])
    return .members([
      "metadata": .members(["name": .all, "namespace": .all, "uid": .all, "resourceVersion": .all, "labels": .all]),
      "spec": .members([
        "nodeName": .all, "hostNetwork": .all, "overhead": .all, "affinity": .all, "priority": .all,
        "containers": container, "initContainers": container,
      ]),
    ])
  }()

  /// The text of a value with what is kept of it.
  /// - Throws: `JSONSlices.Malformed`.
  func text(_ slices: JSONSlices, _ range: Range<Int>) throws(JSONSlices.Malformed) -> [UInt8] {
    guard case .members(let kept) = self, let first = slices.bytes[range].first else {
      return Array(slices.bytes[range])
    }
    let comma = [UInt8(ascii: ",")]
    switch first {
    case UInt8(ascii: "{"):
      var parts: [[UInt8]] = []
      for member in try slices.members(range) {
        guard let outline = kept[String(decoding: slices.bytes[member.key], as: UTF8.self)] else { continue }
        let key = [UInt8(ascii: "\"")] + slices.bytes[member.key] + Array("\":".utf8)
        parts.append(key + (try outline.text(slices, member.value)))
      }
      return [UInt8(ascii: "{")] + Array(parts.joined(separator: comma)) + [UInt8(ascii: "}")]
    case UInt8(ascii: "["):
      var parts: [[UInt8]] = []
      for element in try slices.elements(range) { parts.append(try text(slices, element)) }
      return [UInt8(ascii: "[")] + Array(parts.joined(separator: comma)) + [UInt8(ascii: "]")]
    default: return Array(slices.bytes[range])
    }
  }
}

import IncidentModel
import TextReading

/// What a watch of the API server reports.
package struct WatchEvent: Sendable {
  package enum Verb: String, Sendable {
    case added = "ADDED"
    case modified = "MODIFIED"
    case deleted = "DELETED"
    /// Only a newer resource version.
    case bookmark = "BOOKMARK"
    /// The watch has to begin anew; 410 when its resource version is too old.
    case error = "ERROR"
  }

  package var verb: Verb
  /// Nil for bookmarks, errors and kinds that are not read.
  package var object: KubernetesObject?
  /// Of the object or bookmark.
  package var resourceVersion = ""
  /// Of an error, the status code and the message of the API server.
  package var code = 0
  package var message = ""
  package var newestTime: Timestamp?

  init(_ line: FileBytes, hint: ObjectKind?, limits: ReadLimits) throws {
    var scanner = try ObjectScanner(line, limits: limits)
    var type = ""
    var bodyStart: JSONReader.Mark?
    guard try scanner.object() else { throw scanner.json.error("a watch event is expected here") }
    let start = scanner.json.mark()
    while try scanner.json.nextMember() {
      if scanner.json.keyIs("type") { type = try scanner.text() } else { try scanner.json.skipValue() }
    }
    guard let verb = Verb(rawValue: type) else { throw line.error(at: 0, "“\(type.prefix(40))” is no watch event") }
    self.verb = verb
    scanner.json.rewind(to: start)
    while try scanner.json.nextMember() {
      guard scanner.json.keyIs("object") else {
        try scanner.json.skipValue()
        continue
      }
      let position = scanner.json.position
      guard try scanner.object() else { continue }
      let body = scanner.json.mark()
      bodyStart = body
      try readStatus(&scanner)
      scanner.json.rewind(to: body)
      if verb == .bookmark || verb == .error {
        try scanner.skipRest()
      } else if let kind = hint {
        object = try scanner.body(of: kind, from: position)
      } else {
        try scanner.skipRest()
      }
    }
    if bodyStart == nil { throw line.error(at: 0, "a watch event needs an “object”") }
    newestTime = scanner.newestTime
  }

  private mutating func readStatus(_ scanner: inout ObjectScanner) throws {
    while try scanner.json.nextMember() {
      if scanner.json.keyIs("metadata") {
        resourceVersion = try scanner.member("resourceVersion") ?? ""
      } else if scanner.json.keyIs("code") {
        code = try scanner.integer()
      } else if scanner.json.keyIs("message"), verb == .error {
        message = try scanner.text()
      } else {
        try scanner.json.skipValue()
      }
    }
  }
}

extension ClusterSnapshot {
  /// Takes a change over; everything else stays as it is.
  package mutating func apply(_ event: WatchEvent) {
    note(time: event.newestTime)
    guard let object = event.object else { return }
    if event.verb == .deleted { remove(object) } else { update(object) }
  }
}

import IncidentModel

extension ObjectScanner {
  /// An event of either group: `v1` with `involvedObject`, or `events.k8s.io/v1` with `regarding`.
  mutating func event() throws -> ClusterEvent {
    var event = ClusterEvent()
    var created: Timestamp?
    var times: [Timestamp?] = []
    while try json.nextMember() {
      if json.keyIs("metadata") {
        let metadata = try metadata()
        event.name = metadata.name
        created = metadata.createdAt
      } else if json.keyIs("involvedObject") || json.keyIs("regarding") {
        try regarding(&event)
      } else if json.keyIs("reason") {
        event.reason = try text()
      } else if json.keyIs("message") || json.keyIs("note") {
        event.message = try message()
      } else if json.keyIs("type") {
        event.type = try text()
      } else if json.keyIs("count") || json.keyIs("deprecatedCount") {
        event.count = max(event.count, try integer())
      } else if json.keyIs("firstTimestamp") || json.keyIs("deprecatedFirstTimestamp") {
        event.firstAt = try time() ?? event.firstAt
      } else if json.keyIs("lastTimestamp") || json.keyIs("deprecatedLastTimestamp") || json.keyIs("eventTime") {
        times.append(try time())
      } else if json.keyIs("series") {
        guard try object() else { continue }
        while try json.nextMember() {
          if json.keyIs("count") {
            event.count = max(event.count, try integer())
          } else if json.keyIs("lastObservedTime") {
            times.append(try time())
          } else {
            try json.skipValue()
          }
        }
      } else if json.keyIs("reportingController") || json.keyIs("reportingComponent") {
        let reporter = try text()
        if !reporter.isEmpty { event.reporter = reporter }
      } else if json.keyIs("source") || json.keyIs("deprecatedSource") {
        let component = try member("component") ?? ""
        if event.reporter.isEmpty { event.reporter = component }
      } else {
        try json.skipValue()
      }
    }
    event.lastAt = times.compactMap { $0 }.max() ?? event.firstAt ?? created
    event.firstAt = event.firstAt ?? created
    return event
  }

  private mutating func regarding(_ event: inout ClusterEvent) throws {
    guard try object() else { return }
    while try json.nextMember() {
      if json.keyIs("kind") {
        event.object.kind = try text()
      } else if json.keyIs("name") {
        event.object.name.name = try text()
      } else if json.keyIs("namespace") {
        event.object.name.namespace = try text()
      } else if json.keyIs("uid") {
        event.objectUID = try text()
      } else if json.keyIs("fieldPath") {
        event.fieldPath = try text()
      } else {
        try json.skipValue()
      }
    }
    if let kind = ObjectKind(rawValue: event.object.kind), !kind.isNamespaced { event.object.name.namespace = "" }
  }

  private mutating func message() throws -> String {
    guard json.peek() == UInt8(ascii: "\"") else { return try text() }
    let bytes = try json.string()
    guard bytes.count > ClusterEvent.maximumMessageBytes else { return String(decoding: bytes, as: UTF8.self) }
    return String(decoding: bytes.prefix(ClusterEvent.maximumMessageBytes), as: UTF8.self)
  }
}

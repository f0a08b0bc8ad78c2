import IncidentModel
import TextReading

/// What a list says of itself.
package struct ListMetadata: Hashable, Sendable {
  package var resourceVersion = ""
  /// For the next page; empty on the last.
  package var continueToken = ""

  package init() {}
}

extension ObjectScanner {
  /// What the members before the body say an object is.
  struct Header {
    var kind = ""
    var apiVersion = ""
    var isList = false
  }

  /// Everything in a file: objects and lists, one after the other and in each other.
  mutating func documents(hint: ObjectKind?, into snapshot: inout ClusterSnapshot) throws -> ListMetadata {
    var metadata = ListMetadata()
    while true {
      switch json.peek() {
      case 0: return metadata
      case UInt8(ascii: "["):
        try json.beginArray()
        while try json.nextElement() {
          try value(hint: hint, &metadata, into: &snapshot)
          json.releaseTexts()
        }
      default: try value(hint: hint, &metadata, into: &snapshot)
      }
      json.releaseTexts()
    }
  }

  private mutating func value(
    hint: ObjectKind?, _ metadata: inout ListMetadata, into snapshot: inout ClusterSnapshot
  ) throws {
    let start = json.position
    guard try object() else { return }
    let beginning = json.mark()
    let header = try self.header(hasHint: hint != nil)
    json.rewind(to: beginning)
    if header.isList {
      let name = header.kind.hasSuffix("List") ? String(header.kind.dropLast(4)) : header.kind
      let kind = ObjectKind(rawValue: name) ?? (name.isEmpty ? hint : nil)
      // A plain list without items says by its file's name what there is none of.
      if let listed = kind ?? hint { notes.listedKinds.insert(listed) }
      try list(hint: kind, &metadata, into: &snapshot)
      return
    }
    guard let kind = kind(header, hint) else {
      let group = header.apiVersion.split(separator: "/").dropLast().joined()
      notes.add(
        unknownKind: header.kind.isEmpty ? "without kind" : group.isEmpty ? header.kind : "\(group)/\(header.kind)")
      try skipRest()
      return
    }
    notes.listedKinds.insert(kind)
    if let object = try body(of: kind, from: start) { snapshot.insert(object) }
  }

  /// The kind of what follows; nil for kinds that are not read, and for those of other groups with the same name.
  private func kind(_ header: Header, _ hint: ObjectKind?) -> ObjectKind? {
    guard !header.kind.isEmpty else { return hint }
    guard let kind = ObjectKind(rawValue: header.kind) else { return nil }
    guard let slash = header.apiVersion.firstIndex(of: "/") else {
      return header.apiVersion.isEmpty || kind.groups.contains("") ? kind : nil
    }
    return kind.groups.contains(String(header.apiVersion[..<slash])) ? kind : nil
  }

  /// Reads ahead until it is clear what this is. A list's items need no kind of their own.
  private mutating func header(hasHint: Bool) throws -> Header {
    var header = Header()
    while try json.nextMember() {
      if json.keyIs("kind") {
        header.kind = try text()
        if header.kind.hasSuffix("List") { header.isList = true }
        if !header.apiVersion.isEmpty { return header }
      } else if json.keyIs("apiVersion") {
        header.apiVersion = try text()
        if !header.kind.isEmpty { return header }
      } else if json.keyIs("items"), json.peek() == UInt8(ascii: "[") || json.peek() == UInt8(ascii: "n") {
        header.isList = true
        return header
      } else if hasHint, header.kind.isEmpty || !header.apiVersion.isEmpty {
        // In a list of the API itself; its items begin with their metadata.
        return header
      } else {
        try json.skipValue()
      }
    }
    return header
  }

  private mutating func list(
    hint: ObjectKind?, _ metadata: inout ListMetadata, into snapshot: inout ClusterSnapshot
  ) throws {
    while try json.nextMember() {
      if json.keyIs("items") {
        guard try array() else { continue }
        while try json.nextElement() {
          try value(hint: hint, &metadata, into: &snapshot)
          json.releaseTexts()
        }
      } else if json.keyIs("metadata") {
        guard try object() else { continue }
        while try json.nextMember() {
          if json.keyIs("resourceVersion") {
            metadata.resourceVersion = try text()
          } else if json.keyIs("continue") {
            metadata.continueToken = try text()
          } else {
            try json.skipValue()
          }
        }
      } else {
        try json.skipValue()
      }
    }
  }

  mutating func skipRest() throws {
    while try json.nextMember() { try json.skipValue() }
  }

  /// One object whose opening brace was read; nil where it has no name.
  mutating func body(of kind: ObjectKind, from start: Int) throws -> KubernetesObject? {
    switch kind {
    case .pod: return named(try pod(), from: start).map { .pod($0) }
    case .deployment, .replicaSet, .statefulSet, .daemonSet, .job:
      return named(try workload(kind), from: start).map { .workload($0) }
    case .service: return named(try service(), from: start).map { .service($0) }
    case .endpoints: return named(try endpointsObject(), from: start).map { .endpoints($0) }
    case .endpointSlice: return named(try endpointSlice(), from: start).map { .endpoints($0) }
    case .node: return named(try node(), from: start).map { .node($0) }
    case .namespace: return named(try namespaceObject(), from: start).map { .namespace($0) }
    case .lease: return named(try lease(), from: start).map { .lease($0) }
    case .persistentVolumeClaim: return named(try claim(), from: start).map { .claim($0) }
    case .persistentVolume: return named(try volume(), from: start).map { .volume($0) }
    case .storageClass: return named(try storageClass(), from: start).map { .storageClass($0) }
    case .resourceQuota: return named(try quota(), from: start).map { .quota($0) }
    case .limitRange: return named(try limitRange(), from: start).map { .limitRange($0) }
    case .serviceAccount: return named(try serviceAccount(), from: start).map { .serviceAccount($0) }
    case .configMap: return named(try configuration(), from: start).map { .configMap($0) }
    case .secret: return named(try configuration(), from: start).map { .secret($0) }
    case .networkPolicy: return named(try networkPolicy(), from: start).map { .networkPolicy($0) }
    case .podDisruptionBudget: return named(try disruptionBudget(), from: start).map { .disruptionBudget($0) }
    case .horizontalPodAutoscaler: return named(try autoscaler(), from: start).map { .autoscaler($0) }
    case .event: return .event(try event())
    }
  }

  private mutating func named<Object: StoredObject>(_ object: Object, from start: Int) -> Object? {
    guard !object.metadata.name.name.isEmpty else {
      notes.namelessCount += 1
      return nil
    }
    var object = object
    object.metadata.textHash = textHash(json.bytes(start..<json.position))
    return object
  }
}

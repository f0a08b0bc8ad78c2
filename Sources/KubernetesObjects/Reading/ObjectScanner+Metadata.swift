import IncidentModel

extension ObjectScanner {
  mutating func metadata() throws -> ObjectMetadata {
    var metadata = ObjectMetadata()
    guard try object() else { return metadata }
    while try json.nextMember() {
      if json.keyIs("name") {
        metadata.name.name = try text()
      } else if json.keyIs("namespace") {
        metadata.name.namespace = try text()
      } else if json.keyIs("uid") {
        metadata.uid = try text()
      } else if json.keyIs("resourceVersion") {
        metadata.resourceVersion = try text()
      } else if json.keyIs("generation") {
        metadata.generation = try integer()
      } else if json.keyIs("labels") {
        metadata.labels = try labels()
      } else if json.keyIs("annotations") {
        metadata.annotations = try annotations()
      } else if json.keyIs("ownerReferences") {
        metadata.owners = try owners()
      } else if json.keyIs("creationTimestamp") {
        metadata.createdAt = try time()
      } else if json.keyIs("deletionTimestamp") {
        metadata.deletedAt = try time()
      } else if json.keyIs("managedFields") {
        metadata.changedAt = try newestChange()
      } else {
        try json.skipValue()
      }
    }
    return metadata
  }

  private mutating func annotations() throws -> Labels {
    guard try object() else { return Labels() }
    var entries: [Labels.Entry] = []
    while try json.nextMember() {
      // The longest kept key has fewer bytes; most annotations are passed over by this alone.
      guard json.key.count < 64 else {
        try json.skipValue()
        continue
      }
      let key = key()
      if ObjectMetadata.keptAnnotations.contains(key) {
        entries.append(Labels.Entry(key: key, value: try text()))
      } else {
        try json.skipValue()
      }
    }
    return Labels(entries)
  }

  private mutating func owners() throws -> [ObjectMetadata.Owner] {
    guard try array() else { return [] }
    var owners: [ObjectMetadata.Owner] = []
    while try json.nextElement() {
      guard try object() else { continue }
      var owner = ObjectMetadata.Owner()
      while try json.nextMember() {
        if json.keyIs("kind") {
          owner.kind = try text()
        } else if json.keyIs("name") {
          owner.name = try text()
        } else if json.keyIs("uid") {
          owner.uid = try text()
        } else if json.keyIs("controller") {
          owner.isController = try flag()
        } else {
          try json.skipValue()
        }
      }
      owners.append(owner)
    }
    return owners
  }

  /// The newest entry that is not about the status.
  private mutating func newestChange() throws -> Timestamp? {
    guard try array() else { return nil }
    var newest: Timestamp?
    while try json.nextElement() {
      guard try object() else { continue }
      var changedAt: Timestamp?
      var isStatus = false
      while try json.nextMember() {
        if json.keyIs("time") {
          changedAt = try time()
        } else if json.keyIs("subresource") {
          isStatus = try text() == "status"
        } else {
          try json.skipValue()
        }
      }
      if let changedAt, !isStatus { newest = max(newest ?? changedAt, changedAt) }
    }
    return newest
  }
}

/// One object as the API wrote it, with its `apiVersion` and `kind`, which lists leave out.
package struct APIObject: Hashable, Sendable {
  package var resource: APIResource
  package var json: [UInt8]

  package init(_ resource: APIResource, json: [UInt8]) {
    self.resource = resource
    self.json = json
  }

  /// What identifies an object, and which state of it this is.
  package struct Identity: Hashable, Sendable {
    package var namespace = ""
    package var name = ""
    package var uid = ""
    package var resourceVersion = ""
  }

  /// - Throws: `KubernetesAPIError` where there is no metadata to be read.
  package func identity() throws -> Identity {
    let slices = JSONSlices(bytes: json)
    do {
      var identity = Identity()
      for member in try slices.members(slices.all) where slices.has(member.key, "metadata") {
        for field in try slices.members(member.value) {
          guard let text = slices.text(field.value) else { continue }
          if slices.has(field.key, "name") { identity.name = text }
          if slices.has(field.key, "namespace") { identity.namespace = text }
          if slices.has(field.key, "uid") { identity.uid = text }
          if slices.has(field.key, "resourceVersion") { identity.resourceVersion = text }
        }
      }
      return identity
    } catch {
      throw KubernetesAPIError(.malformed, resource.qualifiedName, detail: "an object is not JSON")
    }
  }

  /// Of metadata, what is kept where values must not be seen: annotations can hold a copy of the whole object.
  private static let keptMetadata = [
    "name", "namespace", "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "labels",
    "ownerReferences", "generation",
  ]

  /// An object out of a list or a watch.
  /// - Throws: `JSONSlices.Malformed`.
  init(_ scope: ResourceScope, _ slices: JSONSlices, _ range: Range<Int>) throws(JSONSlices.Malformed) {
    resource = scope.resource
    if let outline = scope.outline {
      let kept = try outline.text(slices, range).dropFirst()
      let type = "{\"apiVersion\":\"\(resource.apiVersion)\",\"kind\":\"\(resource.kind)\""
      json = Array(type.utf8) + (kept.first == UInt8(ascii: "}") ? [] : [UInt8(ascii: ",")]) + kept
      return
    }
    let members = try slices.members(range)
    let type = "\"apiVersion\":\"\(resource.apiVersion)\",\"kind\":\"\(resource.kind)\""
    guard resource.isMetadataOnly else {
      let hasType = members.contains { slices.has($0.key, "kind") }
      if hasType {
        json = Array(slices.bytes[range])
      } else {
        json =
          Array("{\(type)\(members.isEmpty ? "" : ",")".utf8) + slices.bytes[(range.lowerBound + 1)..<range.upperBound]
      }
      return
    }
    // Put together anew from what is wanted, so that nothing else can come along.
    var kept: [[UInt8]] = []
    for member in members where slices.has(member.key, "metadata") {
      for field in try slices.members(member.value)
      where Self.keptMetadata.contains(where: { slices.has(field.key, $0) }) {
        kept.append([UInt8(ascii: "\"")] + slices.bytes[field.key] + Array("\":".utf8) + slices.bytes[field.value])
      }
    }
    json = Array("{\(type),\"metadata\":{".utf8) + Array(kept.joined(separator: [UInt8(ascii: ",")])) + Array("}}".utf8)
  }
}

/// All objects of a scope at one resource version.
package struct ObjectList: Sendable {
  package var scope: ResourceScope
  package var objects: [APIObject]
  package var resourceVersion: String

  package init(scope: ResourceScope, objects: [APIObject], resourceVersion: String) {
    self.scope = scope
    self.objects = objects
    self.resourceVersion = resourceVersion
  }
}

import KubernetesObjects
import TextReading

/// A cluster as typed objects beside their text, kept in step with what reflectors tell: a change touches the object
/// that changed and nothing else.
package struct ClusterMirror: Sendable {
  package private(set) var memory: ObjectMemory
  package private(set) var snapshot = ClusterSnapshot()
  /// Objects that the typed reader could not read.
  package private(set) var unreadableObjects = 0
  private let reader = ObjectReader()

  package init(_ scopes: [ResourceScope]) { memory = ObjectMemory(scopes) }

  package mutating func apply(_ change: ScopeChange) {
    memory.apply(change)
    switch change {
    case .listed(let list): readAgain(list.scope.resource)
    case .applied(let object): take(object, as: "MODIFIED")
    case .deleted(let object): take(object, as: "DELETED")
    case .lost, .resumed: break
    }
    // Versions that follow each other are no duplicates.
    snapshot.notes.duplicateCount = 0
  }

  /// All objects of a resource, in place of those that were known; of events only more.
  private mutating func readAgain(_ resource: APIResource) {
    guard let kind = ObjectKind(rawValue: resource.kind), let objects = memory.objects(resource) else { return }
    snapshot.removeAll(kind)
    snapshot.notes.listedKinds.insert(kind)
    for object in objects { take(object, as: "ADDED") }
  }

  private mutating func take(_ object: APIObject, as verb: String) {
    let line = Array("{\"type\":\"\(verb)\",\"object\":".utf8) + object.json + [UInt8(ascii: "}")]
    do {
      let file = FileBytes(name: object.resource.qualifiedName, bytes: line)
      snapshot.apply(try reader.watchEvent(file, hint: ObjectKind(rawValue: object.resource.kind)))
    } catch {
      unreadableObjects += 1
    }
  }

  package var blindSpots: [String] {
    var sentences = memory.blindSpots
    if unreadableObjects > 0 { sentences.append("\(unreadableObjects) objects could not be read and were left out.") }
    return sentences
  }
}

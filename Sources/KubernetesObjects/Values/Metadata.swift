import IncidentModel

/// What every object carries.
package struct ObjectMetadata: Hashable, Sendable {
  package var name = ObjectName("", in: "")
  package var uid = ""
  package var resourceVersion = ""
  package var generation = 0
  package var labels = Labels()
  package var owners: [Owner] = []
  package var createdAt: Timestamp?
  package var deletedAt: Timestamp?
  /// The newest change of anything but the status, by `managedFields`.
  package var changedAt: Timestamp?
  /// The few annotations that mean something here.
  package var annotations = Labels()
  /// Tells two versions of one object apart where their resource versions do not: a hash of the text that was read.
  package var textHash: UInt64 = 0

  package struct Owner: Hashable, Sendable {
    package var kind = ""
    package var name = ""
    package var uid = ""
    package var isController = false
  }

  /// The owner that manages this object; the only one, where none says so.
  package var controller: Owner? { owners.first(where: \.isController) ?? (owners.count == 1 ? owners.first : nil) }

  package func reference(_ kind: ObjectKind) -> ObjectReference { ObjectReference(kind, name) }

  /// Whether this is the later of two versions: by resource version, then by content, so that order never matters.
  func isNewer(than other: ObjectMetadata) -> Bool {
    let mine = UInt64(resourceVersion) ?? 0
    let theirs = UInt64(other.resourceVersion) ?? 0
    if mine != theirs { return mine > theirs }
    if uid != other.uid {
      return (createdAt?.nanoseconds ?? .min, uid) > (other.createdAt?.nanoseconds ?? .min, other.uid)
    }
    return textHash > other.textHash
  }

  static let keptAnnotations: Set<String> = [
    "deployment.kubernetes.io/revision", "kubernetes.io/config.mirror", "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class", "volume.kubernetes.io/selected-node",
    "volume.beta.kubernetes.io/storage-class",
  ]
}

/// One entry of `status.conditions`.
package struct ObjectCondition: Hashable, Sendable {
  package var type = ""
  /// `True`, `False` or `Unknown`.
  package var status = ""
  package var reason = ""
  package var message = ""
  package var changedAt: Timestamp?

  package var isTrue: Bool { status == "True" }
}

extension [ObjectCondition] {
  package subscript(type: String) -> ObjectCondition? { first { $0.type == type } }
}

/// An object that has metadata.
package protocol StoredObject: Hashable, Sendable {
  var metadata: ObjectMetadata { get set }
}

extension StoredObject {
  package var name: String { metadata.name.name }
  package var namespace: String { metadata.name.namespace }
}

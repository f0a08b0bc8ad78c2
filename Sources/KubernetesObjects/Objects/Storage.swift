/// A wish for storage.
package struct VolumeClaim: StoredObject {
  package var metadata = ObjectMetadata()
  /// Nil asks for the default class, `""` for a volume without class.
  package var storageClass: String?
  package var accessModes: [String] = []
  package var request: Quantity?
  package var selector = LabelSelector()
  package var volumeName = ""
  package var volumeMode = "Filesystem"
  package var phase = ""
  package var hasStatus = false
}

/// A piece of storage.
package struct PersistentVolume: StoredObject {
  package var metadata = ObjectMetadata()
  package var storageClass = ""
  package var accessModes: [String] = []
  package var capacity: Quantity?
  package var claim: ObjectName?
  package var claimUID = ""
  /// Alternatives; nil where it can be reached from every node.
  package var nodeTerms: [NodeSelectorTerm]?
  package var reclaimPolicy = "Retain"
  package var volumeMode = "Filesystem"
  package var phase = ""
}

/// A kind of storage and who provides it.
package struct StorageClass: StoredObject {
  package var metadata = ObjectMetadata()
  package var provisioner = ""
  package var waitsForConsumer = false

  package var isDefault: Bool {
    metadata.annotations["storageclass.kubernetes.io/is-default-class"] == "true"
      || metadata.annotations["storageclass.beta.kubernetes.io/is-default-class"] == "true"
  }

  /// Whether somebody makes volumes of this class when they are asked for.
  package var isDynamic: Bool { !provisioner.isEmpty && provisioner != "kubernetes.io/no-provisioner" }
}

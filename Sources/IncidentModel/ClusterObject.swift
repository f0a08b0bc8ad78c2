/// An object of a cluster as a command names it.
package struct ClusterObject: Hashable, Sendable, Codable {
  /// The resource's singular in lower case, as `kubectl` takes it: `deployment`, `service`, `resourcequota`, `node`.
  package var kind: String
  /// Nil for what belongs to no namespace.
  package var namespace: String?
  package var name: String
  package var container: String?
  /// The value that stands there and is wrong, or that is asked for and missing, as the object writes it.
  package var value: String?

  package init(
    kind: String, namespace: String? = nil, name: String, container: String? = nil, value: String? = nil
  ) {
    self.kind = kind
    self.namespace = namespace
    self.name = name
    self.container = container
    self.value = value
  }
}

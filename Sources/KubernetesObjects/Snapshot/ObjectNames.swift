/// What objects are called on the service map and in findings: `<kind>/<name>`, as `kubectl` writes it; where two
/// namespaces hold an object of that kind and name, `<kind>/<namespace>/<name>` for each of them.
package struct ObjectNames: Sendable {
  /// Kind in lower case and name of what is in several namespaces.
  private let shared: Set<String>

  package init(_ snapshot: ClusterSnapshot) {
    var namespaceOf: [String: String] = [:]
    var shared: Set<String> = []
    func add(_ reference: ObjectReference) {
      let text = "\(reference)"
      let known = namespaceOf.updateValue(reference.name.namespace, forKey: text)
      if let known, known != reference.name.namespace { shared.insert(text) }
    }
    for service in snapshot.services.values { add(service.metadata.reference(.service)) }
    for workload in snapshot.workloads.values where workload.kind != .replicaSet { add(workload.reference) }
    for pod in snapshot.pods.values { add(pod.metadata.reference(.pod)) }
    for claim in snapshot.claims.values { add(claim.metadata.reference(.persistentVolumeClaim)) }
    self.shared = shared
  }

  package func text(_ reference: ObjectReference) -> String {
    let text = "\(reference)"
    guard shared.contains(text), !reference.name.namespace.isEmpty else { return text }
    return "\(reference.kind.lowercased())/\(reference.name.namespace)/\(reference.name.name)"
  }

  /// A pod's name alone, or with its namespace before it where another namespace has one of that name.
  package func podText(_ name: ObjectName) -> String {
    shared.contains("pod/\(name.name)") ? "\(name.namespace)/\(name.name)" : name.name
  }
}

import IncidentModel

/// The frame of every API object.
struct APIObject {
  let cluster: SimulatedCluster
  /// By workload and revision.
  private let counts: [[PodCounts]]
  private let podsByNamespace: [String: [Int]]

  struct PodCounts {
    var all = 0
    var ready = 0
  }

  init(_ cluster: SimulatedCluster) {
    self.cluster = cluster
    var counts = cluster.workloads.map { [PodCounts](repeating: PodCounts(), count: $0.revisions.count) }
    var podsByNamespace: [String: [Int]] = [:]
    for (position, pod) in cluster.pods.enumerated() where pod.ended == nil {
      podsByNamespace[cluster.workloads[pod.workload].namespace, default: []].append(position)
      // A StatefulSet counts a pod until it is gone.
      guard pod.deletedAt == nil || cluster.workloads[pod.workload].kind == .statefulSet else { continue }
      counts[pod.workload][pod.revision].all += 1
      if pod.isReady { counts[pod.workload][pod.revision].ready += 1 }
    }
    self.counts = counts
    self.podsByNamespace = podsByNamespace
  }

  func podCounts(_ workload: Int) -> [PodCounts] { counts[workload] }

  /// Positions of the pods of a namespace that have not ended.
  func pods(in namespace: String) -> [Int] { podsByNamespace[namespace] ?? [] }

  /// RFC 3339 in whole seconds, as `metav1.Time`.
  static func time(_ seconds: Int) -> APIValue {
    .string(Timestamp(nanoseconds: Int64(seconds) * 1_000_000_000).description)
  }

  static func time(_ seconds: Int?) -> APIValue { seconds.map { time($0) } ?? .null }

  /// RFC 3339 with six digits, as `metav1.MicroTime`.
  static func microTime(_ seconds: Int, microseconds: Int = 0) -> APIValue {
    let whole = Timestamp(nanoseconds: Int64(seconds) * 1_000_000_000).description.dropLast()
    let digits = String(microseconds)
    return .string("\(whole).\(String(repeating: "0", count: 6 - digits.count))\(digits)Z")
  }

  /// A number that is larger for later changes, as resource versions are in practice.
  static func version(_ seconds: Int) -> APIValue { .string(String(max(seconds - 1_700_000_000, 1))) }

  static func metadata(
    _ name: String, namespace: String? = nil, uid: String, created: Int, labels: [String: String] = [:],
    annotations: [String: String] = [:], generation: Int = 0, owner: APIValue = .null, changed: Int? = nil,
    manager: String? = nil, fields: String = "f:spec"
  ) -> APIValue {
    let managed: APIValue =
      manager.map {
        [
          [
            "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": .object([fields: [:]]), "manager": .string($0),
            "operation": "Update", "time": time(changed ?? created),
          ]
        ]
      } ?? .null
    return [
      "name": .string(name), "namespace": APIValue(namespace), "uid": .string(uid),
      "creationTimestamp": time(created), "labels": .map(labels), "annotations": .map(annotations),
      "generation": .omittingZero(generation), "resourceVersion": version(changed ?? created),
      "ownerReferences": owner == .null ? .null : [owner], "managedFields": managed,
    ]
  }

  static func owner(_ apiVersion: String, _ kind: String, _ name: String, uid: String) -> APIValue {
    [
      "apiVersion": .string(apiVersion), "kind": .string(kind), "name": .string(name), "uid": .string(uid),
      "controller": true, "blockOwnerDeletion": true,
    ]
  }

  static func condition(
    _ type: String, _ isTrue: Bool, at: Int, reason: String? = nil, message: String? = nil, updated: Int? = nil
  ) -> APIValue {
    [
      "type": .string(type), "status": isTrue ? "True" : "False", "lastTransitionTime": time(at),
      "lastUpdateTime": time(updated), "reason": APIValue(reason), "message": APIValue(message),
    ]
  }

  /// An identifier that belongs to a name: the same for the same name, in the form of a UID.
  static func uid(of name: String) -> String {
    var random = SeededRandom(seed: 0, purpose: name)
    let digits = Array(random.hexadecimal(digits: 32))
    let parts = [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
    return parts.map { String($0) }.joined(separator: "-")
  }
}

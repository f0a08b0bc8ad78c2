import Foundation
import HTTPTransport
import KubernetesAPI
import TestSupport

extension LoopbackAPIServer {
  /// A server of all resources that are read, with a few objects.
  static func sample(
    pods: Int = 3, interfere: @escaping Interference = { _, _ in nil }
  ) throws -> LoopbackAPIServer {
    let resources = APIResource.all.map {
      Resource(group: $0.group, version: $0.version, name: $0.name, kind: $0.kind, isNamespaced: $0.isNamespaced)
    }
    let server = try LoopbackAPIServer(resources, interfere: interfere)
    for number in 0..<pods { try server.put(pod("web-\(number)"), in: "pods") }
    try server.put(#"{"metadata":{"name":"n1"},"spec":{"unschedulable":true},"status":{}}"#, in: "nodes")
    try server.put(
      #"{"metadata":{"name":"db","namespace":"shop","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"data\":{\"password\":\"5ecret\"}}"}},"type":"Opaque","data":{"password":"5ecret"}}"#,
      in: "secrets")
    try server.put(event("web-0.1", reason: "BackOff"), in: "events")
    return server
  }

  static func pod(_ name: String, namespace: String = "shop", phase: String = "Running") -> String {
    #"{"metadata":{"name":"\#(name)","namespace":"\#(namespace)","labels":{"app":"web \"x\" ü"}},"#
      + #""spec":{"nodeName":"n1","containers":[{"name":"c","image":"i:1"}]},"status":{"phase":"\#(phase)"}}"#
  }

  static func event(_ name: String, reason: String) -> String {
    #"{"metadata":{"name":"\#(name)","namespace":"shop"},"involvedObject":{"kind":"Pod","name":"web-0","namespace":"shop"},"reason":"\#(reason)","message":"m"}"#
  }
}

/// Pauses that are taken down instead of taken.
final class RecordedPauses: @unchecked Sendable {
  private let lock = NSLock()
  private var taken: [Double] = []

  var seconds: [Double] { lock.withLock { taken } }

  /// After so many pauses the next lasts until the task is cancelled, so that nothing goes round for ever.
  func timing(most: Int = 40) -> Timing {
    let sleep: @Sendable (Duration) async throws -> Void = { [self] duration in
      let count = lock.withLock {
        taken.append(duration / .seconds(1))
        return taken.count
      }
      if count >= most { try await Task.sleep(for: .seconds(3600)) }
      try Task.checkCancellation()
      await Task.yield()
    }
    return Timing(seed: 1, nowSeconds: { 0 }, sleep: sleep)
  }
}

func client(_ origin: String, _ timing: Timing, pageSize: Int = 500) -> KubernetesClient {
  var limits = KubernetesClient.Limits()
  limits.pageSize = pageSize
  limits.pageDeadlineSeconds = 3600
  return KubernetesClient(ClusterSession(ClusterAccess(server: origin)), timing: timing, limits: limits)
}

func resource(_ name: String) throws -> APIResource {
  guard let resource = APIResource.named(name) else { throw POSIXError(.EINVAL) }
  return resource
}

extension KubernetesAPIError.Kind {
  /// What a call fails with; nil where it does not.
  static func of(_ call: () async throws -> some Sendable) async -> KubernetesAPIError.Kind? {
    do {
      _ = try await call()
      return nil
    } catch {
      return (error as? KubernetesAPIError)?.kind
    }
  }
}

/// The `apiVersion/kind namespace/name` of objects, in their order.
func names(_ objects: [APIObject]) throws -> [String] {
  try objects.map { try $0.identity().name }
}

func dictionary(_ object: APIObject) throws -> NSDictionary? {
  try JSONSerialization.jsonObject(with: Data(object.json)) as? NSDictionary
}

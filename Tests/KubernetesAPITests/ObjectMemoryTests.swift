import Foundation
import HTTPTransport
import KubernetesAPI
import TestSupport
import Testing

@Suite struct ObjectMemoryTests {
  private func object(_ name: String, in resource: String, namespace: String = "shop") throws -> APIObject {
    APIObject(
      try KubernetesAPITests.resource(resource),
      json: Array(#"{"metadata":{"name":"\#(name)","namespace":"\#(namespace)"}}"#.utf8))
  }

  private func list(_ names: [String], in resource: String, namespace: String? = nil) throws -> ScopeChange {
    let scope = ResourceScope(try KubernetesAPITests.resource(resource), in: namespace)
    return .listed(
      ObjectList(
        scope: scope, objects: try names.map { try object($0, in: resource, namespace: namespace ?? "shop") },
        resourceVersion: "1"))
  }

  private func names(_ memory: ObjectMemory, _ resource: String) throws -> [String]? {
    try memory.objects(KubernetesAPITests.resource(resource))?.map { try $0.identity().name }
  }

  @Test func aNewListReplacesItsOwnNamespaceOnly() throws {
    let scopes = [
      ResourceScope(try resource("pods"), in: "shop"), ResourceScope(try resource("pods"), in: "kube-system"),
      ResourceScope(try resource("services")),
    ]
    var memory = ObjectMemory(scopes)
    memory.apply(try list(["proxy"], in: "pods", namespace: "kube-system"))
    // The system's pods alone say nothing of the namespace.
    #expect(try names(memory, "pods") == nil)
    #expect(memory.unsettled(scopes) == [scopes[0], scopes[2]])
    memory.apply(try list(["b", "a"], in: "pods", namespace: "shop"))
    memory.apply(try list(["proxy"], in: "pods", namespace: "kube-system"))
    memory.apply(.deleted(try object("a", in: "pods")))
    memory.apply(.applied(try object("c", in: "pods")))
    #expect(try names(memory, "pods") == ["proxy", "b", "c"])
    memory.apply(try list(["d"], in: "pods", namespace: "shop"))
    #expect(try names(memory, "pods") == ["proxy", "d"])
    memory.apply(try list([], in: "services"))
    #expect(try names(memory, "services") == [])
  }

  @Test func isWrittenAsAListOfEachResource() throws {
    var memory = ObjectMemory([ResourceScope(try resource("pods")), ResourceScope(try resource("services"))])
    memory.apply(try list(["b", "a"], in: "pods"))
    let files = ClusterRecording(memory).files
    #expect(files.map(\.name) == ["pods.json"])
    let list = try JSONSerialization.jsonObject(with: Data(files[0].bytes)) as? [String: Any]
    #expect(list?["kind"] as? String == "List")
    #expect((list?["items"] as? [Any])?.count == 2)
    let folder = FileManager.default.temporaryDirectory.path + "/tocsin-recording-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try ClusterRecording(memory).write(to: folder)
    try ClusterRecording(ObjectMemory([])).write(to: folder)
    // What an earlier recording left there is not part of this one.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
  }

  @Test func eventsOutliveTheAPI() throws {
    var memory = ObjectMemory([ResourceScope(try resource("events"))], maximumEvents: 3)
    memory.apply(try list(["e1", "e2"], in: "events"))
    memory.apply(.deleted(try object("e1", in: "events")))
    memory.apply(try list(["e3"], in: "events"))
    #expect(try names(memory, "events") == ["e1", "e2", "e3"])
    for number in 4..<20 { memory.apply(.applied(try object("e\(number)", in: "events"))) }
    #expect(try names(memory, "events") == ["e17", "e18", "e19"])
    #expect(memory.forgottenEvents == 16)
    #expect(memory.blindSpots == ["16 of the oldest events were left out; the limit is 3."])
  }

  @Test func saysWhatCannotBeFollowed() throws {
    var memory = ObjectMemory([])
    let scope = ResourceScope(try resource("pods"), in: "shop")
    memory.apply(.lost(scope, KubernetesAPIError(.forbidden(verb: "watch"), "\(scope)")))
    #expect(
      memory.blindSpots == [
        "pods in the namespace shop could not be read: the role lacks the verb “watch” on “pods”."
      ])
    memory.apply(.resumed(scope))
    #expect(memory.blindSpots.isEmpty)
  }

  @Test func objectsWithoutANameAreCounted() throws {
    var memory = ObjectMemory([])
    let pods = try resource("pods")
    for json in ["{}", "nonsense", #"{"metadata":null}"#, #"{"metadata":{"name":7}}"#, #"{"metadata":{"name":"#] {
      memory.apply(.applied(APIObject(pods, json: Array(json.utf8))))
    }
    #expect(memory.namelessObjects == 5)
  }

  @Test func backoffGrowsWithinBoundsAndObeysTheServer() {
    var backoff = Backoff(seed: 7)
    for bound in [1.0, 2, 4, 8, 16, 30, 30, 30] {
      let waited = backoff.next()
      #expect(waited >= bound / 2 && waited <= bound)
    }
    #expect(backoff.next(asked: 60) == 60)
    #expect(backoff.next(asked: 1e9) == Backoff.longestAskedSeconds)
    backoff.reset()
    #expect(backoff.next() <= 1)
    var other = Backoff(seed: 8)
    #expect(other.next() != Backoff(seed: 7).first)
  }
}

extension Backoff {
  fileprivate var first: Double {
    var copy = self
    return copy.next()
  }
}

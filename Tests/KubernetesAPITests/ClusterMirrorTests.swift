import Foundation
import KubernetesAPI
import KubernetesObjects
import TestSupport
import Testing
import TextReading

/// What changes one by one arrives at is what a reading of everything finds.
@Suite struct ClusterMirrorTests {
  private func scopes() throws -> [ResourceScope] {
    [
      ResourceScope(try resource("pods"), in: "shop"), ResourceScope(try resource("pods"), in: "kube-system"),
      ResourceScope(try resource("events")), ResourceScope(try resource("secrets")),
      ResourceScope(try resource("endpointslices")), ResourceScope(try resource("deployments")),
    ]
  }

  private func object(_ json: String, _ name: String) throws -> APIObject {
    APIObject(try resource(name), json: Array(json.utf8))
  }

  private func pod(_ name: String, version: Int, phase: String = "Running", namespace: String = "shop") throws
    -> APIObject
  {
    try object(
      #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"\#(name)","namespace":"\#(namespace)","uid":"\#(name)","#
        + #""resourceVersion":"\#(version)"},"spec":{"nodeName":"n1"},"status":{"phase":"\#(phase)"}}"#, "pods")
  }

  private func event(_ name: String, version: Int) throws -> APIObject {
    try object(
      #"{"apiVersion":"v1","kind":"Event","metadata":{"name":"\#(name)","namespace":"shop","resourceVersion":"\#(version)"},"#
        + #""involvedObject":{"kind":"Pod","name":"\#(name)","namespace":"shop"},"reason":"BackOff","message":"m"}"#,
      "events")
  }

  /// A fresh reading of what a recording of the mirror would hold.
  private func readBack(_ mirror: ClusterMirror) throws -> ClusterSnapshot {
    var snapshot = ClusterSnapshot()
    for file in ClusterRecording(mirror.memory).files {
      try ObjectReader().read(
        FileBytes(name: file.name, bytes: file.bytes),
        hint: ObjectKind(resource: String(file.name.dropLast(5))), into: &snapshot)
    }
    return snapshot
  }

  private func expectEqual(_ mirror: ClusterMirror) throws {
    let fresh = try readBack(mirror)
    #expect(mirror.snapshot.pods == fresh.pods)
    #expect(mirror.snapshot.workloads == fresh.workloads)
    #expect(mirror.snapshot.secrets == fresh.secrets)
    #expect(mirror.snapshot.events.newestFirst() == fresh.events.newestFirst())
    #expect(mirror.snapshot.notes == fresh.notes)
  }

  @Test func followsTheChanges() throws {
    let scopes = try scopes()
    var mirror = ClusterMirror(scopes)
    func list(_ number: Int, _ objects: [APIObject]) -> ScopeChange {
      .listed(ObjectList(scope: scopes[number], objects: objects, resourceVersion: "1"))
    }
    mirror.apply(list(1, [try pod("proxy", version: 1, namespace: "kube-system")]))
    #expect(!mirror.snapshot.knows(.pod))
    mirror.apply(list(0, [try pod("a", version: 2), try pod("b", version: 3)]))
    mirror.apply(list(2, [try event("a", version: 4)]))
    mirror.apply(
      list(
        3, [try object(#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"shop"}}"#, "secrets")]))
    mirror.apply(list(5, []))
    #expect(mirror.snapshot.knows(.deployment) && mirror.snapshot.knows(.pod) && !mirror.snapshot.knows(.node))
    #expect(mirror.snapshot.pods.count == 3)
    try expectEqual(mirror)

    mirror.apply(.applied(try pod("a", version: 5, phase: "Failed")))
    mirror.apply(.applied(try pod("c", version: 6)))
    mirror.apply(.deleted(try pod("b", version: 7)))
    mirror.apply(.applied(try event("c", version: 8)))
    mirror.apply(.deleted(try event("a", version: 9)))
    #expect(mirror.snapshot.pods.count == 3)
    #expect(mirror.snapshot.events.count == 2)
    try expectEqual(mirror)

    // The history was gone: one namespace is listed again, the other stays.
    mirror.apply(list(0, [try pod("d", version: 10)]))
    #expect(mirror.snapshot.pods.keys.map(\.name).sorted() == ["d", "proxy"])
    try expectEqual(mirror)
    #expect(mirror.blindSpots.isEmpty)
  }

  @Test func whatCannotBeReadIsCounted() throws {
    var mirror = ClusterMirror(try scopes())
    mirror.apply(.applied(try object("{nonsense", "pods")))
    #expect(mirror.unreadableObjects == 1)
    #expect(mirror.blindSpots == ["1 objects could not be read and were left out."])
  }
}

import Foundation
import KubernetesAPI
import TestSupport
import Testing

@Suite struct ListTests {
  private let pauses = RecordedPauses()

  @Test func readsPageByPage() async throws {
    let server = try LoopbackAPIServer.sample(pods: 7)
    defer { server.stop() }
    let list = try await client(server.origin, pauses.timing(), pageSize: 3).list(ResourceScope(resource("pods")))
    #expect(try names(list.objects) == (0..<7).map { "web-\($0)" })
    #expect(server.requestedTargets.count == 3)
    #expect(Int(list.resourceVersion) ?? 0 > 100)
    let first = try #require(try dictionary(list.objects[0]))
    #expect(first["kind"] as? String == "Pod")
    #expect(first["apiVersion"] as? String == "v1")
    #expect((first["metadata"] as? [String: Any])?["labels"] as? [String: String] == ["app": "web \"x\" ü"])
  }

  @Test func beginsAgainWhereAPageHasExpired() async throws {
    let hasExpired = Once()
    let box = ServerBox()
    let server = try LoopbackAPIServer.sample(pods: 7) { request, _ in
      if request.query["continue"] != nil, hasExpired.isFirst() {
        try? box.server?.put(LoopbackAPIServer.pod("late"), in: "pods")
        box.server?.compact()
      }
      return nil
    }
    box.server = server
    defer { server.stop() }
    let list = try await client(server.origin, pauses.timing(), pageSize: 3).list(ResourceScope(resource("pods")))
    #expect(try names(list.objects) == ["late"] + (0..<7).map { "web-\($0)" })
    #expect(pauses.seconds.isEmpty)
  }

  @Test func takesOnePageWhereEveryOtherExpires() async throws {
    let server = try LoopbackAPIServer.sample(pods: 7) { request, connection in
      guard request.query["continue"] != nil else { return nil }
      connection.answer(410, LoopbackAPIServer.statusText(410, "too old"))
      return true
    }
    defer { server.stop() }
    let list = try await client(server.origin, pauses.timing(), pageSize: 3).list(ResourceScope(resource("pods")))
    #expect(list.objects.count == 7)
    #expect(server.requestedTargets.filter { $0.contains("continue=") }.count == 3)
    #expect(server.requestedTargets.last?.contains("limit=") == false)
  }

  @Test func waitsAsLongAsTheServerAsks() async throws {
    let calls = Calls()
    let server = try LoopbackAPIServer.sample { _, connection in
      guard calls.next() <= 2 else { return nil }
      connection.answer(429, headers: ["Retry-After: 17"], LoopbackAPIServer.statusText(429, "slow down"))
      return true
    }
    defer { server.stop() }
    let list = try await client(server.origin, pauses.timing()).list(ResourceScope(resource("pods")))
    #expect(list.objects.count == 3)
    #expect(pauses.seconds == [17, 17])
  }

  @Test func givesUpInTheEnd() async throws {
    let server = try LoopbackAPIServer.sample { _, connection in
      connection.reset()
      return false
    }
    defer { server.stop() }
    let reader = client(server.origin, pauses.timing())
    let kind = await KubernetesAPIError.Kind.of { try await reader.list(ResourceScope(resource("pods"))) }
    #expect(kind == .unreachable(.broken))
    #expect(pauses.seconds.count == 3)
    #expect(zip(pauses.seconds, [1.0, 2, 4]).allSatisfy { $0 >= $1 / 2 && $0 <= $1 })
  }

  @Test(arguments: [401, 403, 404, 418]) func answersThatNoWaitingHelps(status: Int) async throws {
    let server = try LoopbackAPIServer.sample { _, connection in
      connection.answer(status, LoopbackAPIServer.statusText(status, "no"))
      return true
    }
    defer { server.stop() }
    let reader = client(server.origin, pauses.timing())
    let kind = await KubernetesAPIError.Kind.of { try await reader.list(ResourceScope(resource("pods"))) }
    let expected: [Int: KubernetesAPIError.Kind] = [
      401: .unauthorized, 403: .forbidden(verb: "list"), 404: .notServed, 418: .refused(status: 418),
    ]
    #expect(kind == expected[status])
    #expect(pauses.seconds.isEmpty)
  }

  @Test(arguments: [
    "", "null", "[]", "{", "{}", #"{"kind":"PodList"}"#, #"{"kind":"SecretList","items":[]}"#, "<html></html>",
    #"{"kind":"PodList","items":[{"metadata":{"name":"x"}}"#, #"{"kind":"PodList","items":{}}"#,
    #"{"kind":"PodList","items":[1]}"#, #"{"kind":"PodList","metadata":{"continue":"same"},"items":[]}"#,
  ])
  func answersThatAreNoList(body: String) async throws {
    let server = try LoopbackAPIServer.sample { _, connection in
      connection.answer(200, body)
      return true
    }
    defer { server.stop() }
    let reader = client(server.origin, pauses.timing())
    if body == #"{"kind":"PodList"}"# {
      #expect(try await reader.list(ResourceScope(resource("pods"))).objects.isEmpty)
    } else {
      let kind = await KubernetesAPIError.Kind.of { try await reader.list(ResourceScope(resource("pods"))) }
      #expect(kind == .malformed)
    }
  }

  @Test func valuesOfSecretsAreNeverAskedFor() async throws {
    let server = try LoopbackAPIServer.sample()
    defer { server.stop() }
    let list = try await client(server.origin, pauses.timing()).list(ResourceScope(resource("secrets")))
    #expect(server.requestedAccepts == ["application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"])
    let text = String(decoding: try #require(list.objects.first).json, as: UTF8.self)
    #expect(text.contains(#""kind":"Secret""#) && text.contains(#""name":"db""#))
    // The annotation of `kubectl apply` holds a copy of the values.
    #expect(!text.contains("5ecret"))
  }

  @Test func aServerThatSendsValuesAnywayIsRefused() async throws {
    let server = try LoopbackAPIServer.sample { _, connection in
      connection.answer(
        200, #"{"kind":"SecretList","items":[{"metadata":{"name":"db"},"data":{"password":"5ecret"}}]}"#)
      return true
    }
    defer { server.stop() }
    let reader = client(server.origin, pauses.timing())
    do {
      _ = try await reader.list(ResourceScope(resource("secrets")))
      Issue.record("a list of whole secrets was accepted")
    } catch {
      #expect(!"\(error)".contains("5ecret"))
    }
  }

  @Test func whatIsForbiddenIsABlindSpotThatNamesTheRule() async throws {
    let server = try LoopbackAPIServer.sample { request, connection in
      guard request.path.contains("replicasets") || request.path.contains("nodes") else { return nil }
      connection.answer(403, LoopbackAPIServer.statusText(403, "forbidden"))
      return true
    }
    defer { server.stop() }
    let reading = try await client(server.origin, pauses.timing()).read(ResourceScope.plan(namespace: nil))
    #expect(reading.lists.count == APIResource.all.count - 2)
    #expect(reading.serverVersion == "v1.32.0")
    #expect(
      reading.blindSpots == [
        "nodes could not be read: the role lacks the verb “list” on “nodes”.",
        "replicasets.apps in all namespaces could not be read: the role lacks the verb “list” on “replicasets.apps” "
          + "in all namespaces.",
      ])
  }

  @Test func nothingReadIsAnError() async throws {
    let server = try LoopbackAPIServer.sample { request, connection in
      guard request.path != "/version" else { return nil }
      connection.answer(401, LoopbackAPIServer.statusText(401, "Unauthorized"))
      return true
    }
    defer { server.stop() }
    let reader = client(server.origin, pauses.timing())
    #expect(
      await KubernetesAPIError.Kind.of { try await reader.read(ResourceScope.plan(namespace: "shop")) } == .unauthorized
    )
    server.stop()
    let nobody = client("http://127.0.0.1:1", pauses.timing())
    #expect(
      await KubernetesAPIError.Kind.of { try await nobody.read(ResourceScope.plan(namespace: "shop")) }
        == .unreachable(.cannotConnect))
  }

  @Test func oneNamespaceReadsTheSystemBesideIt() async throws {
    let server = try LoopbackAPIServer.sample()
    defer { server.stop() }
    try server.put(
      #"{"metadata":{"name":"other","namespace":"elsewhere"},"spec":{"nodeName":"n1","containers":[{"name":"c","image":"i"}]}}"#,
      in: "pods")
    try server.put(
      #"{"metadata":{"name":"waits","namespace":"elsewhere"},"spec":{"containers":[]}}"#, in: "pods")
    try server.put(LoopbackAPIServer.pod("kube-proxy-1", namespace: "kube-system"), in: "pods")
    let reading = try await client(server.origin, pauses.timing()).read(ResourceScope.plan(namespace: "shop"))
    let pods = reading.lists.filter { $0.scope.resource.name == "pods" }.flatMap(\.objects)
    #expect(try names(pods) == ["web-0", "web-1", "web-2", "kube-proxy-1", "other"])
    #expect(server.requestedTargets.contains { $0.contains("fieldSelector=involvedObject.kind%3DNode") })
    #expect(server.requestedTargets.allSatisfy { !$0.contains("elsewhere") })
    // Of the pods elsewhere, those that take room on a node, and of these what they take.
    #expect(pods.last.map { String(decoding: $0.json, as: UTF8.self) }?.contains("image") == false)
  }
}

final class Once: @unchecked Sendable {
  private let lock = NSLock()
  private var isDone = false

  func isFirst() -> Bool {
    lock.withLock {
      defer { isDone = true }
      return !isDone
    }
  }
}

final class Calls: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0

  func next() -> Int {
    lock.withLock {
      count += 1
      return count
    }
  }
}

/// Lets an interference reach the server that it is part of.
final class ServerBox: @unchecked Sendable {
  private let lock = NSLock()
  private weak var held: LoopbackAPIServer?

  var server: LoopbackAPIServer? {
    get { lock.withLock { held } }
    set { lock.withLock { held = newValue } }
  }
}

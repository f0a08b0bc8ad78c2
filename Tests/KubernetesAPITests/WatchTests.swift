import Foundation
import KubernetesAPI
import TestSupport
import Testing

/// A watch over a real connection, with the pauses taken down instead of taken.
@Suite(.timeLimit(.minutes(10))) struct WatchTests {
  private let pauses = RecordedPauses()

  /// Follows the pods of a server and hands on what comes, one by one, in words.
  private func following(
    _ server: LoopbackAPIServer, _ name: String = "pods", most: Int = 40, _ body: (inout Changes) async throws -> Void
  ) async throws {
    let scope = ResourceScope(try resource(name))
    let (stream, continuation) = AsyncStream<String>.makeStream()
    let reader = client(server.origin, pauses.timing(most: most))
    let task = Task { try await reader.follow([scope]) { continuation.yield(Self.words($0)) } }
    var changes = Changes(iterator: stream.makeAsyncIterator())
    try await body(&changes)
    task.cancel()
    server.stop()
    _ = try? await task.value
  }

  struct Changes {
    var iterator: AsyncStream<String>.Iterator

    mutating func next() async -> String { await iterator.next() ?? "ended" }
  }

  private static func words(_ change: ScopeChange) -> String {
    switch change {
    case .listed(let list): "listed \(list.objects.count)"
    case .applied(let object): "applied " + ((try? object.identity().name) ?? "?")
    case .deleted(let object): "deleted " + ((try? object.identity().name) ?? "?")
    case .lost(_, let error): "lost \(error.kind)"
    case .resumed: "resumed"
    }
  }

  @Test func tellsWhatChanges() async throws {
    let server = try LoopbackAPIServer.sample()
    try await following(server) { changes in
      #expect(await changes.next() == "listed 3")
      try server.put(LoopbackAPIServer.pod("new"), in: "pods")
      #expect(await changes.next() == "applied new")
      try server.put(LoopbackAPIServer.pod("new", phase: "Failed"), in: "pods")
      #expect(await changes.next() == "applied new")
      server.delete("new", namespace: "shop", in: "pods")
      #expect(await changes.next() == "deleted new")
    }
    #expect(pauses.seconds.isEmpty)
  }

  @Test func goesOnFromWhereItWasWhenTheServerEndsTheWatch() async throws {
    let server = try LoopbackAPIServer.sample()
    try await following(server) { changes in
      #expect(await changes.next() == "listed 3")
      try server.put(LoopbackAPIServer.pod("one"), in: "pods")
      #expect(await changes.next() == "applied one")
      server.endWatches()
      try server.put(LoopbackAPIServer.pod("two"), in: "pods")
      #expect(await changes.next() == "applied two")
    }
    #expect(server.requestedTargets.filter { $0.contains("limit=") }.count == 1)
  }

  @Test func aBookmarkSparesAReListing() async throws {
    let server = try LoopbackAPIServer.sample()
    try await following(server) { changes in
      #expect(await changes.next() == "listed 3")
      try server.put(LoopbackAPIServer.pod("one"), in: "pods")
      #expect(await changes.next() == "applied one")
      // Other resources change, the history is compacted, and a bookmark says how far this watch is all the same.
      try server.put(LoopbackAPIServer.event("e", reason: "r"), in: "events")
      server.sendBookmarks()
      try server.put(LoopbackAPIServer.pod("two"), in: "pods")
      #expect(await changes.next() == "applied two")
      server.endWatches()
      try server.put(LoopbackAPIServer.pod("three"), in: "pods")
      #expect(await changes.next() == "applied three")
    }
    let versions = server.requestedTargets.filter { $0.contains("watch=1") }.compactMap {
      $0.firstMatch(of: /resourceVersion=(\d+)/).flatMap { Int($0.1) }
    }
    #expect(versions == versions.sorted() && Set(versions).count == versions.count)
  }

  @Test func listsAgainWhereTheHistoryIsGone() async throws {
    let server = try LoopbackAPIServer.sample()
    try await following(server) { changes in
      #expect(await changes.next() == "listed 3")
      try server.put(LoopbackAPIServer.pod("one"), in: "pods")
      #expect(await changes.next() == "applied one")
      // While nobody watches, a pod goes and the history with it.
      server.loseSilently("web-0", namespace: "shop", in: "pods")
      try server.put(LoopbackAPIServer.event("e", reason: "r"), in: "events")
      server.compact()
      server.endWatches()
      #expect(await changes.next() == "listed 3")
    }
    #expect(server.requestedTargets.filter { $0.contains("limit=") }.count == 2)
  }

  @Test func anErrorEventOfTheStreamCountsLikeTheStatus() async throws {
    let once = Once()
    let server = try LoopbackAPIServer.sample { request, connection in
      guard request.query["watch"] != nil, once.isFirst() else { return nil }
      connection.beginChunks()
      connection.sendChunk(#"{"type":"ERROR","object":\#(LoopbackAPIServer.statusText(410, "too old"))}"# + "\n")
      connection.sendChunk("")
      return true
    }
    try await following(server) { changes in
      #expect(await changes.next() == "listed 3")
      #expect(await changes.next() == "listed 3")
    }
  }

  @Test func aServerThatAlwaysForgetsIsNotAskedWithoutEnd() async throws {
    let server = try LoopbackAPIServer.sample { request, connection in
      guard request.query["watch"] != nil else { return nil }
      connection.answer(410, LoopbackAPIServer.statusText(410, "too old"))
      return true
    }
    try await following(server, most: 5) { changes in
      for _ in 0..<6 { #expect(await changes.next() == "listed 3") }
    }
    #expect(pauses.seconds.count >= 4)
    #expect(pauses.seconds.last ?? 0 > pauses.seconds.first ?? 0)
  }

  @Test func aWatchThatGoesNowhereIsNotBegunAgainAtOnce() async throws {
    let server = try LoopbackAPIServer.sample { request, connection in
      guard let version = request.query["resourceVersion"] else { return nil }
      connection.beginChunks()
      connection.sendChunk(
        #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"\#(version)"}}}"# + "\n")
      return connection.sendChunk("")
    }
    let scope = ResourceScope(try resource("pods"))
    let reader = client(server.origin, pauses.timing(most: 5))
    let task = Task { try await reader.follow([scope]) { _ in } }
    while pauses.seconds.count < 5 { await Task.yield() }
    task.cancel()
    server.stop()
    _ = try? await task.value
    #expect(pauses.seconds == pauses.seconds.sorted())
    #expect(server.requestedTargets.filter { $0.contains("watch=1") }.count == 5)
  }

  @Test func brokenStreamsAreTakenUpAgain() async throws {
    let calls = Calls()
    let server = try LoopbackAPIServer.sample { request, connection in
      guard request.query["watch"] != nil else { return nil }
      let call = calls.next()
      let version = call == 4 ? 901 : 900
      let pod =
        #"{"type":"ADDED","object":{"metadata":{"name":"odd","namespace":"shop","resourceVersion":"\#(version)"}}}"#
      switch call {
      case 1:  // Half a line, then the connection breaks.
        connection.beginChunks()
        connection.sendChunk(pod + "\n")
        connection.sendChunk(String(pod.prefix(30)))
        connection.reset()
      case 2: connection.reset()
      case 3:  // Not JSON.
        connection.beginChunks()
        connection.sendChunk("{nonsense\n")
        connection.sendChunk("")
      case 4:  // A type of the future, empty lines, and a line in two parts.
        connection.beginChunks()
        connection.sendChunk("\n\n" + #"{"type":"FUTURE","object":{}}"# + "\n" + String(pod.prefix(40)))
        connection.sendChunk(String(pod.dropFirst(40)) + "\n")
        connection.sendChunk("")
      default: return nil
      }
      return false
    }
    try await following(server) { changes in
      #expect(await changes.next() == "listed 3")
      #expect(await changes.next() == "applied odd")
      #expect(await changes.next() == "lost malformed")
      #expect(await changes.next() == "applied odd")
      #expect(await changes.next() == "resumed")
    }
    #expect(server.requestedTargets.contains { $0.contains("resourceVersion=900") })
    #expect(server.requestedTargets.filter { $0.contains("limit=") }.count == 1)
  }

  @Test func whatIsForbiddenIsLostAndMayComeBack() async throws {
    let calls = Calls()
    let server = try LoopbackAPIServer.sample { request, connection in
      guard request.query["watch"] != nil, calls.next() <= 3 else { return nil }
      connection.answer(403, LoopbackAPIServer.statusText(403, "cannot watch"))
      return true
    }
    try await following(server) { changes in
      #expect(await changes.next() == "listed 3")
      #expect(await changes.next() == "lost forbidden(verb: \"watch\")")
      try server.put(LoopbackAPIServer.pod("later"), in: "pods")
      #expect(await changes.next() == "applied later")
    }
    #expect(pauses.seconds.count == 3)
  }

  @Test func whatTheConsumerIsSlowToTakeWaits() async throws {
    let server = try LoopbackAPIServer.sample(pods: 0)
    defer { server.stop() }
    let scope = ResourceScope(try resource("pods"))
    let reader = client(server.origin, pauses.timing())
    let gate = AsyncStream<Void>.makeStream()
    let seen = Calls()
    let done = AsyncStream<Void>.makeStream()
    let task = Task {
      try await reader.follow([scope]) { change in
        var count = 1
        if case .listed(let list) = change {
          // Nothing is watched before this returns.
          for await _ in gate.stream { break }
          count = list.objects.count
        }
        for _ in 0..<count where seen.next() == 200 { done.continuation.yield() }
      }
    }
    for number in 0..<200 { try server.put(LoopbackAPIServer.pod("p\(number)"), in: "pods") }
    gate.continuation.yield()
    for await _ in done.stream { break }
    task.cancel()
    _ = try? await task.value
  }

  @Test func secretsAreWatchedByMetadataAlone() async throws {
    let server = try LoopbackAPIServer.sample()
    try await following(server, "secrets") { changes in
      #expect(await changes.next() == "listed 1")
      try server.put(#"{"metadata":{"name":"k","namespace":"shop"},"data":{"x":"5ecret"}}"#, in: "secrets")
      #expect(await changes.next() == "applied k")
    }
    #expect(server.requestedAccepts.allSatisfy { $0.contains("as=PartialObjectMetadata") })
  }
}

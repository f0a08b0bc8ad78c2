import Dispatch
import Foundation
import HTTPTransport
import TestSupport
import Testing

/// Servers that are slow, hang, break off or say too much.
@Suite struct HardServerTests {
  private let client = HTTPClient()

  /// For answers that are long, or that wait for the test: how busy the machine is does not matter.
  private func patientRequest(_ url: String) -> HTTPRequest {
    var request = HTTPRequest(url)
    request.deadlineSeconds = 600
    request.idleTimeoutSeconds = 600
    return request
  }

  @Test func theDeadlineHoldsWhileTheServerHangs() async throws {
    let server = try LoopbackServer { _, connection in
      connection.waitForClose()
      return false
    }
    var request = HTTPRequest(server.origin)
    request.deadlineSeconds = 0.2
    #expect(await kind { try await client.send(request) } == .deadline)
  }

  @Test func theDeadlineHoldsWhileABodyStreams() async throws {
    let server = try LoopbackServer { _, connection in
      connection.beginChunks()
      connection.sendChunk("first")
      connection.waitForClose()
      return false
    }
    var request = HTTPRequest(server.origin)
    request.deadlineSeconds = 0.3
    #expect(await kind { try await client.send(request) } == .deadline)
  }

  @Test func aQuietServerIsLeft() async throws {
    let server = try LoopbackServer { _, connection in
      connection.beginChunks()
      connection.sendChunk("first")
      connection.waitForClose()
      return false
    }
    var request = HTTPRequest(server.origin)
    request.idleTimeoutSeconds = 1
    #expect(await kind { try await client.send(request) } == .idle)
  }

  @Test func nobodyListens() async {
    #expect(await kind { try await client.send(HTTPRequest("http://127.0.0.1:1/")) } == .cannotConnect)
    #expect(await kind { try await client.send(HTTPRequest("http://nowhere.invalid/")) } == .unknownHost)
  }

  @Test func brokenAnswersAreErrors() async throws {
    let server = try LoopbackServer { request, connection in
      switch request.path {
      case "/reset": connection.reset()
      case "/nothing": break
      case "/short": connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
      case "/half-chunk": connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc")
      case "/bad-chunk": connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n")
      case "/bad-length": connection.send("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nabc")
      case "/not-http": connection.send("220 mail.example ESMTP\r\n")
      case "/half-head": connection.send("HTTP/1.1 200 OK\r\nContent-Le")
      case "/bad-gzip": connection.answer(headers: ["Content-Encoding: gzip"], "this is no gzip at all")
      case "/long-head": connection.send("HTTP/1.1 200 OK\r\nX: \(String(repeating: "x", count: 400_000))\r\n\r\n")
      default: break
      }
      return false
    }
    let paths = [
      "reset", "nothing", "short", "half-chunk", "bad-chunk", "bad-length", "not-http", "half-head", "bad-gzip",
      "long-head",
    ]
    for path in paths {
      let found = await kind { try await client.send(HTTPRequest("\(server.origin)/\(path)")) }
      #expect(found != nil, "\(path)")
      #expect(found != .deadline, "\(path)")
    }
    #expect(await kind { try await client.send(HTTPRequest(server.origin + "/reset")) } == .broken)
    #expect(await kind { try await client.send(HTTPRequest(server.origin + "/nothing")) } == .broken)
    #expect(await kind { try await client.send(HTTPRequest(server.origin + "/short")) } == .broken)
    #expect(await kind { try await client.send(HTTPRequest(server.origin + "/not-http")) } == .malformed)
    #expect(await kind { try await client.send(HTTPRequest(server.origin + "/bad-gzip")) } == .malformed)
  }

  @Test func aLargeBodyIsReadWhole() async throws {
    let size = 100 << 20
    let server = try LoopbackServer { _, connection in
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
      let block = [UInt8](repeating: 7, count: 1 << 20)
      for _ in 0..<100 { connection.send(block) }
      return true
    }
    var request = patientRequest(server.origin)
    request.maximumResponseBytes = size
    let stream = try await client.open(request)
    var count = 0
    while let bytes = try await stream.next() { count += bytes.count }
    #expect(count == size)
    request.maximumResponseBytes = size - 1
    #expect(await kind { try await client.send(request) } == .tooLarge)
  }

  @Test func anEndlessBodyStopsAtTheLimit() async throws {
    let server = try LoopbackServer { _, connection in
      connection.beginChunks()
      while connection.sendChunk(String(repeating: "x", count: 10_000)) {}
      return false
    }
    var request = patientRequest(server.origin)
    request.maximumResponseBytes = 1 << 20
    #expect(await kind { try await client.send(request) } == .tooLarge)
  }

  @Test func aSlowReaderSlowsTheServer() async throws {
    let sent = SentBytes()
    let server = try LoopbackServer { _, connection in
      connection.beginChunks()
      for _ in 0..<640 where connection.sendChunk(String(repeating: "x", count: 100_000)) { sent.add(100_000) }
      connection.sendChunk("")
      return true
    }
    var request = patientRequest(server.origin)
    request.maximumResponseBytes = 1 << 30
    let stream = try await client.open(request)
    let first = try await stream.next()
    // Another answer over the same client: by then the first would long have been sent, if nothing held it back.
    let other = try LoopbackServer { _, connection in
      connection.answer(200, [UInt8](repeating: 1, count: 30 << 20))
      return true
    }
    request.url = other.origin
    #expect(try await client.send(request).body.count == 30 << 20)
    #expect(sent.count < 32_000_000)
    var count = first?.count ?? 0
    while let bytes = try await stream.next() { count += bytes.count }
    #expect(count == 64_000_000)
  }

  @Test func streamsAsItComes() async throws {
    let mayGoOn = DispatchSemaphore(value: 0)
    let server = try LoopbackServer { _, connection in
      connection.beginChunks()
      for part in ["one", "two"] {
        mayGoOn.wait()
        connection.sendChunk(part)
      }
      connection.sendChunk("")
      return true
    }
    let stream = try await client.open(patientRequest(server.origin))
    #expect(stream.head.status == 200)
    mayGoOn.signal()
    #expect(try await stream.next() == Array("one".utf8))
    mayGoOn.signal()
    #expect(try await stream.next() == Array("two".utf8))
    #expect(try await stream.next() == nil)
    #expect(try await stream.next() == nil)
  }

  @Test func cancellingEndsTheTransfer() async throws {
    let hasRequest = AsyncStream<Void>.makeStream()
    let hasEnded = AsyncStream<Void>.makeStream()
    let server = try LoopbackServer { _, connection in
      hasRequest.continuation.yield()
      connection.waitForClose()
      hasEnded.continuation.yield()
      return false
    }
    let origin = server.origin
    let task = Task { [client] in try await client.send(patientRequest(origin)) }
    for await _ in hasRequest.stream { break }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    // The server sees the connection go: without that this would wait for ever.
    for await _ in hasEnded.stream { break }
  }

  @Test func cancelledBeforeItBegan() async throws {
    let task = Task { [client] in
      withUnsafeCurrentTask { $0?.cancel() }
      return try await client.send(HTTPRequest("http://127.0.0.1:1/"))
    }
    await #expect(throws: (any Error).self) { try await task.value }
  }

  @Test func droppingAStreamEndsIt() async throws {
    let hasEnded = AsyncStream<Void>.makeStream()
    let server = try LoopbackServer { _, connection in
      connection.beginChunks()
      connection.waitForClose()
      hasEnded.continuation.yield()
      return false
    }
    do { _ = try await client.open(HTTPRequest(server.origin)) }
    for await _ in hasEnded.stream { break }
  }

  @Test func aClosedClientEndsWhatItCarries() async throws {
    let server = try LoopbackServer { _, connection in
      connection.beginChunks()
      connection.waitForClose()
      return false
    }
    let stream = try await HTTPClient().open(patientRequest(server.origin))
    #expect(await kind { try await stream.next() } == .closed)
  }

  @Test func manyAtOnce() async throws {
    let server = try LoopbackServer { request, connection in
      connection.answer(200, request.path)
      return true
    }
    let origin = server.origin
    let right = try await withThrowingTaskGroup(of: Bool.self) { [client] group in
      for number in 0..<200 {
        group.addTask {
          let response = try await client.send(HTTPRequest("\(origin)/\(number)"))
          return String(decoding: response.body, as: UTF8.self) == "/\(number)"
        }
      }
      return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(right == 200)
  }
}

private final class SentBytes: @unchecked Sendable {
  private let lock = NSLock()
  private var bytes = 0

  func add(_ more: Int) { lock.withLock { bytes += more } }
  var count: Int { lock.withLock { bytes } }
}

import CZlib
import Foundation
import HTTPTransport
import TestSupport
import Testing

@Suite struct HTTPClientTests {
  @Test func sendsWhatItIsGiven() async throws {
    let server = try LoopbackServer { request, connection in
      let seen = [
        request.method, request.target, request.headers["x-one"] ?? "-", request.headers["authorization"] ?? "-",
        String(decoding: request.body, as: UTF8.self),
      ]
      connection.answer(201, headers: ["X-Two:  b ", "x-two: c"], seen.joined(separator: "|"))
      return true
    }
    var request = HTTPRequest(server.origin + "/a%20b?c=d", method: .post)
    request.headers = [HTTPRequest.Header("X-One", "1")]
    request.bearerToken = "t0p"
    request.body = Array("hello".utf8)
    let response = try await HTTPClient().send(request)
    #expect(response.status == 201)
    #expect(response.head["x-two"] == "b")
    #expect(String(decoding: response.body, as: UTF8.self) == "POST|/a%20b?c=d|1|Bearer t0p|hello")
  }

  @Test func postsAnEmptyBody() async throws {
    let server = try LoopbackServer { request, connection in
      connection.answer(200, request.method + (request.headers["content-length"] ?? "-"))
      return true
    }
    let response = try await HTTPClient().send(HTTPRequest(server.origin, method: .post))
    #expect(String(decoding: response.body, as: UTF8.self) == "POST0")
  }

  @Test func keepsConnections() async throws {
    let connections = Counter()
    let server = try LoopbackServer { _, connection in
      connections.see(ObjectIdentifier(connection))
      connection.answer(200, "x")
      return true
    }
    let client = HTTPClient()
    for _ in 0..<5 { _ = try await client.send(HTTPRequest(server.origin)) }
    // Not "one": libcurl leaves a connection that was idle for two minutes, which on a busy machine can pass between
    // two of these requests.
    #expect(connections.count < 5)
  }

  @Test func givesStatusesAsAnswers() async throws {
    let server = try LoopbackServer { request, connection in
      connection.answer(Int(request.path.dropFirst()) ?? 0, headers: ["Retry-After: 7"], "why")
      return true
    }
    let client = HTTPClient()
    for status in [204, 304, 401, 403, 404, 410, 429, 500, 503] {
      let response = try await client.send(HTTPRequest("\(server.origin)/\(status)"))
      #expect(response.status == status)
      #expect(response.head.retryAfterSeconds == 7)
    }
  }

  @Test(
    arguments: [
      ("7", nil, 7.0), ("0", nil, 0.0), ("-1", nil, nil), ("soon", nil, nil),
      ("Wed, 21 Oct 2015 07:28:10 GMT", "Wed, 21 Oct 2015 07:28:00 GMT", 10.0),
      ("Wed, 21 Oct 2015 07:27:00 GMT", "Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
      ("Wed, 21 Oct 2015 07:28:10 GMT", nil, nil),
    ] as [(String, String?, Double?)])
  func readsRetryAfter(text: String, date: String?, seconds: Double?) {
    var head = HTTPHead(status: 503)
    head.headers = [HTTPRequest.Header("retry-after", text)]
    if let date { head.headers.append(HTTPRequest.Header("date", date)) }
    #expect(head.retryAfterSeconds == seconds)
  }

  @Test func redirectsAreRefusedUnlessAsked() async throws {
    let server = try LoopbackServer { request, connection in
      switch request.path {
      case "/there": connection.answer(200, "arrived")
      case "/round": connection.answer(302, headers: ["Location: /round"], "")
      default: connection.answer(307, headers: ["Location: /there"], "moved")
      }
      return true
    }
    let client = HTTPClient()
    var request = HTTPRequest(server.origin + "/here")
    #expect(await kind { try await client.send(request) } == .redirected)
    request.maximumRedirects = 3
    #expect(String(decoding: try await client.send(request).body, as: UTF8.self) == "arrived")
    request.url = server.origin + "/round"
    #expect(await kind { try await client.send(request) } == .redirected)
  }

  @Test func tokensStayWithTheirHost() async throws {
    let other = try LoopbackServer { request, connection in
      connection.answer(200, request.headers["authorization"] ?? "none")
      return true
    }
    let server = try LoopbackServer { _, connection in
      connection.answer(302, headers: ["Location: http://localhost:\(other.port)/"], "")
      return true
    }
    var request = HTTPRequest(server.origin)
    request.bearerToken = "t0p"
    request.maximumRedirects = 1
    #expect(String(decoding: try await HTTPClient().send(request).body, as: UTF8.self) == "none")
  }

  @Test func expandsGzipAndBoundsWhatItBecomes() async throws {
    let text = String(repeating: "zeros and zeros ", count: 1 << 16)
    let packed = try gzip(Array(text.utf8))
    #expect(packed.count < 10_000)
    let server = try LoopbackServer { request, connection in
      let isAsked = request.headers["accept-encoding"]?.contains("gzip") ?? false
      if isAsked {
        connection.answer(
          200, headers: ["Content-Encoding: gzip"], request.path == "/torn" ? Array(packed.prefix(900)) : packed)
      } else {
        connection.answer(200, "plain")
      }
      return true
    }
    let client = HTTPClient()
    var request = HTTPRequest(server.origin)
    request.deadlineSeconds = 3600
    #expect(String(decoding: try await client.send(request).body, as: UTF8.self) == text)
    request.maximumResponseBytes = 100_000
    #expect(await kind { try await client.send(request) } == .tooLarge)
    request.acceptsCompression = false
    #expect(String(decoding: try await client.send(request).body, as: UTF8.self) == "plain")
  }

  @Test func usesTheProxyThatItIsGiven() async throws {
    let proxy = try LoopbackServer { request, connection in
      connection.answer(200, "by proxy: " + request.target)
      return true
    }
    var settings = HTTPSettings()
    settings.proxy = proxy.origin
    let response = try await HTTPClient(settings).send(HTTPRequest("http://nowhere.invalid/x"))
    #expect(String(decoding: response.body, as: UTF8.self) == "by proxy: http://nowhere.invalid/x")
  }

  @Test(arguments: [
    "ftp://127.0.0.1/", "file:///etc/passwd", "127.0.0.1", "http://user:pass@127.0.0.1/", "http://127.0.0.1/a b", "",
    "http://127.0.0.1:99999999/", "http://127.0.0.1/ä", "http:///x",
  ])
  func badAddressesAreNotSent(url: String) async throws {
    #expect(await kind { try await HTTPClient().send(HTTPRequest(url)) } == .badRequest)
  }

  @Test func headersCannotBeSmuggled() async throws {
    let client = HTTPClient()
    for header in [("X", "a\r\nY: b"), ("X\r\nY", "b"), ("X:Y", "b"), ("", "b"), ("X", "a\0")] {
      var request = HTTPRequest("http://127.0.0.1:1/")
      request.headers = [HTTPRequest.Header(header.0, header.1)]
      #expect(await kind { try await client.send(request) } == .badRequest)
    }
    var request = HTTPRequest("http://127.0.0.1:1/")
    request.bearerToken = "a\nX: y"
    #expect(await kind { try await client.send(request) } == .badRequest)
  }

  @Test func errorsAndDescriptionsHoldNoSecrets() async throws {
    var request = HTTPRequest("http://user:5ecret@127.0.0.1:1/5ecret?token=5ecret")
    request.bearerToken = "5ecret"
    request.headers = [HTTPRequest.Header("X-Api-Key", "5ecret")]
    var settings = HTTPSettings()
    settings.proxy = "http://user:5ecret@127.0.0.1:1"
    settings.identity = HTTPSettings.ClientIdentity(certificate: Array("5ecret".utf8), key: Array("5ecret".utf8))
    let plain = HTTPClient()
    var texts = ["\(request)", "\(settings)", String(reflecting: [request]), String(reflecting: settings)]
    for url in [request.url, "http://127.0.0.1:1/5ecret?token=5ecret", "https://127.0.0.1:1/5ecret"] {
      request.url = url
      await #expect(throws: HTTPError.self) { try await plain.send(request) }
      do { _ = try await plain.send(request) } catch { texts.append("\(error) \(String(reflecting: error))") }
      do { _ = try await HTTPClient(settings).send(request) } catch { texts.append("\(error)") }
    }
    #expect(texts.allSatisfy { !$0.contains("5ecret") }, "\(texts)")
  }
}

/// Which kind of error a call ends with; nil where it ends well or otherwise.
func kind(_ call: () async throws -> some Sendable) async -> HTTPError.Kind? {
  do {
    _ = try await call()
    return nil
  } catch {
    return (error as? HTTPError)?.kind
  }
}

func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
  var stream = z_stream()
  guard tocsin_deflate_init(&stream, 6) == Z_OK else { throw POSIXError(.EINVAL) }
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: bytes.count + 1024)
  let count = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      deflate(&stream, Z_FINISH)
      return output.count - Int(stream.avail_out)
    }
  }
  return Array(output.prefix(count))
}

/// How many different things were seen, from any thread.
final class Counter: @unchecked Sendable {
  private let lock = NSLock()
  private var seen: Set<ObjectIdentifier> = []

  func see(_ thing: ObjectIdentifier) { lock.withLock { _ = seen.insert(thing) } }
  var count: Int { lock.withLock { seen.count } }
}

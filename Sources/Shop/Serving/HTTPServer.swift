import Foundation

/// A small HTTP/1.1 server with a thread for each connection and a bounded number of requests at work.
///
/// Connections are closed after a while, so that changes of the network reach everybody.
final class HTTPServer: Sendable {
  private static let requestsPerConnection = 40
  private static let connectionSeconds = 5.0
  private static let idleSeconds = 15.0
  private static let largestBodyBytes = 1 << 20
  private static let mostConnections = 400

  struct Request: Sendable {
    var method: String
    var path: String
    var query: [String: String]
    /// Names in lower case.
    var headers: [String: String]
    var body: [UInt8]
  }

  struct Response: Sendable {
    var status = 200
    var body: String
  }

  private let address: String
  private let port: Int
  private let connections: Places
  private let handle: @Sendable (Request) -> Response

  init(address: String, port: Int, handle: @escaping @Sendable (Request) -> Response) {
    self.address = address
    self.port = port
    self.handle = handle
    connections = Places(count: Self.mostConnections)
  }

  /// Accepts until the process ends.
  func run() throws {
    let listener = try SocketAddress.bound(SOCK_STREAM, address: address, port: port)
    guard listen(listener, 128) == 0 else { throw ShopFailure(500, "port \(port) cannot be listened on") }
    while true {
      let descriptor = accept(listener, nil, nil)
      guard descriptor >= 0 else { continue }
      guard connections.take(waitingSeconds: 0) else {
        Glibc.close(descriptor)
        continue
      }
      Threads.start("connection") { [self] in
        serve(SocketStream(descriptor: descriptor, timeoutSeconds: Self.idleSeconds))
        connections.giveBack()
      }
    }
  }

  private func serve(_ stream: SocketStream) {
    let end = Moment.monotonicSeconds + Self.connectionSeconds
    for number in 1...Self.requestsPerConnection {
      guard let request = try? read(stream) else { return }
      let response = handle(request)
      let isLast =
        number == Self.requestsPerConnection || Moment.monotonicSeconds > end
        || request.headers["connection"]?.lowercased() == "close"
      let head = """
        HTTP/1.1 \(response.status) \(response.status < 400 ? "OK" : "Failed")\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Length: \(response.body.utf8.count)\r
        Connection: \(isLast ? "close" : "keep-alive")\r
        \r

        """
      guard (try? stream.write(Array(head.utf8) + Array(response.body.utf8))) != nil, !isLast else { return }
    }
  }

  /// Nil when the other side has closed.
  private func read(_ stream: SocketStream) throws -> Request? {
    guard let first = try stream.line() else { return nil }
    let words = first.split(separator: " ")
    guard words.count == 3 else { throw ShopFailure(400, "no request line") }
    var headers: [String: String] = [:]
    while let line = try stream.line(), !line.isEmpty {
      guard let colon = line.firstIndex(of: ":"), headers.count < 100 else { throw ShopFailure(400, "no header") }
      headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    let length = headers["content-length"].flatMap(Int.init) ?? 0
    guard (0...Self.largestBodyBytes).contains(length) else { throw ShopFailure(413, "the body is too large") }
    let parts = words[1].split(separator: "?", maxSplits: 1).map(String.init)
    return Request(
      method: String(words[0]), path: parts.first ?? "/", query: Self.query(parts.count > 1 ? parts[1] : ""),
      headers: headers, body: try stream.read(length))
  }

  static func query(_ text: String) -> [String: String] {
    var query: [String: String] = [:]
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1)
      query[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
    }
    return query
  }
}

import Foundation
import Synchronization

/// A server on 127.0.0.1 for tests: each connection has a thread and a script that says what goes over it, byte by byte.
///
/// It knows no HTTP beyond reading a request's head, so that scripts can be as wrong as real servers are.
package final class LoopbackServer: Sendable {
  /// What a client asked for.
  package struct Request: Sendable {
    package var method = ""
    /// With the query, as it came.
    package var target = ""
    /// Names in lower case.
    package var headers: [String: String] = [:]
    package var body: [UInt8] = []

    package var path: String { String(target.prefix { $0 != "?" }) }

    /// The query's parameters, unescaped.
    package var query: [String: String] {
      var values: [String: String] = [:]
      for pair in target.drop(while: { $0 != "?" }).dropFirst().split(separator: "&") {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        values[parts[0]] = (parts.count > 1 ? parts[1] : "").removingPercentEncoding ?? ""
      }
      return values
    }
  }

  package let port: Int
  private let listener: Int32
  private let isStopped = Mutex(false)

  package var origin: String { "http://127.0.0.1:\(port)" }

  /// - Parameter script: answers one request and says whether the connection stays open for the next.
  package init(_ script: @escaping @Sendable (Request, Connection) -> Bool) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    guard isListening else { throw POSIXError(.EADDRNOTAVAIL) }
    port = Int(UInt16(bigEndian: address.sin_port))
    let thread = Thread {
      while true {
        let socket = accept(listener, nil, nil)
        guard socket >= 0 else {
          // Closed here and nowhere else: another server's socket could get the number while this thread still uses it.
          Foundation.close(listener)
          return
        }
        // Otherwise a small part waits for the client's word on the one before, and a reset takes it along.
        var option: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &option, socklen_t(MemoryLayout<Int32>.size))
        let connection = Connection(socket)
        let thread = Thread {
          while let request = connection.readRequest(), script(request, connection) {}
          connection.close()
        }
        thread.start()
      }
    }
    thread.start()
  }

  /// No more connections; those that are open go on.
  package func stop() {
    isStopped.withLock { isStopped in
      // Only once: afterwards the number may be another's.
      if !isStopped { shutdown(listener, Int32(SHUT_RDWR)) }
      isStopped = true
    }
  }

  deinit { stop() }
}

/// The server's side of one connection; used by its own thread alone.
package final class Connection: @unchecked Sendable {
  private let socket: Int32
  private var received: [UInt8] = []
  private var isClosed = false

  init(_ socket: Int32) { self.socket = socket }

  /// False where the client has gone.
  @discardableResult package func send(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  @discardableResult package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  /// A whole answer of a known length.
  package func answer(_ status: Int = 200, headers: [String] = [], _ body: [UInt8]) {
    let head = ["HTTP/1.1 \(status) x", "Content-Length: \(body.count)"] + headers
    send(Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
  }

  package func answer(_ status: Int = 200, headers: [String] = [], _ body: String) {
    answer(status, headers: headers, Array(body.utf8))
  }

  /// Begins an answer whose end is not known yet; then `sendChunk`, and an empty one at the end.
  package func beginChunks(_ status: Int = 200, headers: [String] = []) {
    send((["HTTP/1.1 \(status) x", "Transfer-Encoding: chunked"] + headers).joined(separator: "\r\n") + "\r\n\r\n")
  }

  @discardableResult package func sendChunk(_ text: String) -> Bool {
    send(String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n")
  }

  /// Waits for the client to go away, as a server that hangs does.
  package func waitForClose() {
    var byte: UInt8 = 0
    while recv(socket, &byte, 1, 0) > 0 {}
  }

  /// Ends the connection with a reset instead of a farewell.
  package func reset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    close()
  }

  func close() {
    if !isClosed { Foundation.close(socket) }
    isClosed = true
  }

  func readRequest() -> LoopbackServer.Request? {
    guard !isClosed else { return nil }
    let marker = Array("\r\n\r\n".utf8)
    var end = received.firstRange(of: marker)
    while end == nil {
      guard fill() else { return nil }
      end = received.firstRange(of: marker)
    }
    guard let end else { return nil }
    let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    received.removeSubrange(..<end.upperBound)
    let words = lines[0].split(separator: " ").map(String.init)
    guard words.count == 3 else { return nil }
    var request = LoopbackServer.Request(method: words[0], target: words[1])
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      request.headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
        in: .whitespaces)
    }
    let length = request.headers["content-length"].flatMap { Int($0) } ?? 0
    while received.count < length { guard fill() else { return nil } }
    request.body = Array(received.prefix(length))
    received.removeFirst(length)
    return request
  }

  private func fill() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 16 << 10)
    let count = recv(socket, &bytes, bytes.count, 0)
    guard count > 0 else { return false }
    received += bytes[..<count]
    return true
  }
}

import Foundation

/// A TCP connection that is read and written with blocking calls, each bounded in time.
package final class SocketStream {
  private static let largestLineBytes = 16 << 10
  let descriptor: Int32
  private var buffer: [UInt8] = []
  private var position = 0
  private var isClosed = false

  init(descriptor: Int32, timeoutSeconds: Double) {
    self.descriptor = descriptor
    var noDelay: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
    let whole = timeoutSeconds.rounded(.down)
    var limit = timeval(tv_sec: Int(whole), tv_usec: Int((timeoutSeconds - whole) * 1e6))
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
  }

  deinit { close() }

  package func close() {
    if !isClosed { Glibc.close(descriptor) }
    isClosed = true
  }

  /// - Throws: `ShopFailure` with status 504 when nobody answers in time, 503 when nobody is there.
  package static func connect(address: String, port: Int, timeoutSeconds: Double) throws -> SocketStream {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw ShopFailure(503, "no socket is left: \(String(cString: strerror(errno)))") }
    // The limit for sending also bounds connecting.
    let stream = SocketStream(descriptor: descriptor, timeoutSeconds: timeoutSeconds)
    var target = try SocketAddress.make(address, port: port)
    let status = withUnsafePointer(to: &target) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw stream.failure("connect to \(address):\(port)") }
    return stream
  }

  package func write(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { throw failure("send") }
      sent += count
    }
  }

  /// Without its line end; nil when the other side has closed before the first byte.
  package func line() throws -> String? {
    var bytes: [UInt8] = []
    while let byte = try next() {
      if byte == 10 {
        if bytes.last == 13 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
      }
      bytes.append(byte)
      guard bytes.count < Self.largestLineBytes else { throw ShopFailure(400, "a line is too long") }
    }
    guard bytes.isEmpty else { throw ShopFailure(503, "the connection broke off") }
    return nil
  }

  package func read(_ count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count {
      if position == buffer.count, try !fill() { throw ShopFailure(503, "the connection broke off") }
      let taken = min(count - bytes.count, buffer.count - position)
      bytes += buffer[position..<position + taken]
      position += taken
    }
    return bytes
  }

  /// Whatever has come, at least one byte; nil at the end.
  func some() throws -> [UInt8]? {
    if position == buffer.count, try !fill() { return nil }
    defer { position = buffer.count }
    return Array(buffer[position...])
  }

  private func next() throws -> UInt8? {
    if position == buffer.count, try !fill() { return nil }
    defer { position += 1 }
    return buffer[position]
  }

  private func fill() throws -> Bool {
    var piece = [UInt8](repeating: 0, count: 16 << 10)
    let count = piece.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
    guard count >= 0 else { throw failure("receive") }
    buffer = Array(piece[..<count])
    position = 0
    return count > 0
  }

  private func failure(_ what: String) -> ShopFailure {
    let isLate = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINPROGRESS || errno == ETIMEDOUT
    return ShopFailure(isLate ? 504 : 503, "\(what): \(isLate ? "timed out" : String(cString: strerror(errno)))")
  }
}

enum SocketAddress {
  static func make(_ address: String, port: Int) throws -> sockaddr_in {
    var result = sockaddr_in()
    result.sin_family = sa_family_t(AF_INET)
    result.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
    guard inet_pton(AF_INET, address, &result.sin_addr) == 1 else {
      throw ShopFailure(500, "“\(address)” is no IPv4 address")
    }
    return result
  }

  /// A socket that is bound to a port.
  static func bound(_ kind: __socket_type, address: String = "0.0.0.0", port: Int) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var reuse: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
    var here = try make(address, port: port)
    let status = withUnsafePointer(to: &here) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard descriptor >= 0, status == 0 else {
      throw ShopFailure(500, "port \(port) cannot be used: \(String(cString: strerror(errno)))")
    }
    return descriptor
  }
}

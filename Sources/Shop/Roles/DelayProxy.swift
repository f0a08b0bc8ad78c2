import Foundation

/// Passes TCP connections on, each piece of data so much later: a slow network where the kernel offers none.
enum DelayProxy {
  static func run(port: Int, to target: Int, milliseconds: Double) throws {
    let listener = try SocketAddress.bound(SOCK_STREAM, port: port)
    guard listen(listener, 128) == 0 else { throw ShopFailure(500, "port \(port) cannot be listened on") }
    while true {
      let descriptor = accept(listener, nil, nil)
      guard descriptor >= 0 else { continue }
      let near = Pipe(SocketStream(descriptor: descriptor, timeoutSeconds: 60))
      guard let far = try? SocketStream.connect(address: "127.0.0.1", port: target, timeoutSeconds: 60) else {
        continue
      }
      let other = Pipe(far)
      near.pump(to: other, delaySeconds: milliseconds / 1000)
      other.pump(to: near, delaySeconds: milliseconds / 1000)
    }
  }

  /// One end of a connection. Only its own thread reads it, only the other's thread writes it.
  private final class Pipe: @unchecked Sendable {
    let stream: SocketStream

    init(_ stream: SocketStream) { self.stream = stream }

    func pump(to other: Pipe, delaySeconds: Double) {
      Threads.start("delay") { [self] in
        while let bytes = try? stream.some() {
          Thread.sleep(forTimeInterval: delaySeconds)
          guard (try? other.stream.write(bytes)) != nil else { break }
        }
        for end in [self, other] { shutdown(end.stream.descriptor, Int32(SHUT_RDWR)) }
      }
    }
  }
}

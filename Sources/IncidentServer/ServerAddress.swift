/// Where the server listens: loopback unless it is told otherwise.
package struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
  package var host: String
  package var port: Int

  package static let standard = ServerAddress(host: "127.0.0.1", port: 8787)

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Whether only this machine can reach it.
  package var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

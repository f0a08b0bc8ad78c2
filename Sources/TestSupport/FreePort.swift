import Foundation
import Synchronization

extension InstalledProgram {
  /// A port on the loopback for a program that wants to be told one: free, never given to another caller of this
  /// process, and none of those from which the system takes the near end of connections, which any client in the
  /// machine could be given before the program listens.
  /// - Throws: `POSIXError.EADDRNOTAVAIL` where none is left.
  package static func freePort() throws -> Int {
    let ports = issuablePorts
    for _ in 0..<ports.count {
      let port = nextPort.withLock { next in
        let port = next ?? (ports.lowerBound + Int(getpid()) * 97 % ports.count)
        next = port + 1 < ports.upperBound ? port + 1 : ports.lowerBound
        return port
      }
      if isFree(port) { return port }
    }
    throw POSIXError(.EADDRNOTAVAIL)
  }

  /// Two runs beside each other begin at different places.
  private static let nextPort = Mutex<Int?>(nil)

  private static let issuablePorts: Range<Int> = {
    let range = try? String(contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)
    let firstOfClients = range?.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) } ?? 32_768
    // Below are the ports that programs have by habit.
    return 16_000..<max(firstOfClients, 17_000)
  }()

  /// Whether a program could listen there on every address, as some do.
  private static func isFree(_ port: Int) -> Bool {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard listener >= 0 else { return false }
    defer { close(listener) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    return withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}

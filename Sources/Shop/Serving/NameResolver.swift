import Foundation

/// Names to addresses: those that are given, and without any through the system's resolver and so through the shop's name
/// server; remembered briefly.
final class NameResolver: @unchecked Sendable {
  private let given: [String: String]
  private let lock = NSLock()
  /// Guarded by `lock`.
  private var known: [String: (address: String, until: Double)] = [:]

  /// - Parameter given: where there are any, nobody else is asked.
  init(given: [String: String] = [:]) { self.given = given }

  /// - Throws: `ShopFailure` with status 503 for a name that nobody knows, or when the name server does not answer.
  func address(of name: String, rememberingSeconds: Double) throws -> String {
    if !given.isEmpty {
      guard let address = given[name] else {
        throw ShopFailure(503, "the name \(name) cannot be resolved: there is no such name")
      }
      return address
    }
    let now = Moment.monotonicSeconds
    if let entry = lock.withLock({ known[name] }), entry.until > now { return entry.address }
    let address = try Self.ask(name)
    lock.withLock { known[name] = (address, now + rememberingSeconds) }
    return address
  }

  private static func ask(_ name: String) throws -> String {
    var hints = addrinfo()
    hints.ai_family = AF_INET
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(name, nil, &hints, &found)
    defer { if let found { freeaddrinfo(found) } }
    guard status == 0, let target = found?.pointee.ai_addr else {
      throw ShopFailure(503, "the name \(name) cannot be resolved: \(String(cString: gai_strerror(status)))")
    }
    var text = [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN))
    target.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
      var address = $0.pointee.sin_addr
      inet_ntop(AF_INET, &address, &text, socklen_t(INET_ADDRSTRLEN))
    }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

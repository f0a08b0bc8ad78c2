import Foundation

/// What one process of the shop is and does; a JSON file that the process reads again whenever it changes.
///
/// A release or a port takes effect when the process starts, everything else within half a second.
package struct ShopConfiguration: Codable, Sendable, Equatable {
  /// Its name in the service map, and the host name that others know it by.
  package var component: String
  package var release = "1.0.0"
  /// Where `spans.jsonl` and `log.jsonl` are appended to.
  package var folder: String
  package var settings = Settings()
  package var behaviour = Behaviour()

  package init(component: String, folder: String) {
    self.component = component
    self.folder = folder
  }

  /// What an operator sets.
  package struct Settings: Codable, Sendable, Equatable {
    package var listen = "0.0.0.0"
    package var port = 8080
    /// Requests that are worked on at once; others wait for a place.
    package var workers = 24
    package var databasePool = 6
    package var cachePool = 8
    /// For one attempt at another service.
    package var timeoutMilliseconds = 1000
    package var retries = 1
    package var cacheSeconds = 6
    /// How long the address of another service is remembered.
    package var nameSeconds = 2
    package var paymentHost = "payment"
    /// Component or host name to address: what the name server answers, where users find the shop, and whom a service
    /// without a name server asks.
    package var addresses: [String: String] = [:]
    /// The share of requests that leave spans and access log lines.
    package var sampledShare = 0.12
    /// Processor time of one request.
    package var workMilliseconds = 1.0
    package var requestsPerSecond = 24.0
    /// A day of the shop.
    package var daySeconds = 900.0
    /// PEM file of the authority that the shop's users trust.
    package var authorityFile = ""
    package var seed: UInt64 = 1
  }

  /// What goes wrong in a release, or what users do; nothing by default.
  package struct Behaviour: Codable, Sendable, Equatable {
    /// Share of requests answered with an error.
    package var failingShare = 0.0
    /// Of every request, waiting.
    package var delayMilliseconds = 0.0
    /// Of every request, computing.
    package var workFactor = 1.0
    package var leakBytesPerSecond = 0.0
    /// Share of database uses after which the connection is not given back.
    package var leakedConnectionShare = 0.0
    /// Nil: it runs on.
    package var crashAfterSeconds: Double?
    package var clockOffsetSeconds = 0.0
    /// Of the users' requests.
    package var trafficFactor = 1.0
    /// Share of users who all want the same product.
    package var hotShare = 0.0

    package init() {}
  }

  package static func read(_ path: String) throws -> ShopConfiguration {
    try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Replaces the file at once, so that no reader sees half of it.
  package func write(_ path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}

/// A configuration file that is looked at again twice a second.
package final class LiveConfiguration: @unchecked Sendable {
  private let path: String
  private let lock = NSLock()
  /// Guarded by `lock`.
  private var value: ShopConfiguration

  package init(_ path: String) throws {
    self.path = path
    value = try ShopConfiguration.read(path)
  }

  package var now: ShopConfiguration { lock.withLock { value } }

  /// Keeps what was read last where the file cannot be read.
  package func follow() {
    Threads.start("configuration") { [self] in
      while true {
        Thread.sleep(forTimeInterval: 0.5)
        guard let read = try? ShopConfiguration.read(path) else { continue }
        lock.withLock { value = read }
      }
    }
  }
}

/// Threads of our own: the shop blocks as ordinary servers do, and that must not hold up anything else.
enum Threads {
  static func start(_ name: String, _ work: @escaping @Sendable () -> Void) {
    let thread = Thread(block: work)
    thread.name = name
    thread.stackSize = 512 << 10
    thread.start()
  }
}

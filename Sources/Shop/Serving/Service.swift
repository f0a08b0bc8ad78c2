import Foundation
import HTTPTransport
import Synchronization

/// What every service of the shop shares: its settings, its telemetry, and the way to others and to the stores.
final class Service: @unchecked Sendable {
  let configuration: LiveConfiguration
  let metrics = MetricRegistry()
  let telemetry: TelemetryFiles
  let names: NameResolver
  let http = HTTPClient()
  let workers: Places
  let database: ConnectionPool<PostgresConnection>
  let cache: ConnectionPool<RedisConnection>
  /// What the exporter of components' use has read last.
  let containers = Mutex("")
  private let lock = NSLock()
  /// Guarded by `lock`.
  private var random: QuickRandom
  private var leaked: [[UInt8]] = []

  init(_ configuration: LiveConfiguration) {
    self.configuration = configuration
    let now = configuration.now
    telemetry = TelemetryFiles(configuration)
    random = QuickRandom(seed: now.settings.seed ^ UInt64(bitPattern: Moment.wallNanoseconds))
    workers = Places(count: now.settings.workers)
    let names = NameResolver(given: now.settings.addresses)
    self.names = names
    database = ConnectionPool(size: now.settings.databasePool, waitingSeconds: 0.8) {
      try PostgresConnection(
        address: try names.address(of: "postgres", rememberingSeconds: 2), database: "shop", user: "shop",
        timeoutSeconds: 2)
    }
    cache = ConnectionPool(size: now.settings.cachePool, waitingSeconds: 0.8) {
      try RedisConnection(address: try names.address(of: "redis", rememberingSeconds: 2), timeoutSeconds: 1)
    }
    metrics.gauge("workers_in_use") { [workers] in Double(workers.inUse) }
    metrics.gauge("requests_waiting") { [workers] in Double(workers.waiting) }
    metrics.gauge("database_pool_in_use") { [database] in Double(database.places.inUse) }
    metrics.gauge("database_pool_waiting") { [database] in Double(database.places.waiting) }
    metrics.gauge("database_pool_size") { Double(configuration.now.settings.databasePool) }
    metrics.gauge("shop_build_info{version=\"\(now.release)\"}") { 1 }
    telemetry.write(.info, "\(now.component) \(now.release) started")
    Threads.start("behaviour") { [self] in misbehave() }
  }

  var settings: ShopConfiguration.Settings { configuration.now.settings }
  var behaviour: ShopConfiguration.Behaviour { configuration.now.behaviour }

  func chance(_ probability: Double) -> Bool { probability > 0 && draw { $0.unit() } < probability }
  func draw<Value>(_ work: (inout QuickRandom) -> Value) -> Value { lock.withLock { work(&random) } }

  /// Uses the processor for so long; what is computed does not matter.
  func compute(milliseconds: Double) {
    let end = Moment.threadProcessorSeconds + milliseconds / 1000
    var state = QuickRandom(seed: 1)
    while Moment.threadProcessorSeconds < end {
      for _ in 0..<2000 { _ = state.next() }
    }
  }

  /// What a bad release does beside requests, and settings that take effect while it runs.
  private func misbehave() {
    let start = Moment.monotonicSeconds
    while true {
      Thread.sleep(forTimeInterval: 0.25)
      let (settings, behaviour) = (settings, behaviour)
      workers.resize(settings.workers)
      database.places.resize(settings.databasePool)
      if behaviour.leakBytesPerSecond > 0 {
        // Written to, or the pages would not be there.
        leaked.append([UInt8](repeating: 1, count: Int(behaviour.leakBytesPerSecond / 4)))
      }
      if let seconds = behaviour.crashAfterSeconds, Moment.monotonicSeconds - start > seconds {
        telemetry.write(.error, "unhandled error: index out of range while the price table was refreshed; ending")
        telemetry.flush()
        abort()
      }
    }
  }
}

/// Ways of one role: method and path to what is done.
typealias Routes = [String: @Sendable (Exchange) throws -> String]

extension Service {
  /// Serves until the process ends.
  func run(_ routes: Routes) throws {
    try HTTPServer(address: settings.listen, port: settings.port) { [self] request in
      if request.path == "/metrics" { return .init(body: metrics.text()) }
      return answer(request, routes)
    }.run()
  }

  private func answer(_ request: HTTPServer.Request, _ routes: Routes) -> HTTPServer.Response {
    let began = Moment.monotonicSeconds
    let start = telemetry.now
    let name = "\(request.method) \(request.path)"
    let trace = draw { random in
      request.headers["traceparent"].flatMap { RequestTrace(header: $0, random: &random) }
        ?? RequestTrace(sampled: false, random: &random)
    }
    let exchange = Exchange(service: self, request: request, trace: trace)
    let response: HTTPServer.Response
    do {
      guard let work = routes[name] else { throw ShopFailure(404, "there is no \(name)") }
      response = .init(body: try limited { try work(exchange) })
    } catch {
      let failure = error as? ShopFailure ?? ShopFailure(500, "\(error)")
      if failure.status >= 500 { telemetry.write(.error, "\(name) failed: \(failure.message)", trace: trace) }
      response = .init(status: failure.status, body: failure.message)
    }
    let seconds = Moment.monotonicSeconds - began
    telemetry.span(trace, name: name, kind: 2, start: start, failed: response.status >= 500)
    if trace.isSampled, response.status < 500 {
      telemetry.write(.info, "\(name) \(response.status) in \(Int(seconds * 1000)) ms", trace: trace)
    }
    metrics.count("http_requests_total", "code=\"\(response.status)\"")
    metrics.observe("http_request_duration_seconds", seconds: seconds)
    return response
  }

  /// At a worker's place, with what the release does to every request.
  private func limited(_ work: () throws -> String) throws -> String {
    guard workers.take(waitingSeconds: 2) else { throw ShopFailure(503, "all workers are busy") }
    defer { workers.giveBack() }
    let (settings, behaviour) = (settings, behaviour)
    compute(milliseconds: settings.workMilliseconds * behaviour.workFactor)
    if behaviour.delayMilliseconds > 0 { Thread.sleep(forTimeInterval: behaviour.delayMilliseconds / 1000) }
    if chance(behaviour.failingShare) {
      throw ShopFailure(500, "unexpected null in field “currency” of the price record")
    }
    return try work()
  }
}

import Foundation
import HTTPTransport

/// One request that a service is working on, and what it does for it elsewhere.
struct Exchange: Sendable {
  var service: Service
  var request: HTTPServer.Request
  var trace: RequestTrace

  func text(_ key: String) -> String { request.query[key] ?? "" }

  /// Digits only, so that it may go into a statement.
  /// - Throws: `ShopFailure` with status 400.
  func number(_ key: String) throws -> Int {
    guard let number = Int(text(key)) else { throw ShopFailure(400, "\(key) is no number") }
    return number
  }

  /// Asks another service, again where that may help.
  /// - Throws: `ShopFailure`.
  func call(_ peer: String, host: String? = nil, _ method: HTTPRequest.Method, _ path: String) throws -> String {
    let settings = service.settings
    var failure = ShopFailure(500, "never tried")
    for attempt in 0...max(0, settings.retries) {
      if attempt > 0 { service.metrics.count("http_client_retries_total", "server_address=\"\(peer)\"") }
      do {
        return try once(peer, host: host ?? peer, method, path, settings)
      } catch let error as ShopFailure {
        failure = error
        guard error.status >= 500 else { throw error }
        service.telemetry.write(
          .warning, "call to \(peer) failed, attempt \(attempt + 1): \(error.message)", trace: trace)
      }
    }
    throw ShopFailure(502, "\(peer): \(failure.message)")
  }

  private func once(
    _ peer: String, host: String, _ method: HTTPRequest.Method, _ path: String,
    _ settings: ShopConfiguration.Settings
  ) throws -> String {
    let (start, began) = (service.telemetry.now, Moment.monotonicSeconds)
    let child = service.draw { trace.child(random: &$0) }
    var isFailed = true
    var outcome = "error_type=\"no_address\""
    defer {
      let name = "\(method.rawValue) \(peer)\(path.prefix { $0 != "?" })"
      service.telemetry.span(child, name: name, kind: 3, start: start, failed: isFailed)
      service.metrics.observeCall(of: peer, outcome, seconds: Moment.monotonicSeconds - began)
    }
    let address = try service.names.address(of: host, rememberingSeconds: Double(settings.nameSeconds))
    var request = HTTPRequest("http://\(address):8080\(path)", method: method)
    request.deadlineSeconds = Double(settings.timeoutMilliseconds) / 1000
    request.connectTimeoutSeconds = request.deadlineSeconds
    request.headers = [.init("traceparent", child.header)]
    request.acceptsCompression = false
    outcome = "error_type=\"no_answer\""
    let response = try service.http.answer(request)
    outcome = "http_response_status_code=\"\(response.status)\""
    isFailed = response.status >= 500
    let text = String(decoding: response.body, as: UTF8.self)
    guard response.status < 400 else {
      throw ShopFailure(response.status, "\(peer) answered \(response.status): \(text)")
    }
    return text
  }

  /// - Parameter name: of the span, without values.
  /// - Throws: `ShopFailure`.
  func query(_ name: String, _ sql: String) throws -> [[String?]] {
    try timed("postgres", name) {
      try service.database.use(leaks: service.chance(service.behaviour.leakedConnectionShare)) { try $0.query(sql) }
    }
  }

  func redis(_ words: String...) throws -> [String] {
    try timed("redis", words[0]) { try service.cache.use { try $0.send(words) } }
  }

  private func timed<Value>(_ store: String, _ name: String, _ work: () throws -> Value) throws -> Value {
    let (start, began) = (service.telemetry.now, Moment.monotonicSeconds)
    let child = service.draw { trace.child(random: &$0) }
    var isFailed = true
    defer {
      service.telemetry.span(child, service: store, name: name, kind: 3, start: start, failed: isFailed)
      service.metrics.observe(
        "db_client_operation_duration_seconds",
        "server_address=\"\(store)\"" + (isFailed ? ",error_type=\"failed\"" : ""),
        seconds: Moment.monotonicSeconds - began)
    }
    do {
      let value = try work()
      isFailed = false
      return value
    } catch let failure as ShopFailure {
      throw ShopFailure(failure.status, "\(store) \(name): \(failure.message)")
    }
  }
}

extension HTTPClient {
  /// Waits for the answer on this thread, which has to be one of our own.
  /// - Throws: `ShopFailure` with status 503 or 504.
  package func answer(_ request: HTTPRequest) throws -> HTTPResponse {
    final class Box: @unchecked Sendable { var result: Result<HTTPResponse, any Error>? }
    let box = Box()
    let isDone = DispatchSemaphore(value: 0)
    Task.detached { [self] in
      do { box.result = .success(try await send(request)) } catch { box.result = .failure(error) }
      isDone.signal()
    }
    isDone.wait()
    switch box.result {
    case .success(let response): return response
    case .failure(let error as HTTPError):
      let isLate = error.kind == .deadline || error.kind == .connectTimeout
      throw ShopFailure(isLate ? 504 : 503, "\(error)")
    default: throw ShopFailure(503, "the request was given up")
    }
  }
}

import HTTPTransport
import IncidentModel
import PrometheusAPI
import Synchronization
import Telemetry
import TelemetryAPI

/// A source that is asked when an incident opens: with a deadline, a limit on what it may send, and a breaker.
final class LiveSource: Sendable {
  /// What it is and where.
  struct Settings: Sendable, Hashable {
    enum Kind: String, Sendable, Hashable, CaseIterable { case prometheus, loki, elasticsearch, jaeger, tempo }

    var name: String
    var kind: Kind
    var url: String
    /// A file that holds a bearer token.
    var tokenFile: String?
    /// Of a server that several share: what `X-Scope-OrgID` says.
    var tenant: String?
    var deadlineSeconds = 20.0
    var maximumResponseBytes = 64 << 20
  }

  let settings: Settings
  private let http: HTTPClient
  private let breaker = Mutex(CircuitBreaker())
  private let nowSeconds: @Sendable () -> Double

  init(_ settings: Settings, http: HTTPClient, nowSeconds: @escaping @Sendable () -> Double) {
    self.settings = settings
    self.http = http
    self.nowSeconds = nowSeconds
  }

  var part: HealthView.Part {
    breaker.withLock { breaker in
      HealthView.Part(
        name: settings.name, isWell: breaker.failures == 0,
        statement: breaker.lastFailure.map { why in
          (breaker.isOpen ? "left alone for a while: " : "failed the last time: ") + why
        } ?? "\(settings.kind.rawValue) at \(HTTPRequest(settings.url).origin)")
    }
  }

  private func read(_ window: TimeWindow, token: String?) async throws -> TelemetryWindow {
    guard let kind = TelemetryServer.Kind(rawValue: settings.kind.rawValue) else {
      let client = PrometheusClient(
        settings.url, http: http, bearerToken: token, deadlineSeconds: settings.deadlineSeconds,
        maximumResponseBytes: settings.maximumResponseBytes)
      return try await PrometheusReading(client).read(window)
    }
    var server = TelemetryServer(kind, settings.url, http: http)
    server.bearerToken = token
    server.deadlineSeconds = settings.deadlineSeconds
    server.maximumResponseBytes = settings.maximumResponseBytes
    if let tenant = settings.tenant { server.headers = [HTTPRequest.Header("X-Scope-OrgID", tenant)] }
    let start = nowSeconds()
    let records = try await server.read(window) { [nowSeconds] in nowSeconds() - start }
    return records.window(Incident(id: settings.name, title: settings.name, window: window))
  }

  /// What it says of a window; or, where it gave nothing, why.
  /// - Throws: `CancellationError`.
  func read(_ window: TimeWindow) async throws -> Result<TelemetryWindow, BlindSpot> {
    guard breaker.withLock({ $0.allows(at: nowSeconds()) }) else {
      return .failure(BlindSpot("\(settings.name) was not asked, since it failed several times in a row."))
    }
    do {
      let window = try await withDeadline(seconds: settings.deadlineSeconds) { [self] in
        let token = try await settings.tokenFile.asyncMap { file in
          try await onBlockingThread { try Self.token(file) }
        }
        return try await read(window, token: token)
      }
      breaker.withLock { $0.succeeded() }
      return .success(window)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      let why = "\(error)"
      breaker.withLock { $0.failed(why, at: nowSeconds()) }
      return .failure(BlindSpot("\(settings.name) gave nothing: \(why)."))
    }
  }

  static func token(_ file: String) throws -> String {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
      throw BlindSpot("the file with its token cannot be read")
    }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

/// Something that could not be seen, in a full sentence.
struct BlindSpot: Error, Sendable, Hashable, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

extension Optional {
  func asyncMap<Value>(_ body: (Wrapped) async throws -> Value) async rethrows -> Value? {
    if let value = self { try await body(value) } else { nil }
  }
}

/// - Throws: `BlindSpot` when the time is up; the work is then cancelled and not waited for longer than it takes to end.
func withDeadline<Value: Sendable>(
  seconds: Double, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await withThrowingTaskGroup(of: Value.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(for: .seconds(seconds))
      throw BlindSpot("no complete answer within \(Int(seconds)) s")
    }
    defer { group.cancelAll() }
    guard let value = try await group.next() else { throw CancellationError() }
    return value
  }
}

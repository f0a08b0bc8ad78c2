import AlertDesk
import Foundation
import HTTPTransport
import IncidentModel

/// Delivers the messages that wait in the store: at least once each, with a key by which a receiver knows it again.
///
/// Messages about one group are sent to an integration one after another, others beside each other. What fails for a
/// reason that may pass is tried again, later each time, for a day.
actor NotificationSender {
  private let store: ServerStore
  private let http: HTTPClient
  private let metrics: ServerMetrics
  private let health: StoreHealth
  private let environment: @Sendable (String) -> String?
  private var policy: AlertmanagerConfiguration
  private var externalURL: String
  private var running: [String: Task<Void, Never>] = [:]
  private var isStopping = false
  private var look = Pace(seconds: 1)
  private var hasMore = true

  static let maximumParallelCount = 16
  private static let deadlineSeconds = 10.0
  private static let givesUpAfterSeconds = 86_400.0

  init(
    _ policy: AlertmanagerConfiguration, externalURL: String, store: ServerStore, http: HTTPClient,
    metrics: ServerMetrics, health: StoreHealth, environment: @escaping @Sendable (String) -> String?
  ) {
    self.policy = policy
    self.externalURL = externalURL
    self.store = store
    self.http = http
    self.metrics = metrics
    self.health = health
    self.environment = environment
  }

  func replace(_ policy: AlertmanagerConfiguration, externalURL: String) {
    (self.policy, self.externalURL) = (policy, externalURL)
  }

  /// Starts sending what is due.
  /// - Parameter isNew: whether messages were written down since; without any, it is looked once a second.
  func send(at now: Timestamp, isNew: Bool) async {
    guard look.isDue(at: now) || isNew || hasMore, !isStopping, running.count < Self.maximumParallelCount else {
      return
    }
    hasMore = false
    do {
      let due = try await store.dueMessages(at: now, limit: Self.maximumParallelCount + running.count)
      for message in due where running[message.key] == nil && !isStopping {
        guard running.count < Self.maximumParallelCount else { break }
        running[message.key] = Task { await deliver(message, at: now) }
      }
    } catch {
      health.note(error)
      hasMore = true
    }
  }

  /// Waits for what is being sent; what has not been sent by then is sent after the next start.
  func stop() async {
    isStopping = true
    for task in running.values { await task.value }
  }

  private func deliver(_ message: OutgoingMessage, at now: Timestamp) async {
    let result = await attempt(message)
    do {
      try await note(message, result, at: now)
    } catch {
      // It is sent again with the same key.
      health.note(error)
    }
    running[message.key] = nil
    // The next of its lane may be due, or there is room for others.
    hasMore = true
  }

  private enum Attempt {
    case delivered
    case needless
    case failed(String, mayPass: Bool, afterSeconds: Double? = nil)
  }

  private func attempt(_ message: OutgoingMessage) async -> Attempt {
    let told = message.content.notification
    guard let receiver = policy.receiver(told.receiver), receiver.integrations.indices.contains(told.integration),
      receiver.integrations[told.integration].kind == told.kind
    else { return .failed("the policy does not have this integration any more", mayPass: false) }
    let requests = ReceiverRequests(policy, externalURL: externalURL, environment: environment)
    do {
      guard let request = try requests.request(message.content, to: receiver.integrations[told.integration]) else {
        return .needless
      }
      switch request.destination {
      case .web(let url): return await post(request, to: url)
      case .file(let path):
        try await onBlockingThread { try FileReceiver(path: path).append(request.body, key: message.key) }
        return .delivered
      }
    } catch let problem as ReceiverProblem {
      return .failed(problem.description, mayPass: problem.isTransient)
    } catch {
      return .failed("\(error)", mayPass: true)
    }
  }

  private func post(_ made: ReceiverRequest, to url: String) async -> Attempt {
    var request = HTTPRequest(url, method: .post)
    request.headers = made.headers.map { HTTPRequest.Header($0.name, $0.value) }
    request.body = made.body
    request.deadlineSeconds = Self.deadlineSeconds
    request.connectTimeoutSeconds = Self.deadlineSeconds / 2
    request.maximumResponseBytes = 1 << 20
    do {
      let answer = try await http.send(request)
      let status = answer.head.status
      if (200..<300).contains(status) { return .delivered }
      let mayPass = status >= 500 || [408, 425, 429].contains(status)
      let after = answer.head["retry-after"].flatMap { Double($0) }.map { min(max(0, $0), 3600) }
      return .failed("\(request.origin) answered \(status)", mayPass: mayPass, afterSeconds: after)
    } catch let error as HTTPError {
      return .failed(error.description, mayPass: error.isTransient)
    } catch {
      return .failed("\(request.origin): it was not sent", mayPass: true)
    }
  }

  private func note(_ message: OutgoingMessage, _ attempt: Attempt, at now: Timestamp) async throws {
    let told = message.content.notification
    func entry(_ action: String, _ detail: String) -> AuditLog.Entry {
      AuditLog.Entry(
        at: now, actor: "desk", action: action, subject: "\(told.receiver)/\(told.kind ?? "") \(message.key)",
        detail: detail)
    }
    switch attempt {
    case .delivered:
      metrics.count(.notificationsSent)
      let alerts = "\(message.content.alerts.count) alert\(message.content.alerts.count == 1 ? "" : "s")"
      try await store.note(
        message, .sent, due: now, error: nil,
        entry: entry("notification.send", "\(told.reason.rawValue), \(alerts), \(told.groupKey.prefix(500))"))
    case .needless: try await store.note(message, .needless, due: now, error: nil, entry: nil)
    case .failed(let why, let mayPass, let after):
      metrics.count(.notificationAttemptsFailed)
      let isOver = !mayPass || told.at.seconds(until: now) > Self.givesUpAfterSeconds
      let wait = after ?? Self.backoffSeconds(message)
      try await store.note(
        message, isOver ? .failed : .waiting, due: isOver ? now : now.advanced(bySeconds: wait), error: why,
        entry: isOver ? entry("notification.fail", why) : nil)
    }
  }

  /// Twice as long each time, five minutes at most; not the same for all, so that they do not all come at once.
  static func backoffSeconds(_ message: OutgoingMessage) -> Double {
    let spread = Double(message.key.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) % 500 }) / 1000
    return min(300, Double(1 << min(message.attempts, 9))) * (0.75 + spread)
  }
}

/// A file that messages are written to, one a line.
struct FileReceiver: Sendable {
  let path: String

  /// Only so much of its end is searched for a message that was written already.
  private static let searchedBytes = 1 << 20

  /// Returns once the line is on the disk; does nothing where a line with the key is there already.
  func append(_ line: [UInt8], key: String) throws {
    let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    let length = lseek(descriptor, 0, SEEK_END)
    let start = max(0, length - off_t(Self.searchedBytes))
    var end = [UInt8](repeating: 0, count: Int(max(0, length - start)))
    let got = end.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, start) }
    guard got == end.count else { throw failure() }
    if Data(end).range(of: Data(key.utf8)) != nil, end.last == 10 { return }
    // A crash may have left a part of a line.
    let bytes = (end.isEmpty || end.last == 10 ? [] : [10]) + line
    let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard written == bytes.count, fsync(descriptor) == 0 else { throw failure() }
  }

  private func failure() -> ReceiverProblem {
    ReceiverProblem(description: "\(path) cannot be written: \(String(cString: strerror(errno)))", isTransient: true)
  }
}

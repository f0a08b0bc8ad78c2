import IncidentModel
import Synchronization
import TextReading

/// Asks many queries, a few at a time, until they are answered, most of the time is over or enough was sent.
struct QuerySequence: Sendable {
  static let queriesAtATime = 4
  /// Of the deadline; what has been asked by then is waited for.
  private static let usableShare = 0.7

  let server: TelemetryServer
  let elapsedSeconds: @Sendable () -> Double
  private let read = ReadBytes()

  init(server: TelemetryServer, elapsedSeconds: @escaping @Sendable () -> Double) {
    self.server = server
    self.elapsedSeconds = elapsedSeconds
  }

  func ask(
    _ path: String, _ parameters: KeyValuePairs<String, String> = [:], body: JSONValue? = nil
  ) async throws -> JSONValue {
    let (answer, bytes) = try await server.ask(path, parameters, body: body)
    read.add(bytes)
    return answer
  }

  private var isOver: Bool {
    elapsedSeconds() > server.deadlineSeconds * Self.usableShare || read.count > server.maximumResponseBytes
  }

  /// What each query gives, in the order of the queries whatever order they are answered in; nil for those that failed
  /// or were not asked any more.
  /// - Throws: the first error where no query was answered; `CancellationError`.
  func answers<Query: Sendable, Answer: Sendable>(
    _ queries: [Query], _ ask: @escaping @Sendable (Query) async throws -> Answer
  ) async throws -> (answers: [Answer?], blindSpots: [String]) {
    guard !queries.isEmpty else { return ([], []) }
    var results = [Result<Answer, any Error>?](repeating: nil, count: queries.count)
    try await withThrowingTaskGroup(of: (Int, Result<Answer, any Error>).self) { group in
      var next = 0
      func start() {
        guard next < queries.count, !isOver else { return }
        let position = next
        next += 1
        group.addTask {
          do {
            return (position, .success(try await ask(queries[position])))
          } catch is CancellationError {
            throw CancellationError()
          } catch {
            return (position, .failure(error))
          }
        }
      }
      for _ in 0..<Self.queriesAtATime { start() }
      while let (position, result) = try await group.next() {
        results[position] = result
        start()
      }
    }
    let failures = results.compactMap { result -> (any Error)? in
      if case .failure(let error)? = result { error } else { nil }
    }
    let answers = results.map { try? $0?.get() }
    guard answers.contains(where: { $0 != nil }) else {
      throw failures.first ?? TelemetryServerError(.noTime, origin: server.origin)
    }
    var blindSpots: [String] = []
    if let first = failures.first {
      blindSpots.append("\(failures.count) of \(queries.count) queries failed. The first: \(first).")
    }
    let unasked = results.count { $0 == nil }
    if unasked > 0 {
      blindSpots.append(
        "\(unasked) of \(queries.count) queries of \(server.origin) were not asked, for want of time or of room.")
    }
    return (answers, blindSpots)
  }
}

private final class ReadBytes: Sendable {
  private let total = Mutex(0)
  var count: Int { total.withLock { $0 } }
  func add(_ bytes: Int) { total.withLock { $0 += bytes } }
}

/// What a server of logs or traces gave.
package struct TelemetryRecords: Sendable {
  package var spans: [SpanEntry] = []
  package var logs: [LogEntry] = []
  package var calls: [(from: String, to: String)] = []
  package var blindSpots: [String] = []

  /// One line.
  package struct LogEntry: Sendable, Hashable {
    /// Nanoseconds since 1970.
    package var time: Int64
    package var component: String
    /// The word that the server has for it; empty where it has none.
    package var severity: String
    package var body: String
    package var trace: String
    package var span: String
  }

  package struct SpanEntry: Sendable, Hashable {
    package var trace: String
    package var span: String
    package var parent: String?
    package var component: String
    package var operation: String
    /// Nanoseconds since 1970.
    package var start: Int64
    package var end: Int64
    package var failed: Bool
    /// Whom a call went to that may have sent no span of its own.
    package var peer: String?
  }
}

extension TimeWindow {
  /// Equal parts, so that a limit on each leaves every part of the window its say.
  func slices(_ count: Int) -> [TimeWindow] {
    let length = (end.nanoseconds - start.nanoseconds) / Int64(max(1, count))
    guard length > 0 else { return [self] }
    return (0..<Int64(count)).map { place in
      TimeWindow(
        start: Timestamp(nanoseconds: start.nanoseconds + place * length),
        end: place == Int64(count) - 1 ? end : Timestamp(nanoseconds: start.nanoseconds + (place + 1) * length))
    }
  }
}

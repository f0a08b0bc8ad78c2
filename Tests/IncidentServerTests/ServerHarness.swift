import Agents
import Foundation
import Hummingbird
import IncidentModel
import Logging
import Runbooks
import Supervision
import Synchronization
import TestSupport
import TextReading

@testable import IncidentServer

/// A server in this process, over a folder of its own: requests go to its responder, without a connection.
final class ServerHarness: Sendable {
  static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  let folder: String
  let server: LiveServer
  let clock: TestClock
  private let configuration: ServerConfiguration
  private let investigator: Investigator
  private let responder: RouterResponder<ServerContext>
  private let working: Mutex<Task<Void, Never>?>

  /// - Parameter folder: of a server that was there before; nil for a new one.
  init(
    _ configuration: ServerConfiguration = ServerConfiguration(), folder: String? = nil,
    clock: TestClock = TestClock(), isWorking: Bool = true, runbooksFolder: String? = nil,
    guardrails: Guardrails = Guardrails(), schedule: String? = nil
  ) async throws {
    let folder = folder ?? NSTemporaryDirectory() + "tocsin-server-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    self.folder = folder
    self.clock = clock
    let project = Self.project
    let catalog = try AgentCatalog(
      agentsFolder: project + "/agents", promptsFolder: project + "/prompts",
      runbooks: try RunbookLibrary(folder: project + "/runbooks"))
    var surroundings = LiveServer.Surroundings(
      dataFolder: folder, runbooksFolder: runbooksFolder ?? project + "/runbooks", resultsFolder: folder + "/results",
      version: "test", now: { clock.now })
    surroundings.guardrails = guardrails
    surroundings.account = "keeper"
    surroundings.scheduleFile = schedule
    self.configuration = configuration
    investigator = Investigator(catalog: catalog, version: "test")
    server = try await LiveServer(
      configuration, investigator: investigator, surroundings: surroundings,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    responder = server.router().buildResponder()
    let loop = server.loop
    working = Mutex(isWorking ? Task { await loop.run() } : nil)
  }

  /// As a SIGHUP does where nothing but the policy was written anew.
  func reload(_ guardrails: Guardrails) async throws {
    try await server.reload(configuration, investigator: investigator, guardrails: guardrails)
  }

  /// Stops it in order; what it kept stays in the folder.
  func stop() async {
    server.endWork()
    await working.withLock { $0 }?.value
    server.store.close()
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  struct Answer: Sendable {
    var status: Int
    var headers: HTTPFields
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue { get throws { try JSONValue(parsing: body, name: "answer") } }
  }

  func send(
    _ method: HTTPRequest.Method, _ path: String, _ body: String = "", headers: [(String, String)] = [],
    host: String = "127.0.0.1:8787"
  ) async throws -> Answer {
    var fields: HTTPFields = body.isEmpty ? [:] : [.contentType: "application/json"]
    for (name, value) in headers {
      if let name = HTTPFields.Element.Name(name) { fields[name] = value }
    }
    let request = Request(
      head: HTTPRequest(method: method, scheme: "http", authority: host, path: path, headerFields: fields),
      body: RequestBody(buffer: ByteBuffer(string: body)))
    let response = try await responder.respond(
      to: request, context: ServerContext(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    let collected = CollectedBody()
    if response.headers[.contentType] != "text/event-stream" { try await response.body.write(collected) }
    return Answer(status: Int(response.status.code), headers: response.headers, body: collected.bytes)
  }

  /// Asks again and again until the loop has come so far; at most for two minutes.
  func until(_ what: String, _ isSo: () async throws -> Bool) async throws {
    let start = ContinuousClock.now
    while start.duration(to: .now) < .seconds(120) {
      await server.loop.tick()
      if try await isSo() { return }
      _ = try await onOwnThread { usleep(10_000) }
    }
    throw BlindSpot("never: \(what)")
  }

  /// An alert as a Prometheus posts it.
  static func alert(_ labels: [String: String], startsAt: Timestamp? = nil, endsAt: Timestamp? = nil) -> String {
    var members: [String: JSONValue] = ["labels": .object(labels.mapValues { .string($0) })]
    members["startsAt"] = startsAt.map { .string("\($0)") }
    members["endsAt"] = endsAt.map { .string("\($0)") }
    return JSONValue.object(members).text
  }
}

/// Time that passes when a test says so.
final class TestClock: Sendable {
  private let time: Mutex<Timestamp>

  init(_ start: Timestamp = Timestamp(nanoseconds: 1_795_600_000_000_000_000)) { time = Mutex(start) }

  var now: Timestamp { time.withLock { $0 } }
  func advance(bySeconds seconds: Double) { time.withLock { $0 = $0.advanced(bySeconds: seconds) } }
}

private final class CollectedBody: ResponseBodyWriter, Sendable {
  private let content = Mutex<[UInt8]>([])

  var bytes: [UInt8] { content.withLock { $0 } }
  func write(_ buffer: ByteBuffer) async throws { content.withLock { $0 += buffer.readableBytesView } }
  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

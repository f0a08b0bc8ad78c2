import Hummingbird
import IncidentModel
import Logging
import Synchronization

@testable import IncidentServer

/// The made-up server on a port of the loopback, with streams that tell when its board has grown.
final class BrowsedServer: Sendable {
  private let server: MadeUpServer
  private let listeners = Mutex<[AsyncStream<ByteBuffer>.Continuation]>([])

  init(extraIncidentCount: Int = 495) { server = MadeUpServer(extraIncidentCount: extraIncidentCount) }

  /// The port is free again when `use` has ended.
  func run(_ use: @escaping @Sendable (_ port: Int) async throws -> String) async throws -> String {
    try await Self.run(try router(), use)
  }

  static func run(
    _ router: Router<ServerContext>, _ use: @escaping @Sendable (_ port: Int) async throws -> String
  ) async throws -> String {
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
      router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { port.yield($0.localAddress?.port ?? 0) },
      logger: Logger(label: "pages") { _ in SwiftLogNoOpLogHandler() })
    return try await withThrowingTaskGroup(of: String?.self) { group in
      group.addTask {
        try await application.run()
        return nil
      }
      var iterator = ports.makeAsyncIterator()
      let found = await iterator.next() ?? 0
      group.addTask { try await use(found) }
      let said = try await group.next() ?? nil
      group.cancelAll()
      return said ?? ""
    }
  }

  private func router() throws -> Router<ServerContext> {
    let router = Router(context: ServerContext.self)
    router.add(middleware: SignedIn())
    try Pages(queries: server.queries, now: { MadeUpServer.now }).register(on: router)
    var empty = server.queries
    empty.incidents = { _ in ViewPage(items: []) }
    try Pages(queries: empty, now: { MadeUpServer.now }).register(on: router.group("empty"))
    router.get("api/v1/stream") { _, _ in self.stream() }
    router.get("api/v1/incidents/:id/stream") { _, _ in self.stream() }
    router.post("more") { _, _ in
      self.server.postMore()
      for listener in self.listeners.withLock({ $0 }) {
        listener.yield(ByteBuffer(string: "event: entry\ndata: {}\n\n"))
      }
      return Response(status: .noContent)
    }
    return router
  }

  private struct SignedIn: RouterMiddleware {
    func handle(
      _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
      var context = context
      if request.uri.path != "/sign-in" { context.caller = Caller(name: "mira", role: .approver, csrfToken: "c0ffee") }
      return try await next(request, context)
    }
  }

  private func stream() -> Response {
    let (events, listener) = AsyncStream.makeStream(of: ByteBuffer.self)
    listener.yield(ByteBuffer(string: ": open\n\n"))
    listeners.withLock { $0.append(listener) }
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: .init(asyncSequence: events.cancelOnGracefulShutdown()))
  }
}

import Foundation
import Hummingbird
import Logging
import Synchronization
import TestSupport

@testable import IncidentServer

/// Pages as they are sent, asked of the router itself.
struct PageReader {
  private let responder: RouterResponder<ServerContext>
  private let caller: Caller?

  init(
    _ server: MadeUpServer = MadeUpServer(), caller: Caller? = Caller(name: "mira", role: .viewer, csrfToken: "c0ffee")
  ) throws {
    let router = Router(context: ServerContext.self)
    let pages = try Pages(queries: server.queries, now: { MadeUpServer.now })
    pages.register(on: router)
    self.init(router, caller: caller)
  }

  init(_ router: Router<ServerContext>, caller: Caller? = nil) {
    responder = router.buildResponder()
    self.caller = caller
  }

  func get(_ path: String) async throws -> (response: Response, text: String) {
    let request = Request(
      head: .init(method: .get, scheme: "http", authority: "localhost", path: path), body: .init(buffer: ByteBuffer()))
    var context = ServerContext(logger: Logger(label: "pages"))
    context.caller = caller
    let response = try await responder.respond(to: request, context: context)
    return (response, try await Self.text(response))
  }

  static func text(_ response: Response) async throws -> String {
    let collected = Collected()
    try await response.body.write(collected)
    return String(buffer: collected.buffer.bytes.withLock { $0 })
  }

  private final class Buffer: Sendable {
    let bytes = Mutex(ByteBuffer())
  }

  private struct Collected: ResponseBodyWriter {
    let buffer = Buffer()

    func write(_ part: ByteBuffer) async throws {
      buffer.bytes.withLock { _ = $0.writeImmutableBuffer(part) }
    }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
  }

  /// What somebody reads: a line for each block, links with their targets, without the head and the drawings' points.
  static func words(_ html: String) -> String {
    let blocks = /<\/?(?:p|li|h1|h2|h3|tr|dt|dd|pre|section|summary|caption|title|option|button|figure|div|svg)\b[^>]*>/
    var text = html.replacing(/<head>.*<\/head>/.dotMatchesNewlines(), with: "")
    text = text.replacing(/<a [^>]*href="([^"]*)"[^>]*>/) { "[\($0.1)] " }
    text = text.replacing(/<input [^>]*name="([^"]*)"[^>]*>/) { "<p>field \($0.1)</p>" }
    text = text.replacing(/<\/t[hd]>/, with: " | ").replacing(/\n/, with: " ").replacing(blocks, with: "\n")
    text = text.replacing(/<[^>]*>/, with: "")
    let lines = text.split(separator: "\n").map { $0.replacing(/\ +/, with: " ").trimmingCharacters(in: .whitespaces) }
    return lines.filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
  }
}

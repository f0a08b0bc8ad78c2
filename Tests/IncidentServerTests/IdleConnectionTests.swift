import Foundation
import TestSupport
import Testing

@testable import IncidentServer

@Suite(.timeLimit(.minutes(5))) struct IdleConnectionTests {
  /// Sends a text over a connection of its own, and returns what came until the other end closed it.
  private static func exchange(_ text: String, port: Int) throws -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected, write(descriptor, text, text.utf8.count) == text.utf8.count else {
      throw BlindSpot("no connection")
    }
    var answer: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 4_096)
    while case let count = read(descriptor, &part, part.count), count > 0 { answer += part.prefix(count) }
    return String(decoding: answer, as: UTF8.self)
  }

  /// Half a request, and one after which nothing more comes: neither holds its connection for ever.
  @Test func whoSendsNothingMoreIsLetGo() async throws {
    var configuration = ServerConfiguration()
    configuration.address = ServerAddress(host: "127.0.0.1", port: 0)
    let harness = try await ServerHarness(configuration, isWorking: false)
    defer { harness.remove() }
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let running = Task { try await harness.server.run(idleSeconds: 1) { port.yield($0.port) } }
    var iterator = ports.makeAsyncIterator()
    let found = try #require(await iterator.next())
    let whole = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    let answers = try await onOwnThread {
      (try Self.exchange(String(whole.dropLast(2)), port: found), try Self.exchange(whole, port: found))
    }
    #expect(answers.0.isEmpty)
    #expect(answers.1.hasPrefix("HTTP/1.1 200") && answers.1.hasSuffix("ok\n"))
    running.cancel()
    _ = await running.result
  }
}

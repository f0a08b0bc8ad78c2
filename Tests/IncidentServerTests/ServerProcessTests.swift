import Foundation
import IncidentModel
import TestSupport
import Testing
import TextReading

@testable import IncidentServer

/// The program itself over loopback.
@Suite(.timeLimit(.minutes(8))) struct ServerProcessTests {
  private func folder() -> String { NSTemporaryDirectory() + "tocsin-serve-" + UUID().uuidString }

  private func batch(_ first: Int, _ count: Int) -> String {
    let alerts = (first..<first + count).map {
      ServerHarness.alert(["alertname": "A", "service": "s\($0 % 20)", "n": "\($0)"])
    }
    return "[" + alerts.joined(separator: ",") + "]"
  }

  /// Killed at five moments under load, never by itself: what was acknowledged is there after each start, and the
  /// incident that was being investigated is investigated to its end.
  @Test func nothingThatWasAcknowledgedIsLost() async throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var generator = SplitMix64(state: 7)
    var acknowledged: Set<Int> = []
    var next = 0
    for _ in 0..<5 {
      let server = try await ServerProcess.start(data: folder)
      try await allAreThere(acknowledged, server)
      let requests = Int(generator.next() % 40) + 5
      let senders = next
      next += requests * 10
      let arrived = await withTaskGroup(of: Int?.self) { group in
        for request in 0..<requests {
          group.addTask {
            let first = senders + request * 10
            return await server.post("/api/v2/alerts", batch(first, 10)) == 200 ? first : nil
          }
        }
        var arrived: [Int] = []
        for await first in group {
          if let first { arrived.append(first) }
          if arrived.count == requests / 2 { server.kill() }
        }
        return arrived
      }
      server.kill()
      _ = try await server.ended()
      for first in arrived { acknowledged.formUnion(first..<first + 10) }
    }
    #expect(!acknowledged.isEmpty)
    let server = try await ServerProcess.start(data: folder)
    try await allAreThere(acknowledged, server)
    try await server.until("the incident has its verdict") {
      try await $0.get("/api/v1/incidents/INC-1")["item"]?["verdict"] != nil
    }
    server.terminate()
    #expect(try await server.ended() == 0)
  }

  /// The list is up to a moment behind what was acknowledged.
  private func allAreThere(_ acknowledged: Set<Int>, _ server: ServerProcess) async throws {
    try await server.until("every acknowledged alert is listed") {
      acknowledged.subtracting(try await all($0)).isEmpty
    }
  }

  private func all(_ server: ServerProcess) async throws -> Set<Int> {
    var numbers: Set<Int> = []
    var cursor = ""
    while true {
      let page = try await server.get("/api/v1/alerts?limit=1000" + (cursor.isEmpty ? "" : "&cursor=\(cursor)"))
      for alert in page["items"]?.array ?? [] {
        if let number = (alert["labels"]?["n"]?.string).flatMap({ Int($0) }) { numbers.insert(number) }
      }
      guard let next = page["nextCursor"]?.string else { return numbers }
      cursor = next
    }
  }

  @Test func anEndInOrderEndsOpenStreamsAndAStreamGoesOnWhereItWas() async throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try await ServerProcess.start(data: folder)
    let stream = try await server.open("/api/v1/stream")
    #expect(await server.post("/api/v2/alerts", batch(0, 1)) == 200)
    var text = ""
    while !text.contains("\"id\":\"INC-1\""), let bytes = try await stream.next() {
      text += String(decoding: bytes, as: UTF8.self)
    }
    #expect(text.contains("event: incident\n"))
    try await server.until("the verdict is in") {
      try await $0.get("/api/v1/incidents/INC-1")["item"]?["verdict"] != nil
    }
    let entries = try await server.open("/api/v1/incidents/INC-1/stream")
    var log = ""
    while !log.contains("\"conclusion\""), let bytes = try await entries.next() {
      log += String(decoding: bytes, as: UTF8.self)
    }
    #expect(log.contains("event: entry\n"))
    server.terminate()
    #expect(try await server.ended() == 0)
    while let bytes = try await stream.next() { text += String(decoding: bytes, as: UTF8.self) }
  }

  private static let isPrometheusThere = FileManager.default.isExecutableFile(atPath: "/usr/bin/prometheus")

  /// A rule of a real Prometheus fires; the server hears of it from that Prometheus, asks it, and names the cause.
  @Test(.enabled(if: isPrometheusThere, "prometheus is not installed (Debian's prometheus)"))
  func aRuleOfARealPrometheusFiresAndTheCauseIsFound() async throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let port = try freePort()
    let server = try await ServerProcess.start(
      data: folder + "/data", ["--from", "prometheus=http://127.0.0.1:\(port)"])
    let prometheus = try await onOwnThread {
      try FiringPrometheus(folder: folder, port: port, alertsTo: String(server.address.dropFirst(7)))
    }
    defer { prometheus.stop() }
    try await server.until("a verdict names the cause") {
      let incident = try await $0.get("/api/v1/incidents?limit=1")["items"]?.array?.first
      return incident?["verdict"]?["component"] == "payment"
    }
    let detail = try await server.get("/api/v1/incidents/INC-1")
    #expect(detail["report"]?["outcome"] == "cause-found")
    #expect(detail["report"]?["findings"]?.array?.first?["fault"] == "cpu")
    #expect(detail["alerts"]?.array?.first?["labels"]?["alertname"] == "CheckoutSlow")
    server.terminate()
    #expect(try await server.ended() == 0)
  }

  private func freePort() throws -> Int {
    let server = try LoopbackServer { _, _ in false }
    defer { server.stop() }
    return server.port
  }
}

private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

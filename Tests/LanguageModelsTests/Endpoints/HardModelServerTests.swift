import Foundation
import HTTPTransport
import LanguageModels
import TestSupport
import Testing

/// Servers that are slow, broken or hostile: each ends in an error of ours, in time.
@Suite struct HardModelServerTests {
  private func ask(
    _ endpoint: Endpoint, _ request: ChatRequest = .formed(deadlineSeconds: 1)
  ) async -> LanguageModelError.Code? {
    await code { _ = try await endpoint.complete(request) }
  }

  @Test(arguments: [false, true]) func aServerThatNeverAnswers(streams: Bool) async throws {
    let server = try LoopbackServer { _, connection in
      connection.waitForClose()
      return false
    }
    #expect(await ask(.at(server.origin) { $0.streams = streams }) == .deadlinePassed)
  }

  @Test(arguments: [false, true]) func oneByteASecond(streams: Bool) async throws {
    let server = try LoopbackServer { _, connection in
      let type = streams ? "text/event-stream" : "application/json"
      connection.beginChunks(headers: ["Content-Type: \(type)"])
      let wait = DispatchSemaphore(value: 0)
      for byte in "data: {\"choices\":[{\"message\":" {
        guard connection.sendChunk(String(byte)) else { return false }
        _ = wait.wait(timeout: .now() + 1)
      }
      return false
    }
    #expect(await ask(.at(server.origin) { $0.streams = streams }) == .deadlinePassed)
  }

  @Test(arguments: [false, true]) func twoHundredMegabytes(streams: Bool) async throws {
    let server = try LoopbackServer { _, connection in
      let type = streams ? "text/event-stream" : "application/json"
      connection.send("HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\n\r\n{\"choices\":\"")
      let block = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
      for _ in 1...200 where !connection.send(block) { return false }
      return false
    }
    let found = await ask(.at(server.origin) { $0.streams = streams }, .asking("x"))
    #expect(found == .tooLarge)
  }

  @Test func whatIsNoAnswer() async throws {
    let bodies: [[UInt8]] = [
      Array(#"{"choices":[{"message":{"content":"cut"#.utf8), [0xff, 0xfe, 0x7b],
      Array(#"{"choices":[{"finish_reason":"stop","message":{"content":""#.utf8) + [0xc3, 0x28] + Array("\"}}]}".utf8),
      [], Array("<html>busy</html>".utf8), Array("[]".utf8), Array("null".utf8), Array(#"{"choices":[]}"#.utf8),
      Array(#"{"choices":[{"message":null}]}"#.utf8), Array(String(repeating: "[", count: 100_000).utf8),
    ]
    let next = Guarded(0)
    let server = try LoopbackServer { _, connection in
      let number = next.withLock { number in
        number += 1
        return number - 1
      }
      connection.answer(headers: ["Content-Type: application/json"], bodies[number])
      return true
    }
    let endpoint = Endpoint.at(server.origin)
    for body in bodies {
      let found = await ask(endpoint, .asking("x"))
      #expect(found == .malformedReply, "\(String(decoding: body.prefix(60), as: UTF8.self))")
    }
  }

  @Test func tooManyRequestsForEver() async throws {
    let server = try ChatServer { _, _ in .failing(429, headers: ["Retry-After: 1000"]) }
    let model = RetryingModel(Endpoint.at(server.origin), timing: .manual(ManualClock()))
    #expect(await code { _ = try await model.complete(.asking("x")) } == .rateLimited)
    #expect(server.requests.count == 1, "to wait so long would pass the deadline")
  }

  @Test func absurdCountsAreNotBelieved() async throws {
    let server = try ChatServer { _, _ in
      .json(
        #"{"choices":[{"finish_reason":"stop","message":{"content":"x"}}],"#
          + #""usage":{"prompt_tokens":9000000000000000000,"completion_tokens":-5}}"#)
    }
    let usage = try await Endpoint.at(server.origin).complete(.asking("x")).usage
    #expect((1..<1_000).contains(usage.input) && (1..<1_000).contains(usage.output))
  }

  @Test(arguments: [
    (401, "{}", LanguageModelError.Code.notAuthorized), (403, "nonsense", .notAuthorized), (404, "", .refused),
    (400, #"{"error":{"code":"context_length_exceeded"}}"#, .contextExceeded),
    (400, #"{"error":{"message":"prompt is too long: 9 tokens"}}"#, .contextExceeded), (400, "[]", .refused),
    (413, "", .contextExceeded), (429, "", .rateLimited), (429, #"{"error":{"code":"insufficient_quota"}}"#, .refused),
    (500, "", .serverFailed), (503, "", .serverFailed), (502, "<html>", .serverFailed), (302, "", .refused),
  ])
  func statuses(status: Int, body: String, expected: LanguageModelError.Code) async throws {
    let server = try ChatServer { _, _ in .failing(status, body, headers: status == 302 ? ["Location: /x"] : []) }
    #expect(await ask(.at(server.origin), .asking("x")) == expected)
  }

  @Test func neitherKeyNorPromptIsInAnError() async throws {
    let server = try ChatServer { number, _ in
      let echo = #"Incorrect API key provided: s3cr3t. You said: my prompt"#
      return .failing(
        number % 2 == 0 ? 401 : 400, #"{"error":{"message":"\#(echo)","type":"\#(echo)","code":"\#(echo)"}}"#)
    }
    for interface in ChatInterfaceKind.allCases {
      for _ in 1...2 {
        let endpoint = Endpoint.at(server.origin, interface, key: "s3cr3t")
        let error = await #expect(throws: LanguageModelError.self) { try await endpoint.complete(.asking("my prompt")) }
        #expect(error?.description.contains("s3cr3t") == false && error?.description.contains("prompt:") == false)
        #expect(error?.description.contains("my prompt") == false)
      }
    }
  }

  @Test func whatDoesNotFitIsNotSent() async throws {
    let server = try ChatServer { _, _ in .json(Wire.openAI("x")) }
    let endpoint = Endpoint.at(server.origin) { $0.contextTokens = 2_000 }
    #expect(await ask(endpoint, .asking(String(repeating: "word ", count: 1_000))) == .contextExceeded)
    #expect(server.requests.isEmpty)
  }

  @Test func nobodyListens() async {
    #expect(await ask(.at("http://127.0.0.1:1")) == .unreachable)
  }

  @Test func aProxyIsUsedWhereOneIsGiven() async throws {
    let proxy = try ChatServer { _, _ in .json(Wire.openAI("through the proxy")) }
    let endpoint = Endpoint.at("http://models.invalid/v1") { $0.proxy = proxy.origin }
    #expect(try await endpoint.complete(.asking("x")).text == "through the proxy")
    #expect(proxy.requests.first?.target == "http://models.invalid/v1/chat/completions")
  }

  @Test func cancellationEndsTheTransfer() async throws {
    let asked = DispatchSemaphore(value: 0)
    let server = try LoopbackServer { _, connection in
      asked.signal()
      connection.waitForClose()
      return false
    }
    let work = Task { try await Endpoint.at(server.origin).complete(.asking("x")) }
    await withCheckedContinuation { done in
      DispatchQueue(label: "wait").async {
        asked.wait()
        done.resume()
      }
    }
    work.cancel()
    await #expect(throws: CancellationError.self) { try await work.value }
  }
}

import BlackboardStore
import TestSupport
import Testing
import TextReading

@testable import ModelContext

@Suite struct ContextServerTests {
  private let server = ContextServer(InvestigationArchive(storage: nil, folders: []), version: "0.0.0")

  private func answer(_ text: String, headers: ContextServer.Headers? = nil) async throws -> JSONValue? {
    guard let answer = await server.answer(Array(text.utf8), headers: headers) else { return nil }
    #expect(!answer.text.contains("\n"))
    let value = try JSONValue(parsing: answer.text, name: "answer")
    #expect(value["jsonrpc"] == "2.0")
    #expect((value["error"] == nil) == (answer.error == nil))
    return value
  }

  private func code(_ text: String) async throws -> Int? { try await answer(text)?["error"]?["code"]?.integer }

  private func stateless(_ method: String, _ parameters: String = "", version: String = "2026-07-28") -> String {
    """
    {"jsonrpc":"2.0","id":7,"method":"\(method)","params":{\(parameters.isEmpty ? "" : parameters + ",")\
    "_meta":{"io.modelcontextprotocol/protocolVersion":"\(version)","io.modelcontextprotocol/clientCapabilities":{}}}}
    """
  }

  @Test func shakesHands() async throws {
    let greeting = try #require(
      try await answer(
        #"{"jsonrpc":"2.0","id":"a","method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{}}}"#
      ))
    #expect(greeting["id"] == "a" && greeting["result"]?["protocolVersion"] == "2025-06-18")
    #expect(
      greeting["result"]?["serverInfo"]?["name"] == "tocsin" && greeting["result"]?["capabilities"]?["tools"] == [:])
    #expect(try await answer(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#) == nil)
    #expect(try await answer(#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#)?["result"] == [:])
    let tools = try #require(try await answer(#"{"jsonrpc":"2.0","id":3,"method":"tools/list"}"#)?["result"])
    #expect(tools["tools"]?.array?.count == 5 && tools["resultType"] == nil && tools["ttlMs"] == nil)
    let newer = try await answer(
      #"{"jsonrpc":"2.0","id":4,"method":"initialize","params":{"protocolVersion":"2031-01-01"}}"#)
    #expect(newer?["result"]?["protocolVersion"] == "2025-11-25")
  }

  @Test func isStateless() async throws {
    let found = try #require(try await answer(stateless("server/discover"))?["result"])
    #expect(found["supportedVersions"]?.array?.first == "2026-07-28" && found["resultType"] == "complete")
    #expect(found["ttlMs"]?.integer != nil && found["cacheScope"] == "public" && found["capabilities"]?["tools"] == [:])
    let tools = try #require(try await answer(stateless("tools/list"))?["result"])
    #expect(tools["resultType"] == "complete" && tools["cacheScope"] == "public")
    for tool in tools["tools"]?.array ?? [] {
      #expect(tool["annotations"]?["readOnlyHint"] == true && tool["inputSchema"]?["type"] == "object")
    }
    let called = try await answer(stateless("tools/call", #""name":"list_incidents","arguments":{}"#))
    #expect(called?["result"]?["resultType"] == "complete" && called?["result"]?["isError"] == false)
    let old = try #require(try await answer(stateless("tools/list", version: "1999-01-01"))?["error"])
    #expect(old["code"] == -32022 && old["data"]?["supported"]?.array?.contains("2026-07-28") == true)
    #expect(old["data"]?["requested"] == "1999-01-01")
    #expect(try await code(stateless("initialize")) == -32601)
    #expect(try await code(stateless("ping")) == -32601)
    #expect(try await code(stateless("resources/list")) == -32601)
  }

  @Test func headersAgreeWithTheMessage() async throws {
    let call = stateless("tools/call", #""name":"list_incidents""#)
    let right = ContextServer.Headers(protocolVersion: "2026-07-28", method: "tools/call", name: "list_incidents")
    #expect(try await answer(call, headers: right)?["error"] == nil)
    for wrong in [
      ContextServer.Headers(protocolVersion: "2025-11-25", method: "tools/call", name: "list_incidents"),
      .init(protocolVersion: "2026-07-28", method: "tools/list", name: "list_incidents"),
      .init(protocolVersion: "2026-07-28", method: "tools/call", name: "explain_incident"),
      .init(protocolVersion: "2026-07-28", method: "tools/call"), .init(),
    ] {
      #expect(try await answer(call, headers: wrong)?["error"]?["code"] == -32020)
    }
    let old = #"{"jsonrpc":"2.0","id":3,"method":"tools/list"}"#
    #expect(try await answer(old, headers: .init(protocolVersion: "2025-11-25"))?["error"] == nil)
    #expect(try await answer(old, headers: .init(protocolVersion: "2026-07-28"))?["error"]?["code"] == -32020)
  }

  @Test(arguments: [
    ("", -32700), ("{", -32700), ("nonsense", -32700), ("[]", -32600),
    (#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600),
    ("1", -32600), ("null", -32600), (#"{"id":1,"method":"ping"}"#, -32600), (#"{"jsonrpc":"2.0","id":1}"#, -32600),
    (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600), (#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, -32600),
    (#"{"jsonrpc":"2.0","id":1,"method":5}"#, -32600), (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600),
    (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, -32602),
    (#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, -32700),
    (#"{"jsonrpc":"2.0","id":1,"method":"no/such"}"#, -32601),
    (#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#, -32602),
    (#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"rm"}}"#, -32602),
    (#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_incidents","arguments":3}}"#, -32602),
    (#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"x"}}"#, -32602),
    (#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":7}}"#, -32602),
    (
      #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":7}}}"#,
      -32602
    ),
  ])
  func answersMistakes(message: String, expected: Int) async throws {
    #expect(try await code(message) == expected)
  }

  @Test func passesOverWhatNeedsNoAnswer() async throws {
    for message in [
      #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#,
      #"{"jsonrpc":"2.0","id":4,"result":{}}"#, #"{"jsonrpc":"2.0","id":4,"error":{"code":1,"message":"x"}}"#,
      #"{"jsonrpc":"2.0","method":"no/such"}"#,
    ] {
      #expect(try await answer(message) == nil)
    }
  }

  @Test func survivesSizes() async throws {
    #expect(
      await server.answer([UInt8](repeating: 0x20, count: ContextServer.maximumMessageBytes + 1))?.error
        == .invalidRequest)
    #expect(await server.answer([UInt8](repeating: UInt8(ascii: "["), count: 500_000))?.error == .parseError)
    #expect(await server.answer([0xFF, 0xFE, 0x00])?.error == .parseError)
    let long = String(repeating: "x", count: 100_000)
    let answer = await server.answer(Array(#"{"jsonrpc":"2.0","id":1,"method":"\#(long)"}"#.utf8))
    #expect(answer?.error == .unknownMethod && (answer?.text.count ?? 0) < 1000)
  }

  @Test func survivesMutatedMessages() async throws {
    var random = SeededCharacters(seed: 11)
    let messages = [
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_incidents","arguments":{"limit":3}}}"#,
      stateless("server/discover"),
      stateless("tools/call", #""name":"get_evidence","arguments":{"incident":"a","evidence":"E1"}"#),
      #"{"jsonrpc":"2.0","id":"z","method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#,
    ]
    for round in 0..<600 {
      var bytes = Array(messages[round % messages.count].utf8)
      for _ in 0..<random.number(in: 1...5) where bytes.count > 1 {
        let place = random.number(below: bytes.count)
        switch random.number(below: 4) {
        case 0: bytes[place] = UInt8(random.number(below: 256))
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(contentsOf: bytes[..<place], at: place)
        default: bytes.removeLast(bytes.count - max(1, place))
        }
      }
      if let answer = await server.answer(bytes) {
        let value = try JSONValue(parsing: answer.text, name: "answer")
        #expect(value["id"] != nil && (value["result"] == nil) == (value["error"] != nil))
      }
    }
  }
}

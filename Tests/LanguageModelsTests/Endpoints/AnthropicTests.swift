import LanguageModels
import Testing
import TextReading

@Suite struct AnthropicTests {
  private static let answer =
    #"{"type":"message","content":[{"type":"text","text":"hello"}],"stop_reason":"end_turn","#
    + #""usage":{"input_tokens":10,"cache_read_input_tokens":4,"output_tokens":7}}"#

  @Test func asksAndAnswers() async throws {
    let server = try ChatServer { _, _ in .json(Self.answer) }
    let reply = try await Endpoint.at(server.origin + "/v1", .anthropic, key: "k3y").complete(.asking("x"))
    #expect(reply.text == "hello" && reply.finish == .complete)
    #expect(reply.usage == TokenUsage(input: 14, output: 7, cachedInput: 4, usd: 28e-6))
    let request = try #require(server.requests.first)
    #expect(request.path == "/v1/messages")
    #expect(request.headers["x-api-key"] == "k3y" && request.headers["anthropic-version"] == "2023-06-01")
    #expect(request.headers["authorization"] == nil)
    let expected: JSONValue = [
      "model": "model-1", "max_tokens": 1_000, "system": "s",
      "messages": [["role": "user", "content": [["type": "text", "text": "x"]]]],
    ]
    #expect(try server.bodies() == [expected])
  }

  @Test func resultsOfToolsAreOneTurnOfTheUser() async throws {
    let server = try ChatServer { _, _ in
      .json(
        #"{"content":[{"type":"tool_use","id":"t1","name":"series","input":{"component":"db"}}],"stop_reason":"tool_use"}"#
      )
    }
    let reply = try await Endpoint.at(server.origin, .anthropic).complete(.withTools)
    #expect(reply.finish == .toolCalls)
    #expect(reply.calls == [ToolCall(id: "t1", tool: "series", arguments: ["component": "db"])])
    let messages = try #require(try server.body(1)["messages"]?.array)
    #expect(messages.map { $0["role"]?.string } == ["user", "assistant", "user"])
    #expect(messages.dropFirst(1).first?["content"]?.array?.map { $0["type"]?.string } == ["tool_use", "tool_use"])
    #expect(
      messages.dropFirst(2).first?["content"]?.array?.map { $0["type"]?.string } == [
        "tool_result", "tool_result", "text",
      ])
    #expect(messages.dropFirst(2).first?["content"]?.array?.dropFirst().first?["is_error"] == true)
  }

  @Test func theFormIsATool() async throws {
    let server = try ChatServer { _, _ in
      .json(
        #"{"content":[{"type":"tool_use","id":"t1","name":"choice","input":{"weight":1,"id":"H2"}}],"stop_reason":"tool_use"}"#
      )
    }
    let reply = try await Endpoint.at(server.origin, .anthropic).complete(.formed())
    #expect(reply.text == #"{"id":"H2","weight":1}"# && reply.finish == .complete && reply.calls.isEmpty)
    let body = try server.body(1)
    #expect(body["tool_choice"] == ["type": "tool", "name": "choice"])
    #expect(body["tools"]?.array?.first?["input_schema"] == ChatRequest.formed().answer?.schema)
  }

  @Test func streamsAreGathered() async throws {
    let events: [(String, String)] = [
      ("message_start", #"{"type":"message_start","message":{"usage":{"input_tokens":9,"output_tokens":1}}}"#),
      ("ping", #"{"type":"ping"}"#),
      ("content_block_start", #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#),
      ("content_block_delta", #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hel"}}"#),
      ("content_block_delta", #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"lo"}}"#),
      ("content_block_stop", #"{"type":"content_block_stop","index":0}"#),
      (
        "content_block_start",
        #"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t1","name":"series","input":{}}}"#
      ),
      (
        "content_block_delta",
        #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"component\":"}}"#
      ),
      (
        "content_block_delta",
        #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"\"db\"}"}}"#
      ),
      ("message_delta", #"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":12}}"#),
      ("message_stop", #"{"type":"message_stop"}"#),
    ]
    let stream = events.map { "event: \($0.0)\ndata: \($0.1)\n\n" }.joined()
    let server = try ChatServer { number, _ in
      number == 1 ? .events(stream) : .events(String(stream.dropLast(120)))
    }
    let endpoint = Endpoint.at(server.origin, .anthropic) { $0.streams = true }
    let reply = try await endpoint.complete(.withTools)
    #expect(reply.text == "hello")
    #expect(reply.calls == [ToolCall(id: "t1", tool: "series", arguments: ["component": "db"])])
    #expect(reply.usage.input == 9 && reply.usage.output == 12)
    #expect(await code { _ = try await endpoint.complete(.withTools) } == .unreachable, "cut before its end")
  }

  @Test func nothingIsLeftOutThatWasNotSent() async throws {
    let server = try ChatServer { _, _ in .failing(400, #"{"error":{"message":"temperature and seed are unknown"}}"#) }
    #expect(await code { _ = try await Endpoint.at(server.origin, .anthropic).complete(.asking("x")) } == .refused)
    #expect(server.requests.count == 1)
  }

  @Test func anOverloadedServerIsBusy() async throws {
    let error = #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#
    let server = try ChatServer { number, _ in
      number == 1 ? .events("event: error\ndata: \(error)\n\n") : .failing(529, error, headers: ["Retry-After: 3"])
    }
    let endpoint = Endpoint.at(server.origin, .anthropic) { $0.streams = true }
    for seconds in [nil, 3.0] {
      let error = await #expect(throws: LanguageModelError.self) { try await endpoint.complete(.asking("x")) }
      #expect(error?.code == .rateLimited && error?.retryAfterSeconds == seconds)
    }
  }
}

import LanguageModels
import Testing
import TextReading

@Suite struct OpenAITests {
  @Test func asksAndAnswers() async throws {
    let server = try ChatServer { _, _ in .json(Wire.openAI("hello")) }
    let reply = try await Endpoint.at(server.origin + "/v1", key: "k3y").complete(.asking("x"))
    #expect(reply.text == "hello" && reply.finish == .complete && reply.notes.isEmpty)
    #expect(reply.usage == TokenUsage(input: 11, output: 7, cachedInput: 3, usd: 25e-6))
    let request = try #require(server.requests.first)
    #expect(request.method == "POST" && request.path == "/v1/chat/completions")
    #expect(request.headers["authorization"] == "Bearer k3y")
    let expected: JSONValue = [
      "model": "model-1", "max_completion_tokens": 1_000, "temperature": 0, "seed": 7,
      "messages": [["role": "system", "content": "s"], ["role": "user", "content": "x"]],
    ]
    #expect(try server.bodies() == [expected])
  }

  @Test func toolsGoBothWays() async throws {
    let server = try ChatServer { _, _ in
      .json(
        #"""
        {"choices":[{"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"tool_calls":[
          {"id":"c9","type":"function","function":{"name":"series","arguments":"{\"component\":\"db\"}"}},
          {"id":"","type":"function","function":{"name":"drop table","arguments":"{not json"}}]}}]}
        """#)
    }
    let reply = try await Endpoint.at(server.origin).complete(.withTools)
    #expect(reply.finish == .toolCalls)
    #expect(
      reply.calls == [
        ToolCall(id: "c9", tool: "series", arguments: ["component": "db"]),
        ToolCall(id: "call-2", tool: "drop table", arguments: nil),
      ])
    try #require(reply.calls.count == 2)
    #expect(reply.calls[0].mistake(offered: ChatRequest.withTools.tools) == nil)
    #expect(reply.calls[1].mistake(offered: ChatRequest.withTools.tools) != nil)
    #expect(reply.usage.input > 0 && reply.usage.output > 0, "estimated where the server does not count")
    let messages = try #require(try server.body(1)["messages"]?.array)
    #expect(messages.map { $0["role"]?.string } == ["system", "user", "assistant", "tool", "tool", "user"])
    #expect(messages.dropFirst(2).first?["tool_calls"]?.array?.count == 2)
    #expect(
      messages.dropFirst(2).first?["tool_calls"]?.array?.first?["function"]?["arguments"] == #"{"component":"a"}"#)
    #expect(
      messages.dropFirst(4).first?["tool_call_id"] == "call-b"
        && messages.dropFirst(4).first?["content"] == "error: no such component")
  }

  @Test func streamsAreGathered() async throws {
    let server = try ChatServer { _, _ in
      .events(
        ": keep-alive\r\n\r\n"
          + #"data: {"choices":[{"delta":{"role":"assistant","content":""}}]}"# + "\n\n"
          + #"data: {"choices":[{"delta":{"content":"hé"}}]}"# + "\n\n"
          + #"data: {"choices":[{"delta":{"content":"llo"}}]}"# + "\n\n"
          + #"data: {"choices":[{"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"logs"}}]}}]}"# + "\n\n"
          + #"data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"series","arguments":"{\"compo"}}]}}]}"#
          + "\n\n"
          + #"data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"nent\":\"db\"}"}}]}}]}"#
          + "\n\n"
          + #"data: {"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"# + "\n\n"
          + #"data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":6}}"# + "\n\ndata: [DONE]\n\n")
    }
    let reply = try await Endpoint.at(server.origin) { $0.streams = true }.complete(.withTools)
    #expect(reply.text == "héllo" && reply.finish == .toolCalls)
    #expect(
      reply.calls == [
        ToolCall(id: "a", tool: "series", arguments: ["component": "db"]),
        ToolCall(id: "b", tool: "logs", arguments: [:]),
      ])
    #expect(reply.usage.total == 11)
    #expect(try server.body(1)["stream_options"]?["include_usage"] == true)
  }

  @Test func serversThatDoNotStreamAreUnderstood() async throws {
    let server = try ChatServer { _, body in
      body["stream"] == true
        ? .json(Wire.openAI("whole")) : .events("data: \(Wire.openAI("", finish: "stop"))\n\ndata: [DONE]\n\n")
    }
    let reply = try await Endpoint.at(server.origin) { $0.streams = true }.complete(.asking("x"))
    #expect(reply.text == "whole")
    #expect(try await Endpoint.at(server.origin).complete(.asking("x")).finish == .complete)
  }

  @Test(arguments: [
    ("length", ChatReply.Finish.truncated), ("content_filter", .declined), ("whatever", .truncated),
    ("stop", .complete),
  ])
  func whyItEndedIsKept(finish: String, expected: ChatReply.Finish) async throws {
    let server = try ChatServer { _, _ in .json(Wire.openAI("{}", finish: finish)) }
    #expect(try await Endpoint.at(server.origin).complete(.asking("x")).finish == expected)
  }

  @Test func aStreamThatBreaksOffIsNoAnswer() async throws {
    let server = try ChatServer { _, _ in .events(#"data: {"choices":[{"delta":{"content":"half"}}]}"# + "\n\n") }
    let endpoint = Endpoint.at(server.origin) { $0.streams = true }
    #expect(await code { _ = try await endpoint.complete(.asking("x")) } == .unreachable)
  }

  @Test func anErrorInTheStreamIsAnError() async throws {
    let server = try ChatServer { _, _ in
      .events(#"data: {"error":{"message":"the prompt was: secret","code":"overloaded_error"}}"# + "\n\n")
    }
    let endpoint = Endpoint.at(server.origin) { $0.streams = true }
    let error = await #expect(throws: LanguageModelError.self) { try await endpoint.complete(.asking("x")) }
    #expect(error?.code == .rateLimited)
    #expect(error?.detail.contains("secret") == false)
  }

  @Test func fieldsThatAServerDoesNotKnowAreLeftOutAndRemembered() async throws {
    let server = try ChatServer { _, body in
      for field in ["temperature", "seed", "max_completion_tokens"] where body[field] != nil {
        return .failing(
          400, #"{"error":{"message":"Unsupported parameter: '\#(field)'","param":"\#(field)","code":"unsupported"}}"#)
      }
      return .json(Wire.openAI("ok"))
    }
    let endpoint = Endpoint.at(server.origin)
    let reply = try await endpoint.complete(.asking("x"))
    #expect(reply.text == "ok" && reply.usage.requests == 4 && reply.notes.count == 3)
    #expect(try await endpoint.complete(.asking("y")).usage.requests == 1)
    #expect(try server.bodies().last?["max_tokens"] == 1_000)
  }
}

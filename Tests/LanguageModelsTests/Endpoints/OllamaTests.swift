import LanguageModels
import Testing
import TextReading

@Suite struct OllamaTests {
  private func line(_ text: String, done: Bool = true, prompt: Int = 20) -> String {
    let end = done ? #","done_reason":"stop","prompt_eval_count":\#(prompt),"eval_count":4"# : ""
    return #"{"message":{"role":"assistant","content":\#(Wire.quoted(text))},"done":\#(done)\#(end)}"#
  }

  @Test func asksAndAnswers() async throws {
    let server = try ChatServer { [self] _, _ in .json(line("hello")) }
    let reply = try await Endpoint.at(server.origin, .ollama) { $0.contextTokens = 9_000 }.complete(.asking("x"))
    #expect(reply.text == "hello" && reply.usage.input == 20 && reply.usage.output == 4)
    #expect(server.requests.first?.path == "/api/chat")
    let body = try server.body(1)
    #expect(body["options"] == ["temperature": 0, "seed": 7, "num_ctx": 9_000, "num_predict": 1_000])
    #expect(body["stream"] == false)
  }

  @Test func streamsAreLines() async throws {
    let server = try ChatServer { [self] number, _ in
      let parts = [line("hel", done: false), line("lo", done: false), line("")]
      return ChatServer.Answer(
        headers: ["Content-Type: application/x-ndjson"],
        body: number == 1 ? parts.joined(separator: "\n") : parts[0] + "\n")
    }
    let endpoint = Endpoint.at(server.origin, .ollama) { $0.streams = true }
    #expect(try await endpoint.complete(.asking("x")).text == "hello")
    #expect(await code { _ = try await endpoint.complete(.asking("x")) } == .unreachable)
  }

  @Test func toolsHaveNoNamesOfTheirOwn() async throws {
    let server = try ChatServer { _, _ in
      .json(
        #"{"message":{"content":"","tool_calls":[{"function":{"name":"series","arguments":{"component":"db"}}}]},"#
          + #""done":true,"done_reason":"stop"}"#)
    }
    let reply = try await Endpoint.at(server.origin, .ollama).complete(.withTools)
    #expect(reply.finish == .toolCalls)
    #expect(reply.calls == [ToolCall(id: "call-1", tool: "series", arguments: ["component": "db"])])
    let messages = try #require(try server.body(1)["messages"]?.array)
    #expect(messages.dropFirst(2).first?["tool_calls"]?.array?.first?["function"]?["arguments"] == ["component": "a"])
    #expect(messages.dropFirst(3).first?["tool_name"] == "series")
  }

  @Test func theFormIsASchemaAndThenWords() async throws {
    let server = try ChatServer { [self] number, _ in
      .json(line(number == 1 ? "I think H1." : #"{"id":"H1","weight":0.5}"#))
    }
    let reply = try await Endpoint.at(server.origin, .ollama).complete(.formed())
    #expect(reply.text == #"{"id":"H1","weight":0.5}"#)
    #expect(try server.bodies().map { $0["format"] } == [ChatRequest.formed().answer?.schema, "json"])
  }

  @Test func aPromptThatWasCutIsNoticed() async throws {
    let server = try ChatServer { [self] _, _ in .json(line("as you wish", prompt: 2_048)) }
    let endpoint = Endpoint.at(server.origin, .ollama)
    let long = String(repeating: "2026-03-01 03:12:40 db error: too many connections\n", count: 300)
    #expect(await code { _ = try await endpoint.complete(.asking(long)) } == .contextExceeded)
  }

  @Test func itsErrorsAreTold() async throws {
    let server = try ChatServer { number, _ in
      number == 1 ? .failing(404, #"{"error":"model 'model-1' not found"}"#) : .json(#"{"error":"out of memory"}"#)
    }
    let endpoint = Endpoint.at(server.origin, .ollama)
    #expect(await code { _ = try await endpoint.complete(.asking("x")) } == .refused)
    #expect(await code { _ = try await endpoint.complete(.asking("x")) } == .serverFailed)
  }
}

import LanguageModels
import Testing
import TextReading

/// Servers that keep to the form of an answer, and those that do not.
@Suite struct AnswerFormTests {
  private let good = #"{"id":"H1","weight":0.5}"#

  private func asked(_ texts: [String], twice: Bool = false) async throws -> (
    ChatReply?, LanguageModelError?, ChatServer
  ) {
    let server = try ChatServer { number, _ in .json(Wire.openAI(texts[min(number, texts.count) - 1])) }
    do {
      return (try await Endpoint.at(server.origin).complete(.formed()), nil, server)
    } catch {
      return (nil, error as? LanguageModelError, server)
    }
  }

  @Test func aServerThatKeepsToItIsAskedOnce() async throws {
    let (reply, _, server) = try await asked([good])
    #expect(reply?.text == good && reply?.notes.isEmpty == true)
    let format = try server.body(1)["response_format"]
    #expect(format?["type"] == "json_schema" && format?["json_schema"]?["strict"] == true)
    #expect(format?["json_schema"]?["schema"] == ChatRequest.formed().answer?.schema)
  }

  @Test func fencesAndWordsAroundItDoNoHarm() async throws {
    for text in ["```json\n\(good)\n```", "Sure!\n```\n\(good)\n```\nDone.", "The answer is \(good)."] {
      let (reply, _, server) = try await asked([text])
      #expect(reply?.text == good)
      #expect(server.requests.count == 1)
    }
  }

  @Test func aServerThatIgnoresItIsAskedInWords() async throws {
    let (reply, _, server) = try await asked(["H1, I guess", good])
    #expect(reply?.text == good && reply?.usage.requests == 2 && reply?.notes.count == 1)
    let second = try server.body(2)
    #expect(second["response_format"] == nil)
    #expect(second["messages"]?.array?.first?["content"]?.string?.contains(#""enum":["H1","H2"]"#) == true)
  }

  @Test func oneRepairIsAskedFor() async throws {
    let (reply, _, server) = try await asked(["no", #"{"id":"H7","weight":1}"#, good])
    #expect(reply?.text == good && reply?.notes.count == 2)
    let messages = try #require(try server.body(3)["messages"]?.array)
    #expect(messages.map { $0["role"]?.string } == ["system", "user", "assistant", "user"])
    #expect(messages.dropFirst(3).first?["content"]?.string?.contains("the answer.id must be one of") == true)
  }

  @Test func afterTheRepairItIsGivenUp() async throws {
    let (reply, error, server) = try await asked([#"{"id":"H7","weight":1}"#])
    #expect(reply == nil && error?.code == .malformedReply && error?.usage.requests == 3)
    #expect(server.requests.count == 3)
  }

  @Test func aServerThatRefusesTheFieldIsAskedInWords() async throws {
    let server = try ChatServer { [good] _, body in
      body["response_format"] == nil
        ? .json(Wire.openAI(good)) : .failing(400, #"{"error":{"message":"unknown field response_format"}}"#)
    }
    let endpoint = Endpoint.at(server.origin)
    #expect(try await endpoint.complete(.formed()).usage.requests == 2)
    #expect(try await endpoint.complete(.formed()).usage.requests == 1)
  }

  @Test func whoIgnoresItAlwaysIsNoLongerAskedForIt() async throws {
    let server = try ChatServer { [good] _, body in .json(Wire.openAI(body["response_format"] == nil ? good : "no")) }
    let endpoint = Endpoint.at(server.origin)
    var requests: [Int] = []
    for _ in 1...4 { requests.append(try await endpoint.complete(.formed()).usage.requests) }
    #expect(requests == [2, 2, 1, 1])
  }

  @Test func whatIsCutIsNeverUsed() async throws {
    let server = try ChatServer { [good] _, _ in .json(Wire.openAI(good, finish: "length")) }
    let error = await #expect(throws: LanguageModelError.self) {
      try await Endpoint.at(server.origin).complete(.formed())
    }
    #expect(error?.code == .malformedReply && error?.usage.requests == 1)
  }

  @Test func callsAndRefusalsPass() async throws {
    let server = try ChatServer { number, _ in
      number == 1
        ? .json(#"{"choices":[{"finish_reason":"stop","message":{"content":null,"refusal":"I will not"}}]}"#)
        : .json(
          #"{"choices":[{"finish_reason":"stop","message":{"tool_calls":[{"id":"a","function":{"name":"series","arguments":"{}"}}]}}]}"#
        )
    }
    let endpoint = Endpoint.at(server.origin)
    let refusal = try await endpoint.complete(.formed())
    #expect(refusal.finish == .declined && refusal.text == "I will not")
    #expect(try await endpoint.complete(.formed()).finish == .toolCalls)
  }
}

@Suite struct JSONSchemaTests {
  private static let schema: JSONValue = [
    "type": "object", "additionalProperties": false, "required": ["a"],
    "properties": [
      "a": ["type": "array", "items": ["type": "string", "maxLength": 3], "maxItems": 2],
      "b": ["type": ["integer", "null"], "minimum": 0, "maximum": 9],
      "c": ["anyOf": [["const": 1], ["type": "boolean"]]],
    ],
  ]

  @Test(arguments: [
    #"{"a":[]}"#, #"{"a":["x","äöü"],"b":null}"#, #"{"a":[],"b":9}"#, #"{"a":[],"c":true}"#, #"{"a":[],"c":1}"#,
  ])
  func fits(text: String) throws {
    #expect(JSONSchema(Self.schema).mistake(in: try JSONValue(parsing: text, name: "x")) == nil)
  }

  @Test(arguments: [
    ("[]", "the answer must be of the type object"), ("{}", "the answer has no “a”"),
    (#"{"a":[],"d":1}"#, "the answer must not have “d”"),
    (#"{"a":["long"]}"#, "the answer.a[0] must be at most 3.0 characters long"),
    (#"{"a":[1]}"#, "the answer.a[0] must be of the type string"),
    (#"{"a":["1","2","3"]}"#, "the answer.a must be at most 2.0 elements long"),
    (#"{"a":[],"b":1.5}"#, "the answer.b must be of the type integer or null"),
    (#"{"a":[],"b":10}"#, "the answer.b must be at most 9.0"),
    (#"{"a":[],"c":2}"#, "the answer.c fits none of the schemas that it may"),
  ])
  func doesNotFit(text: String, mistake: String) throws {
    #expect(JSONSchema(Self.schema).mistake(in: try JSONValue(parsing: text, name: "x")) == mistake)
  }

  @Test func whatIsNotKnownIsNotTakenForChecked() {
    #expect(JSONSchema(["type": "string", "pattern": "a+"]).mistake(in: "a") != nil)
  }
}

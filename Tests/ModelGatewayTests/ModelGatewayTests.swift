import Foundation
import HTTPTransport
import LanguageModels
import Testing
import TextReading

@testable import Commands

private let notInstalled: Comment = """
  LiteLLM and the vendors' packages are not installed in .build/python/gateway: make python-environments does that, \
  and needs Python 3 and PyPI
  """

extension ChatRequest {
  fileprivate static func asking(_ text: String, deadlineSeconds: Double = 120) -> ChatRequest {
    ChatRequest(system: "s", messages: [.user(text)], deadlineSeconds: deadlineSeconds)
  }

  fileprivate static var formed: ChatRequest {
    var request = ModelCommand.question
    request.deadlineSeconds = 120
    return request
  }

  fileprivate static var withTools: ChatRequest {
    let call = ToolCall(id: "call_0", tool: "series", arguments: ["component": "web"])
    var request = asking("why?")
    request.messages += [
      .assistant("Let me see.", calls: [call]), .result(of: call, content: "no data", isError: true),
      .user("Look at db."),
    ]
    request.tools = [
      ChatTool(
        name: "series", description: "A component's series.",
        parameters: [
          "type": "object", "additionalProperties": false, "required": ["component"],
          "properties": ["component": ["type": "string"]],
        ])
    ]
    return request
  }
}

private func code(_ work: () async throws -> Void) async -> LanguageModelError.Code? {
  do {
    try await work()
    return nil
  } catch {
    return (error as? LanguageModelError)?.code
  }
}

/// LiteLLM's proxy, a gateway that teams run, with models that answer without anybody behind them.
@Suite(.enabled(if: PythonServer.isInstalled, notInstalled), .timeLimit(.minutes(10))) struct ModelGatewayTests {
  private static let key = "sk-loopback"
  private static let gateway = Task {
    try await PythonServer(
      "gateway.py", [PythonServer.folder.appending(path: "gateway.yaml").path],
      environment: ["LITELLM_MASTER_KEY": key, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False"])
  }

  private func model(
    _ name: String, _ interface: ChatInterfaceKind = .openAI, streams: Bool = false, key: String? = Self.key
  ) async throws -> Endpoint {
    var settings = ModelSettings(
      name: name, interface: interface, baseURL: try await Self.gateway.value.origin + "/v1", modelID: name)
    settings.streams = streams
    return Endpoint(settings, key: key, timing: .real(seed: 1))
  }

  @Test(arguments: [false, true]) func chat(streams: Bool) async throws {
    let reply = try await model("plain", streams: streams).complete(.asking("Are you there?"))
    #expect(reply.text == "Ready when you are." && reply.finish == .complete)
    #expect(reply.usage.input > 0 && reply.usage.output > 0 && reply.usage.requests == 1)
  }

  @Test func chatOverTheOtherInterface() async throws {
    let reply = try await model("plain", .anthropic).complete(.asking("Are you there?"))
    #expect(reply.text == "Ready when you are." && reply.finish == .complete)
  }

  @Test func aFormThatIsKept() async throws {
    let reply = try await model("formed").complete(.formed)
    #expect(reply.text == #"{"ready":true}"# && reply.usage.requests == 1)
  }

  @Test func aFormThatIsIgnored() async throws {
    let error = await #expect(throws: LanguageModelError.self) { try await model("plain").complete(.formed) }
    #expect(error?.code == .malformedReply && error?.usage.requests == 3)
  }

  @Test func toolsAreCalled() async throws {
    let reply = try await model("tools").complete(.withTools)
    #expect(reply.finish == .toolCalls)
    #expect(reply.calls == [ToolCall(id: "call_1", tool: "series", arguments: ["component": "db"])])
    #expect(reply.calls.first?.mistake(offered: ChatRequest.withTools.tools) == nil)
  }

  @Test func failuresAreTold() async throws {
    #expect(await code { _ = try await model("busy").complete(.asking("x")) } == .rateLimited)
    #expect(await code { _ = try await model("broken").complete(.asking("x")) } == .serverFailed)
    #expect(await code { _ = try await model("nobody").complete(.asking("x")) } == .refused)
    #expect(await code { _ = try await model("plain", key: nil).complete(.asking("x")) } == .notAuthorized)
  }

  @Test func aBusyModelGivesWayToItsFallback() async throws {
    let session = ModelSession(
      [ModelRung(try await model("busy")), ModelRung(try await model("plain"))], budget: ModelBudget(),
      timing: .real(seed: 1))
    let reply = try await session.model(forIncident: "i").complete(.asking("x"))
    #expect(reply.text == "Ready when you are.")
    #expect(reply.usage.requests > 1 && reply.notes.first?.contains("rateLimited") == true)
  }

  @Test func theCommandChecksAModel() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "gateway-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for name in ["agents", "prompts"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    }
    let origin = try await Self.gateway.value.origin
    let models = ["formed", "plain", "busy"].map { name in
      "  \(name): {interface: openai, baseURL: \(origin)/v1, model: \(name), contextTokens: 8000, "
        + "price: {input: 1, output: 1}, keyFromFile: key.txt}\n"
    }
    try Data(("models:\n" + models.joined()).utf8).write(to: URL(filePath: folder + "/tocsin.yaml"))
    try Data("\(Self.key)\n".utf8).write(to: URL(filePath: folder + "/key.txt"))
    var statuses: [String: Int32] = [:]
    for name in ["formed", "plain", "busy", "nobody"] {
      statuses[name] = await TocsinCommand.run(["model", "check", name, "--project", folder, "--quiet"])
    }
    #expect(statuses == ["formed": 0, "plain": 69, "busy": 69, "nobody": 64])
  }
}

/// Servers made of the vendors' own packages, which check what is asked and build what is answered.
@Suite(.enabled(if: PythonServer.isInstalled, notInstalled), .timeLimit(.minutes(10))) struct VendorPackageTests {
  private static let counterpart = Task { try await PythonServer("counterpart.py") }

  private func model(_ interface: ChatInterfaceKind, _ streams: Bool) async throws -> Endpoint {
    var settings = ModelSettings(
      name: "m", interface: interface, baseURL: try await Self.counterpart.value.origin + "/v1", modelID: "model-1")
    settings.streams = streams
    return Endpoint(settings, key: "sk-loopback", timing: .real(seed: 1), quotesServer: true)
  }

  @Test(arguments: [ChatInterfaceKind.openAI, .anthropic], [false, true])
  func theyTakeWhatIsAskedAndSayWhatIsUnderstood(interface: ChatInterfaceKind, streams: Bool) async throws {
    let model = try await model(interface, streams)
    let plain = try await model.complete(.asking("x"))
    #expect(plain.text == "Ready." && plain.finish == .complete)
    #expect(plain.usage.input == 21 && plain.usage.output == 4)
    let tools = try await model.complete(.withTools)
    #expect(tools.finish == .toolCalls && tools.calls.map(\.tool) == ["series"])
    #expect(tools.calls.first?.arguments == ["component": "db"])
    let formed = try await model.complete(.formed)
    #expect(formed.text == #"{"ready":true}"#)
    // No field was refused and nothing had to be repaired.
    #expect((plain.notes + tools.notes + formed.notes).isEmpty)
  }

  @Test func theyRefuseWhatIsNotTheirs() async throws {
    var request = ChatRequest.asking("x")
    request.tools = [ChatTool(name: "t", description: "d", parameters: "no schema")]
    for interface in [ChatInterfaceKind.openAI, .anthropic] {
      #expect(await code { _ = try await model(interface, false).complete(request) } == .refused)
    }
  }
}

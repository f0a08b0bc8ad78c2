import TextReading

/// The Model Context Protocol over investigations: a message in, at most one message out, nothing kept between them.
///
/// It speaks the stateless revision 2026-07-28 (`server/discover`, a protocol version in each request's `_meta`,
/// `resultType` in results) and the handshake revisions before it (`initialize`). A request says by its `_meta` which of
/// the two it is. Transports are shells around `answer`.
package struct ContextServer: Sendable {
  package static let statelessVersion = "2026-07-28"
  /// Newest first.
  package static let handshakeVersions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]
  /// A longer message is not read.
  package static let maximumMessageBytes = 1 << 20

  /// What a transport's headers say of the message; nil where it has none.
  package struct Headers: Hashable, Sendable {
    package var protocolVersion: String?
    package var method: String?
    package var name: String?

    package init(protocolVersion: String? = nil, method: String? = nil, name: String? = nil) {
      self.protocolVersion = protocolVersion
      self.method = method
      self.name = name
    }
  }

  /// A message to send back.
  package struct Answer: Hashable, Sendable {
    /// One line of JSON.
    package var text: String
    /// Nil for a result.
    package var error: RemoteError.Code?
  }

  private let tools: IncidentTools
  private let version: String

  /// - Parameters:
  ///   - version: the program's own.
  ///   - decisions: of the alert desk beside it, where there is one.
  package init(_ archive: InvestigationArchive, version: String, decisions: DeskDecisions? = nil) {
    tools = IncidentTools(archive, decisions: decisions)
    self.version = version
  }

  /// The answer to one message; nil where none is due. Never throws: whatever comes is answered or passed over.
  package func answer(_ message: [UInt8], headers: Headers? = nil) async -> Answer? {
    guard message.count <= Self.maximumMessageBytes else { return Self.tooLong }
    switch RemoteCall(message) {
    case .notification, .answer: return nil
    case .malformed(let id, let error): return Self.failure(id, error)
    case .request(let id, let method, let parameters):
      do {
        let result = try await result(of: method, parameters, headers)
        return Answer(text: JSONValue.object(["jsonrpc": "2.0", "id": id, "result": .object(result)]).text)
      } catch let error as RemoteError {
        return Self.failure(id, error)
      } catch {
        return Self.failure(id, RemoteError(.internalError, "\(error)"))
      }
    }
  }

  /// What a transport sends for a message that it did not read to its end.
  package static var tooLong: Answer {
    failure(.null, RemoteError(.invalidRequest, "a message may have \(maximumMessageBytes) bytes"))
  }

  private static func failure(_ id: JSONValue, _ error: RemoteError) -> Answer {
    Answer(text: JSONValue.object(["jsonrpc": "2.0", "id": id, "error": error.json]).text, error: error.code)
  }

  private func result(
    of method: String, _ parameters: JSONValue, _ headers: Headers?
  ) async throws -> [String: JSONValue] {
    let stated = parameters["_meta"]?["io.modelcontextprotocol/protocolVersion"]
    let isStateless = stated != nil || method == "server/discover"
    try check(headers, stated: stated?.string, method: method, parameters)
    if let stated {
      guard let requested = stated.string else {
        throw RemoteError(.invalidParameters, "the protocol version has to be a string")
      }
      guard requested == Self.statelessVersion else {
        throw RemoteError(
          .unsupportedVersion, "protocol version \(requested.prefix(40)) is not spoken here",
          data: ["supported": .array(Self.allVersions), "requested": .string(String(requested.prefix(40)))])
      }
    }
    var result: [String: JSONValue]
    switch method {
    case "server/discover": result = discovery
    case "initialize" where !isStateless: return try initialization(parameters)
    case "ping" where !isStateless: return [:]
    case "tools/list":
      guard parameters["cursor"].map({ $0 == .null }) ?? true else {
        throw RemoteError(.invalidParameters, "the list has one page; this cursor was not given out here")
      }
      result = ["tools": .array(IncidentTools.descriptions)]
      if isStateless { result.merge(Self.caching) { $1 } }
    case "tools/call": result = try await call(parameters)
    default: throw RemoteError(.unknownMethod, "there is no method \(method.prefix(80)) here")
    }
    if isStateless { result["resultType"] = "complete" }
    return result
  }

  private static let allVersions = ([statelessVersion] + handshakeVersions).map { JSONValue.string($0) }
  /// The tools stay the same as long as the program does.
  private static let caching: [String: JSONValue] = ["ttlMs": 3_600_000, "cacheScope": "public"]

  private var discovery: [String: JSONValue] {
    Self.caching.merging([
      "supportedVersions": .array(Self.allVersions), "capabilities": ["tools": [:]],
      "instructions": .string(IncidentTools.instructions),
      "_meta": ["io.modelcontextprotocol/serverInfo": identity],
    ]) { $1 }
  }

  private var identity: JSONValue { ["name": "tocsin", "title": "Tocsin", "version": .string(version)] }

  /// The client's version where it is spoken here, otherwise the newest.
  private func initialization(_ parameters: JSONValue) throws -> [String: JSONValue] {
    guard let requested = parameters["protocolVersion"]?.string else {
      throw RemoteError(.invalidParameters, "`protocolVersion` has to be a string")
    }
    let agreed = Self.handshakeVersions.contains(requested) ? requested : Self.handshakeVersions[0]
    return [
      "protocolVersion": .string(agreed), "capabilities": ["tools": [:]], "serverInfo": identity,
      "instructions": .string(IncidentTools.instructions),
    ]
  }

  private func call(_ parameters: JSONValue) async throws -> [String: JSONValue] {
    guard let name = parameters["name"]?.string else {
      throw RemoteError(.invalidParameters, "`name` has to be the name of a tool")
    }
    let arguments = parameters["arguments"] ?? [:]
    guard let members = arguments == .null ? [:] : arguments.object else {
      throw RemoteError(.invalidParameters, "`arguments` has to be an object")
    }
    guard let tool = IncidentTools.Tool(rawValue: name) else {
      throw RemoteError(.invalidParameters, "there is no tool \(name.prefix(80)) here")
    }
    return await tools.call(tool, ToolArguments(members))
  }

  /// Over HTTP the stateless revision repeats version, method and name in headers; they have to agree with the message.
  private func check(_ headers: Headers?, stated: String?, method: String, _ parameters: JSONValue) throws {
    guard let headers, stated != nil || headers.protocolVersion == Self.statelessVersion else { return }
    let pairs = [
      ("MCP-Protocol-Version", headers.protocolVersion, stated), ("Mcp-Method", headers.method, method),
      ("Mcp-Name", headers.name, method == "tools/call" ? parameters["name"]?.string : nil),
    ]
    for (header, given, expected) in pairs where given != expected {
      throw RemoteError(.headerMismatch, "the header \(header) says something else than the message")
    }
  }
}

import TextReading

/// One message of JSON-RPC 2.0, read from bytes that anybody may have sent.
enum RemoteCall: Hashable, Sendable {
  /// A string or a number.
  typealias ID = JSONValue

  case request(id: ID, method: String, parameters: JSONValue)
  /// Nobody waits for an answer.
  case notification(method: String)
  /// An answer to something that was never asked.
  case answer
  case malformed(id: ID, RemoteError)

  static let maximumDepth = 64

  init(_ bytes: [UInt8]) {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: bytes, name: "message")
    } catch {
      self = .malformed(id: .null, RemoteError(.parseError, "this is not JSON: \(error)"))
      return
    }
    guard let members = value.object else {
      let what = value.array == nil ? "a message is one JSON object" : "messages come one by one, not in an array"
      self = .malformed(id: .null, RemoteError(.invalidRequest, what))
      return
    }
    let id = members["id"]
    let isIdentified = id?.string != nil || id?.number != nil
    guard members["jsonrpc"] == "2.0" else {
      self = .malformed(
        id: isIdentified ? id ?? .null : .null, RemoteError(.invalidRequest, "`jsonrpc` has to be \"2.0\""))
      return
    }
    guard let method = members["method"]?.string else {
      let isAnswer = members["result"] != nil || members["error"] != nil
      self =
        isAnswer
        ? .answer
        : .malformed(id: isIdentified ? id ?? .null : .null, RemoteError(.invalidRequest, "`method` is missing"))
      return
    }
    guard let id else {
      self = .notification(method: method)
      return
    }
    guard isIdentified else {
      self = .malformed(id: .null, RemoteError(.invalidRequest, "`id` has to be a string or a number"))
      return
    }
    let parameters = members["params"] ?? [:]
    guard parameters.object != nil else {
      self = .malformed(id: id, RemoteError(.invalidParameters, "`params` has to be an object"))
      return
    }
    self = .request(id: id, method: method, parameters: parameters)
  }
}

/// Why a request has no result.
package struct RemoteError: Error, Hashable, Sendable {
  package enum Code: Int, Sendable {
    case parseError = -32700
    case invalidRequest = -32600
    case unknownMethod = -32601
    case invalidParameters = -32602
    case internalError = -32603
    /// A header of the transport says something else than the message.
    case headerMismatch = -32020
    case unsupportedVersion = -32022
  }

  package var code: Code
  package var message: String
  package var data: JSONValue?

  init(_ code: Code, _ message: String, data: JSONValue? = nil) {
    self.code = code
    self.message = String(message.prefix(500))
    self.data = data
  }

  var json: JSONValue {
    var members: [String: JSONValue] = ["code": .number(Double(code.rawValue)), "message": .string(message)]
    members["data"] = data
    return .object(members)
  }
}

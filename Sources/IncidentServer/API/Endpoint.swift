import Foundation
import Hummingbird

/// One route with everything that is said of it: the router, the table of roles and the OpenAPI document are all made
/// from this.
struct Endpoint: Sendable {
  struct Parameter: Sendable, Hashable {
    enum Place: String, Sendable { case query, path, header }
    enum Kind: Sendable, Hashable {
      case text
      case integer(ClosedRange<Int>)
      case choice([String])
    }

    var name: String
    var place = Place.query
    var kind = Kind.text
    var description: String
    /// One that there may be, for those who try the document out.
    var example: String?
  }

  var method: HTTPRequest.Method
  /// With parameters in braces.
  var path: String
  var access: Access
  /// What it does, in the imperative.
  var summary: String
  var parameters: [Parameter] = []
  /// What it reads; empty where it reads no body.
  var bodyTypes: [String] = []
  /// The names of the schemas of what it reads and of what it answers; nil where nothing is said of the shape.
  var body: String?
  var answer: String?
  /// What it sends with `status`; empty for nothing.
  var answerType = "application/json"
  var status = HTTPResponse.Status.ok
  /// The statuses of its own errors, besides those that its access and its parameters bring with them.
  var failures: [HTTPResponse.Status] = []
  var respond: @Sendable (Request, ServerContext) async throws -> Response

  init(
    _ method: HTTPRequest.Method, _ path: String, _ access: Access, _ summary: String,
    parameters: [Parameter] = [], bodyTypes: [String] = [], body: String? = nil,
    answer: String? = nil, answerType: String = "application/json",
    status: HTTPResponse.Status = .ok, failures: [HTTPResponse.Status] = [],
    respond: @escaping @Sendable (Request, ServerContext) async throws -> Response
  ) {
    self.method = method
    self.path = path
    self.access = access
    self.summary = summary
    self.parameters = parameters
    self.bodyTypes = bodyTypes
    self.body = body
    self.answer = answer
    self.answerType = answerType
    self.status = status
    self.failures = failures
    self.respond = respond
  }
}

extension Response {
  /// A value as JSON with sorted keys.
  static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
    json(text: try StoredDocument.text(value), status: status)
  }

  static func json(text: String, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text + "\n")))
  }

  static func text(_ text: String, type: String = "text/plain; charset=utf-8", status: HTTPResponse.Status = .ok)
    -> Response
  {
    Response(status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  /// With an entity tag over the document; without its body where the client has it already.
  static func tagged(_ value: some Encodable, for request: Request) throws -> Response {
    let text = try StoredDocument.text(value)
    let tag = "\"" + Secrets.digest(text).dropFirst(7).prefix(32) + "\""
    let known =
      request.headers[.ifNoneMatch]?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } ?? []
    var response =
      known.contains(tag) || known.contains("W/" + tag) || known.contains("*")
      ? Response(status: .notModified) : json(text: text)
    response.headers[.eTag] = tag
    response.headers[.cacheControl] = "no-cache"
    return response
  }
}

/// What a query says, checked against what the endpoint takes.
struct QueryReading: Sendable {
  let request: Request

  init(_ request: Request) { self.request = request }

  func text(_ name: String) -> String? {
    request.uri.queryParameters[Substring(name)].map(String.init).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// - Throws: `Problem` for what is no number in the range.
  func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let text = text(name) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw Problem(.badRequest, "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// - Throws: `Problem` for a word that is not one of them.
  func choice<Choice: RawRepresentable & CaseIterable>(_ name: String) throws -> Choice?
  where Choice.RawValue == String {
    guard let text = text(name) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      throw Problem(
        .badRequest, "\(name) must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return choice
  }
}

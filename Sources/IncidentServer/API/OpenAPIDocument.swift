import Hummingbird
import TextReading

/// The OpenAPI 3.1 document of the endpoints, made from the same table as the router.
struct OpenAPIDocument: Sendable {
  let endpoints: [Endpoint]
  let version: String

  var json: JSONValue {
    var paths: [String: JSONValue] = [:]
    for endpoint in endpoints {
      var item = paths[endpoint.path]?.object ?? [:]
      item[endpoint.method.rawValue.lowercased()] = operation(endpoint)
      paths[endpoint.path] = .object(item)
    }
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "Tocsin", "version": .string(version), "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
      ],
      "servers": [["url": "/"]], "paths": .object(paths),
      "components": [
        "securitySchemes": [
          "token": ["type": "http", "scheme": "bearer"],
          "secret": ["type": "apiKey", "in": "header", "name": "X-Tocsin-Secret"],
          "session": ["type": "apiKey", "in": "cookie", "name": .string(PageSessions.cookieName)],
        ],
        "schemas": .object(DocumentSchemas.all),
      ],
    ]
  }

  private func operation(_ endpoint: Endpoint) -> JSONValue {
    var operation: [String: JSONValue] = [
      "summary": .string(endpoint.summary), "operationId": .string(Self.identifier(endpoint)),
      "responses": .object(responses(endpoint)),
    ]
    switch endpoint.access {
    case .open: operation["security"] = []
    case .intake: operation["security"] = [["token": []], ["secret": []]]
    case .role(let role), .form(let role):
      operation["security"] = [["token": []], ["session": []]]
      operation["x-role"] = .string(role.rawValue)
    }
    if !endpoint.parameters.isEmpty { operation["parameters"] = .array(endpoint.parameters.map(Self.parameter)) }
    if !endpoint.bodyTypes.isEmpty {
      let schema = endpoint.body.map(DocumentSchemas.reference) ?? [:]
      let content = endpoint.bodyTypes.map { ($0, JSONValue.object(["schema": schema])) }
      operation["requestBody"] = [
        "required": true, "content": .object(Dictionary(content) { first, _ in first }),
      ]
    }
    return .object(operation)
  }

  private func responses(_ endpoint: Endpoint) -> [String: JSONValue] {
    var responses: [String: JSONValue] = [:]
    let problem: JSONValue = ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]]
    for status in Self.failures(endpoint) {
      responses["\(status.code)"] = ["description": .string(status.reasonPhrase), "content": problem]
    }
    var success: [String: JSONValue] = ["description": .string(endpoint.status.reasonPhrase)]
    if !endpoint.answerType.isEmpty {
      let isJSON = endpoint.answerType == "application/json"
      let schema = endpoint.answer.map(DocumentSchemas.reference) ?? (isJSON ? [:] : DocumentSchemas.text)
      success["content"] = .object([endpoint.answerType: ["schema": schema]])
    }
    responses["\(endpoint.status.code)"] = .object(success)
    if endpoint.method == .get, endpoint.path.hasPrefix(ReadEndpoints.base), endpoint.answerType == "application/json" {
      responses["304"] = ["description": "Not Modified"]
    }
    if endpoint.path == "/mcp" { responses["202"] = ["description": "Accepted: nothing is to be answered"] }
    // Forms are answered with pages.
    if endpoint.path == "/mcp" || endpoint.bodyTypes.contains("application/x-www-form-urlencoded") {
      for status in responses.keys where responses[status]?["content"] != nil {
        responses[status] = ["description": responses[status]?["description"] ?? ""]
      }
    }
    return responses
  }

  /// Every status of an error that the endpoint may answer with.
  static func failures(_ endpoint: Endpoint) -> [HTTPResponse.Status] {
    var failures = endpoint.failures + [.misdirectedRequest, .internalServerError, .serviceUnavailable]
    if endpoint.method != .get { failures.append(.forbidden) }
    // A bearer token that is wrong is refused also where none is needed.
    failures += [.unauthorized, .tooManyRequests]
    switch endpoint.access {
    case .role, .form: failures.append(.forbidden)
    case .open, .intake: break
    }
    if !endpoint.parameters.isEmpty { failures.append(.badRequest) }
    if endpoint.path == "/mcp" || endpoint.parameters.contains(where: { $0.place == .path }) {
      failures += [.notFound, .badRequest]
    }
    var seen: Set<Int> = []
    return failures.filter { seen.insert(Int($0.code)).inserted }.sorted { $0.code < $1.code }
  }

  private static func identifier(_ endpoint: Endpoint) -> String {
    let words = endpoint.path.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).map { $0.capitalized }
    return endpoint.method.rawValue.lowercased() + words.joined()
  }

  private static func parameter(_ parameter: Endpoint.Parameter) -> JSONValue {
    let schema: JSONValue =
      switch parameter.kind {
      case .text: ["type": "string"]
      case .integer(let range):
        range.upperBound == Int.max
          ? ["type": "integer", "minimum": .number(Double(range.lowerBound))]
          : [
            "type": "integer", "minimum": .number(Double(range.lowerBound)),
            "maximum": .number(Double(range.upperBound)),
          ]
      case .choice(let words): ["type": "string", "enum": .array(words.map { .string($0) })]
      }
    var described: [String: JSONValue] = [
      "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
      "required": .bool(parameter.place == .path), "description": .string(parameter.description), "schema": schema,
    ]
    described["example"] = parameter.example.map { .string($0) }
    return .object(described)
  }
}

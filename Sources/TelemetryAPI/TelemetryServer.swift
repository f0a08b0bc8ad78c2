import HTTPTransport
import IncidentModel
import TextReading

/// A server that keeps logs or traces, asked over its own HTTP interface; nothing here changes anything there.
package struct TelemetryServer: Sendable {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case loki
    /// OpenSearch too.
    case elasticsearch
    case jaeger
    case tempo
  }

  package var kind: Kind
  /// Up to where the interface's own paths follow. Of Elasticsearch, the path names the indices.
  package var url: String
  package var http: HTTPClient
  package var bearerToken: String?
  /// Further headers, such as `X-Scope-OrgID`.
  package var headers: [HTTPRequest.Header] = []
  /// Of the whole reading; one query may take a quarter of it.
  package var deadlineSeconds = 20.0
  /// Of the whole reading; one answer may have an eighth of it.
  package var maximumResponseBytes = 64 << 20

  package init(_ kind: Kind, _ url: String, http: HTTPClient = HTTPClient()) {
    self.kind = kind
    self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
    self.http = http
  }

  package var origin: String { HTTPRequest(url).origin }

  /// Reads what there is of a window. A query that fails is a blind spot; only a server that answers none is an error.
  /// - Parameter elapsedSeconds: since the reading began; when most of the deadline is over, it ends with what it has.
  /// - Throws: `TelemetryServerError`, `CancellationError`.
  package func read(
    _ window: TimeWindow, elapsedSeconds: @escaping @Sendable () -> Double
  ) async throws -> TelemetryRecords {
    let queries = QuerySequence(server: self, elapsedSeconds: elapsedSeconds)
    return
      switch kind
    {
    case .loki: try await LokiReading(queries).read(window)
    case .elasticsearch: try await ElasticsearchReading(queries).read(window)
    case .jaeger: try await JaegerReading(queries).read(window)
    case .tempo: try await TempoReading(queries).read(window)
    }
  }

  /// The document that a path answers with.
  /// - Parameter body: makes a POST of it.
  func ask(
    _ path: String, _ parameters: KeyValuePairs<String, String> = [:], body: JSONValue? = nil
  ) async throws -> (answer: JSONValue, bytes: Int) {
    let query = parameters.map { "\($0)=\(URLText.escaped($1))" }.joined(separator: "&")
    var request = HTTPRequest(url + path + (query.isEmpty ? "" : "?\(query)"), method: body == nil ? .get : .post)
    request.bearerToken = bearerToken
    request.headers = headers + [HTTPRequest.Header("Accept", "application/json")]
    if let body {
      request.body = Array(body.text.utf8)
      request.headers.append(HTTPRequest.Header("Content-Type", "application/json"))
    }
    request.deadlineSeconds = deadlineSeconds / 4
    request.connectTimeoutSeconds = min(request.connectTimeoutSeconds, deadlineSeconds / 4)
    request.maximumResponseBytes = maximumResponseBytes / 8
    let response: HTTPResponse
    do {
      response = try await http.send(request)
    } catch let error as HTTPError {
      throw TelemetryServerError(.unreachable(error.kind), origin: origin, detail: error.detail)
    }
    guard response.status == 200 else {
      throw TelemetryServerError(.status(response.status), origin: origin)
    }
    do {
      return (try JSONValue(parsing: response.body, name: "answer"), response.body.count)
    } catch {
      throw TelemetryServerError(.malformed, origin: origin, detail: "no JSON")
    }
  }

  func malformed(_ what: String) -> TelemetryServerError {
    TelemetryServerError(.malformed, origin: origin, detail: what)
  }
}

/// Why such a server gave nothing that can be used. Never holds a path or a token.
package struct TelemetryServerError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    case unreachable(HTTPError.Kind)
    case status(Int)
    case malformed
    /// It was asked nothing, since the time was over before.
    case noTime
  }

  package var kind: Kind
  /// Scheme, host and port.
  package var origin: String
  package var detail: String

  init(_ kind: Kind, origin: String, detail: String = "") {
    self.kind = kind
    self.origin = origin
    self.detail = detail
  }

  package var description: String {
    let what =
      switch kind {
      case .unreachable(let reason): reason.rawValue
      case .status(401), .status(403): "access is not allowed"
      case .status(404): "there is no such interface here"
      case .status(let status): "it answers with status \(status)"
      case .malformed: "the answer is not what its interface gives"
      case .noTime: "there was no time for it"
      }
    return "\(origin): \(what)" + (detail.isEmpty ? "" : " (\(detail))")
  }
}

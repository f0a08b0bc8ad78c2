import HTTPTransport
import IncidentModel
import TextReading

/// Asks a Prometheus, or what speaks its HTTP interface (Thanos, Mimir, VictoriaMetrics); it can do nothing but GET.
package struct PrometheusClient: Sendable {
  package var http: HTTPClient
  /// Up to where `/api/v1/` follows, without a slash at the end.
  package var base: String
  package var bearerToken: String?
  package var deadlineSeconds: Double
  package var maximumResponseBytes: Int

  package init(
    _ base: String, http: HTTPClient = HTTPClient(), bearerToken: String? = nil, deadlineSeconds: Double = 20,
    maximumResponseBytes: Int = 64 << 20
  ) {
    self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
    self.http = http
    self.bearerToken = bearerToken
    self.deadlineSeconds = deadlineSeconds
    self.maximumResponseBytes = maximumResponseBytes
  }

  package var origin: String { HTTPRequest(base).origin }

  /// The body of an answer to `/api/v1/<path>`.
  /// - Throws: `PrometheusError`, or `CancellationError`.
  func get(_ path: String, _ parameters: KeyValuePairs<String, String>) async throws -> [UInt8] {
    let query = parameters.map { "\($0)=\(URLText.escaped($1))" }.joined(separator: "&")
    var request = HTTPRequest("\(base)/api/v1/\(path)" + (query.isEmpty ? "" : "?\(query)"))
    request.bearerToken = bearerToken
    request.deadlineSeconds = deadlineSeconds
    request.maximumResponseBytes = maximumResponseBytes
    let response: HTTPResponse
    do {
      response = try await http.send(request)
    } catch let error as HTTPError {
      throw PrometheusError(.unreachable(error.kind), origin: origin, detail: error.detail)
    }
    guard response.status != 200 else { return response.body }
    let kind: PrometheusError.Kind =
      switch response.status {
      case 401, 403: .notAllowed
      case 404: .notServed
      case 429, 500...: .unavailable(status: response.status)
      default: .refused(status: response.status)
      }
    throw PrometheusError(kind, origin: origin, detail: PrometheusAnswer.complaint(response.body) ?? "")
  }

  /// An answer as it is read; what cannot be read is an error that names the server.
  func read<Value>(
    _ body: [UInt8], _ reading: ([UInt8]) throws -> Value
  ) throws -> Value {
    do {
      return try reading(body)
    } catch let error as DatasetError {
      throw PrometheusError(.malformed, origin: origin, detail: error.message)
    }
  }
}

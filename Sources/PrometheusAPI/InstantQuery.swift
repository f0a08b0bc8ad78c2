import IncidentModel
import TextReading

extension PrometheusClient {
  /// Whether a query returns something now: what a sentence in a runbook is true by.
  ///
  /// A scalar counts where it is not 0. Something that a Prometheus answers with a warning is an answer.
  /// - Throws: `PrometheusError` where there is no answer, which is neither yes nor no; `CancellationError`.
  package func holds(_ query: String) async throws -> Bool {
    let body = try await get("query", ["query": query])
    return try read(body) { bytes in
      let data = try JSONValue(parsing: bytes, name: "answer")["data"]
      guard let kind = data?["resultType"]?.string, let result = data?["result"]?.array else {
        throw DatasetError(file: "answer", message: "there is no result")
      }
      guard kind == "scalar" else { return !result.isEmpty }
      return result.last?.string.flatMap(Double.init).map { $0 != 0 && !$0.isNaN } ?? false
    }
  }
}

/// The label that says how requests ended, as exporters of HTTP and gRPC name it.
///
/// Such series of one metric belong together: what is counted under one status is no less counted before that status was
/// seen first, it was nothing.
enum StatusLabel {
  private static let names: Set<Substring> = [
    "code", "status", "status_code", "response_code", "http_status", "http_status_code", "http_response_status_code",
    "grpc_code", "grpc_status", "rpc_grpc_status_code", "outcome", "result", "rcode",
  ]
  /// What a server, and not its client, is to blame for.
  private static let failures: Set<String> = [
    "5xx", "error", "failed", "failure", "internal", "unavailable", "unknown", "deadlineexceeded", "dataloss",
    "server_error", "servfail",
  ]

  /// A metric's name without the label, and the label's value; nil where it has none.
  static func split(_ metric: String) -> (rest: String, value: Substring)? {
    var parts = metric.split(separator: "|", omittingEmptySubsequences: false)
    let place = parts.dropFirst().firstIndex { part in
      part.firstIndex(of: "=").map { names.contains(part[..<$0]) } ?? false
    }
    guard let place else { return nil }
    let part = parts.remove(at: place)
    return (parts.joined(separator: "|"), part[part.index(after: part.firstIndex(of: "=") ?? part.startIndex)...])
  }

  static func isFailure(_ value: Substring) -> Bool {
    if let code = Int(value) { return (500...599).contains(code) }
    return failures.contains(value.lowercased())
  }
}

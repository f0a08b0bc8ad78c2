/// The label that says how requests ended, as exporters of HTTP and gRPC name it.
///
/// Such series of one metric belong together: what is counted under one status is no less counted before that status was
/// seen first, it was nothing.
enum StatusLabel {
  private static let names: Set<String> = [
    "code", "status", "status_code", "response_code", "http_status", "http_status_code", "http_response_status_code",
    "grpc_code", "grpc_status", "rpc_grpc_status_code", "rpc_response_status_code", "grpc_status_code", "outcome",
    "result", "rcode", "classification", "status_class", "code_class", "response_code_class",
    "envoy_response_code_class", "envoy_response_code",
  ]
  /// What a server, and not its client, is to blame for; without what separates words.
  private static let failures: Set<String> = [
    "5xx", "error", "failed", "failure", "internal", "unavailable", "unknown", "deadlineexceeded", "dataloss",
    "unimplemented", "servererror", "servfail",
  ]
  /// The same of the numbers of gRPC: unknown, deadline exceeded, unimplemented, internal, unavailable and data loss.
  private static let failuresOfGRPC: Set<Int> = [2, 4, 12, 13, 14, 15]

  static func isName(_ label: String) -> Bool { names.contains(label) }

  /// A label's name as Prometheus writes it.
  static func normalized(_ label: Substring) -> String {
    String(decoding: label.utf8.map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
  }

  /// A metric's name without the label, and the whole label; nil where it has none.
  static func split(_ metric: String) -> (rest: String, label: Substring)? {
    guard metric.utf8.contains(UInt8(ascii: "|")) else { return nil }
    var parts = metric.split(separator: "|", omittingEmptySubsequences: false)
    let place = parts.dropFirst().firstIndex { part in
      part.firstIndex(of: "=").map { names.contains(normalized(part[..<$0])) } ?? false
    }
    guard let place else { return nil }
    let part = parts.remove(at: place)
    return (parts.joined(separator: "|"), part)
  }

  /// - Parameter label: with its name, `code=500`.
  static func isFailure(_ label: Substring) -> Bool {
    let name = normalized(label.prefix { $0 != "=" })
    let value = label.dropFirst(name.utf8.count + 1)
    guard let code = Int(value) else {
      return failures.contains(value.lowercased().filter { $0 != "_" })
    }
    if name.contains("grpc") || name.hasPrefix("rpc_") { return failuresOfGRPC.contains(code) }
    return (500...599).contains(code) || (code == 5 && name.hasSuffix("_class"))
  }
}

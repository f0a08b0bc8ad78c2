import CCurl

/// The status and the headers of an answer.
package struct HTTPHead: Sendable, Hashable {
  package var status: Int
  /// Names in lower case, in the order in which they came.
  package var headers: [HTTPRequest.Header] = []

  package init(status: Int, headers: [HTTPRequest.Header] = []) {
    self.status = status
    self.headers = headers
  }

  package subscript(name: String) -> String? { headers.first { $0.name == name }?.value }

  package var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) }

  /// What `Retry-After` asks for, in seconds; nil where it is missing or says nothing.
  ///
  /// A date counts from the answer's own `Date`, so that no clock of ours has to agree with the server's.
  package var retryAfterSeconds: Double? {
    guard let text = self["retry-after"] else { return nil }
    if let seconds = Int(text) { return seconds >= 0 ? Double(seconds) : nil }
    guard let due = Self.unixSeconds(text), let sent = self["date"].flatMap(Self.unixSeconds) else { return nil }
    return Double(max(0, due - sent))
  }

  private static func unixSeconds(_ date: String) -> Int? {
    let seconds = curl_getdate(date, nil)
    return seconds < 0 ? nil : Int(seconds)
  }
}

/// A whole answer.
package struct HTTPResponse: Sendable {
  package var head: HTTPHead
  package var body: [UInt8]

  package var status: Int { head.status }
}

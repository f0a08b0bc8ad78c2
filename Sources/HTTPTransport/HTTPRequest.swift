/// One request with everything that bounds it.
package struct HTTPRequest: Sendable {
  package enum Method: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
  }

  package var method = Method.get
  /// `http` or `https`, without user and password: they would end in logs.
  package var url: String
  package var headers: [Header] = []
  /// Sent as `Authorization: Bearer …`; never to another host after a redirect.
  package var bearerToken: String?
  package var body: [UInt8] = []

  /// From the start until the last byte, whatever the server does.
  package var deadlineSeconds = 30.0
  package var connectTimeoutSeconds = 10.0
  /// How long the server may send nothing; whole seconds, nil for as long as the deadline allows.
  package var idleTimeoutSeconds: Int?
  /// Of the body, after decompression.
  package var maximumResponseBytes = 16 << 20
  /// A redirect is an error where this is 0.
  package var maximumRedirects = 0
  /// Asks for gzip and expands it.
  package var acceptsCompression = true

  package struct Header: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package init(_ url: String, method: Method = .get) {
    self.url = url
    self.method = method
  }

  /// What errors may say of the request: scheme, host and port. Paths and queries can carry secrets.
  package var origin: String {
    let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[1].isEmpty else { return "an address that is none" }
    let authority = parts[2].prefix { $0 != "?" && $0 != "#" }
    return "\(parts[0])//\(authority.split(separator: "@", omittingEmptySubsequences: false).last ?? "")"
  }

  var headerLines: [String] {
    var lines = headers.map { "\($0.name): \($0.value)" }
    if let bearerToken { lines.append("Authorization: Bearer \(bearerToken)") }
    // libcurl would wait for a "100 Continue" before it sends a larger body.
    if !body.isEmpty { lines.append("Expect:") }
    return lines
  }

  /// - Throws: `HTTPError` for what must not be sent.
  func check() throws {
    func refuse(_ why: String) -> HTTPError { HTTPError(.badRequest, origin: origin, detail: why) }
    guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
      throw refuse("the address must begin with http:// or https://")
    }
    let authority = url.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2).first ?? ""
    guard !authority.isEmpty else { throw refuse("the address names no host") }
    guard !authority.contains("@") else { throw refuse("an address must not hold a user or a password") }
    guard url.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
      throw refuse("the address holds white space or characters that are not escaped")
    }
    for header in headers {
      guard !header.name.isEmpty, header.name.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ":") })
      else { throw refuse("the name of a header is none") }
    }
    // A line end would begin another header.
    for line in headerLines where line.utf8.contains(where: { $0 < 32 && $0 != 9 || $0 == 127 }) {
      throw refuse("the header \(line.prefix { $0 != ":" }) holds a control character")
    }
  }
}

extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible {
  /// Without headers, token and path.
  package var description: String { "\(method.rawValue) \(origin)" }
  package var debugDescription: String { description }
}

import CCurl

/// What libcurl is told before a transfer begins.
struct TransferOptions {
  var easy: UnsafeMutableRawPointer
  var request: HTTPRequest

  /// - Throws: `HTTPError` for the first setting that libcurl refuses.
  func apply(_ settings: HTTPSettings) throws {
    try set(CURLOPT_URL, address(settings))
    try set(CURLOPT_USERAGENT, settings.userAgent)
    try bound()
    try send()
    try trust(settings)
    // The empty proxy keeps libcurl from looking for one in the environment.
    try set(CURLOPT_PROXY, settings.proxy ?? "")
    try set(CURLOPT_NOPROXY, "")
    try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    let isSecure = request.url.hasPrefix("https:")
    let version = settings.allowsHTTP2 && isSecure ? tocsin_curl_http_2_over_tls() : tocsin_curl_http_1_1()
    try set(CURLOPT_HTTP_VERSION, version)
    try set(CURLOPT_PROTOCOLS_STR, isSecure ? "https" : "http")
    try set(CURLOPT_REDIR_PROTOCOLS_STR, isSecure ? "https" : "http,https")
  }

  private func bound() throws {
    try set(CURLOPT_NOSIGNAL, 1)
    try set(CURLOPT_TIMEOUT_MS, milliseconds(request.deadlineSeconds))
    try set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(min(request.connectTimeoutSeconds, request.deadlineSeconds)))
    if let seconds = request.idleTimeoutSeconds {
      try set(CURLOPT_LOW_SPEED_LIMIT, 1)
      try set(CURLOPT_LOW_SPEED_TIME, max(1, seconds))
    }
    try set(CURLOPT_TCP_KEEPALIVE, 1)
    try expect(tocsin_curl_set_size(easy, CURLOPT_MAXFILESIZE_LARGE, Int64(max(1, request.maximumResponseBytes))))
    try set(CURLOPT_FOLLOWLOCATION, request.maximumRedirects > 0 ? 1 : 0)
    try set(CURLOPT_MAXREDIRS, request.maximumRedirects)
  }

  private func send() throws {
    if request.acceptsCompression { try set(CURLOPT_ACCEPT_ENCODING, "gzip") }
    switch request.method {
    case .get: try set(CURLOPT_HTTPGET, 1)
    case .head: try set(CURLOPT_NOBODY, 1)
    case .post, .put, .patch, .delete:
      try set(CURLOPT_POST, 1)
      if request.method != .post { try set(CURLOPT_CUSTOMREQUEST, request.method.rawValue) }
      try expect(tocsin_curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, Int64(request.body.count)))
      // Never nil: libcurl would read standard input.
      let body = request.body.isEmpty ? [0] : request.body
      try body.withUnsafeBytes { bytes in
        let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        try expect(tocsin_curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, start))
      }
    }
  }

  private func trust(_ settings: HTTPSettings) throws {
    try set(CURLOPT_SSL_VERIFYPEER, settings.verifiesServer ? 1 : 0)
    try set(CURLOPT_SSL_VERIFYHOST, settings.verifiesServer ? 2 : 0)
    if let authorities = settings.certificateAuthorities {
      // Without this, the system's authorities would be trusted besides.
      try expect(tocsin_curl_set_text(easy, CURLOPT_CAPATH, nil))
      try set(CURLOPT_CAINFO_BLOB, authorities)
    }
    if let identity = settings.identity {
      try set(CURLOPT_SSLCERT_BLOB, identity.certificate)
      try set(CURLOPT_SSLKEY_BLOB, identity.key)
      try set(CURLOPT_SSLCERTTYPE, "PEM")
      try set(CURLOPT_SSLKEYTYPE, "PEM")
    }
  }

  /// libcurl checks a certificate against the host of the address. Where another name is meant, the address bears it,
  /// the connection goes to the real host, and the `Host` header names that one.
  private func address(_ settings: HTTPSettings) -> String {
    guard let name = settings.serverName, let (_, port) = Self.authority(request.url) else { return request.url }
    let path = request.url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).dropFirst(3).first
    return "\(request.url.hasPrefix("https:") ? "https" : "http")://\(name):\(port)/\(path ?? "")"
  }

  static func connectTo(_ request: HTTPRequest, _ settings: HTTPSettings) -> String? {
    guard let name = settings.serverName, let (host, port) = authority(request.url) else { return nil }
    return "\(name):\(port):\(host):\(port)"
  }

  static func hostHeader(_ request: HTTPRequest, _ settings: HTTPSettings) -> String? {
    guard settings.serverName != nil, let (host, port) = authority(request.url) else { return nil }
    return "\(host):\(port)"
  }

  /// Host, in brackets where it is an IPv6 address, and port of an address.
  static func authority(_ url: String) -> (host: String, port: Int)? {
    let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count >= 3 else { return nil }
    let authority = parts[2]
    let usualPort = parts[0] == "https:" ? 443 : 80
    guard let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") else {
      return (String(authority), usualPort)
    }
    guard let port = Int(authority[authority.index(after: colon)...]) else { return nil }
    return (String(authority[..<colon]), port)
  }

  private func milliseconds(_ seconds: Double) -> Int { Int(max(1, min(seconds, 1e6) * 1000)) }

  private func set(_ option: CURLoption, _ value: Int) throws {
    try expect(tocsin_curl_set_number(easy, option, value))
  }

  private func set(_ option: CURLoption, _ value: String) throws {
    try expect(tocsin_curl_set_text(easy, option, value))
  }

  private func set(_ option: CURLoption, _ bytes: [UInt8]) throws {
    try expect(bytes.withUnsafeBytes { tocsin_curl_set_bytes(easy, option, $0.baseAddress, $0.count) })
  }

  private func expect(_ code: CURLcode) throws {
    guard code != CURLE_OK else { return }
    throw HTTPError(.badSettings, origin: request.origin, detail: String(cString: curl_easy_strerror(code)))
  }
}

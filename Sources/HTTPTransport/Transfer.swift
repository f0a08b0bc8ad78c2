import CCurl
import Foundation

/// One request on its way: libcurl's handle, what has come of the answer, and who waits for it.
///
/// libcurl calls in on the transfer thread; readers come from anywhere. The lock guards what both touch and is never
/// held while libcurl is called or a reader is woken.
final class Transfer: @unchecked Sendable {
  /// So much may lie unread before the server is made to wait.
  private static let maximumUnreadBytes = 1 << 20
  private static let maximumHeadBytes = 256 << 10

  let easy: UnsafeMutableRawPointer
  let request: HTTPRequest
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private var connectToList: UnsafeMutablePointer<curl_slist>?
  private let errorText: UnsafeMutablePointer<CChar>

  /// The transfer thread's own.
  private var arriving = HTTPHead(status: 0)
  private var headBytes = 0
  private var bodyBytes = 0
  private var failure: HTTPError?

  private let lock = NSLock()
  /// Guarded by `lock`.
  private var head: HTTPHead?
  private var unread: [UInt8] = []
  private var isPaused = false
  private var ending: Result<Void, any Error>?
  private var headReader: CheckedContinuation<HTTPHead, any Error>?
  private var bodyReader: CheckedContinuation<([UInt8]?, mayContinue: Bool), any Error>?

  /// - Throws: `HTTPError` for settings that libcurl refuses.
  init(_ request: HTTPRequest, _ settings: HTTPSettings) throws {
    guard let easy = curl_easy_init() else { throw HTTPError(.other, origin: request.origin) }
    self.easy = easy
    self.request = request
    errorText = .allocate(capacity: tocsin_curl_error_length)
    errorText.initialize(repeating: 0, count: tocsin_curl_error_length)
    try TransferOptions(easy: easy, request: request).apply(settings)
    for line in request.headerLines { headerList = curl_slist_append(headerList, line) }
    if let host = TransferOptions.hostHeader(request, settings) {
      headerList = curl_slist_append(headerList, "Host: \(host)")
    }
    tocsin_curl_set_pointer(easy, CURLOPT_HTTPHEADER, headerList)
    if let target = TransferOptions.connectTo(request, settings) {
      connectToList = curl_slist_append(nil, target)
      tocsin_curl_set_pointer(easy, CURLOPT_CONNECT_TO, connectToList)
    }
    tocsin_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
    let this = Unmanaged.passUnretained(self).toOpaque()
    tocsin_curl_set_pointer(easy, CURLOPT_HEADERDATA, this)
    tocsin_curl_set_receiver(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, transfer in
      guard let bytes, let transfer else { return 0 }
      let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
      return Unmanaged<Transfer>.fromOpaque(transfer).takeUnretainedValue().receive(headerLine: line)
    }
    tocsin_curl_set_pointer(easy, CURLOPT_WRITEDATA, this)
    tocsin_curl_set_receiver(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, transfer in
      guard let bytes, let transfer else { return 0 }
      let body = UnsafeRawBufferPointer(start: bytes, count: size * count)
      return Unmanaged<Transfer>.fromOpaque(transfer).takeUnretainedValue().receive(body: body)
    }
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_slist_free_all(headerList)
    curl_slist_free_all(connectToList)
    errorText.deallocate()
  }

  // MARK: - On the transfer thread

  /// Returns how much was taken; anything but all of it ends the transfer.
  private func receive(headerLine: UnsafeRawBufferPointer) -> Int {
    headBytes += headerLine.count
    guard headBytes <= Self.maximumHeadBytes else {
      failure = error(.tooLarge, "headers of more than \(Self.maximumHeadBytes >> 10) KiB")
      return 0
    }
    let line = String(decoding: headerLine, as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      arriving = HTTPHead(status: line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
    } else if let colon = line.firstIndex(of: ":") {
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)
      arriving.headers.append(HTTPRequest.Header(line[..<colon].lowercased(), value))
    } else if line.allSatisfy(\.isWhitespace), arriving.status >= 200 {
      // A redirect that is followed is not the answer, and trailers come after it.
      let isFollowed = arriving.isRedirect && request.maximumRedirects > 0 && arriving["location"] != nil
      if !isFollowed { publishHead() }
    }
    return headerLine.count
  }

  private func publishHead() {
    let reader = lock.withLock {
      if head == nil { head = arriving }
      defer { headReader = nil }
      return headReader
    }
    reader?.resume(returning: arriving)
  }

  private func receive(body: UnsafeRawBufferPointer) -> Int {
    guard bodyBytes + body.count <= request.maximumResponseBytes else {
      failure = error(.tooLarge, "more than \(request.maximumResponseBytes) bytes")
      return 0
    }
    let (isTaken, reader) = lock.withLock {
      () -> (Bool, CheckedContinuation<([UInt8]?, mayContinue: Bool), any Error>?) in
      if unread.count >= Self.maximumUnreadBytes {
        isPaused = true
        return (false, nil)
      }
      defer { bodyReader = nil }
      if bodyReader == nil { unread.append(contentsOf: body) }
      return (true, bodyReader)
    }
    guard isTaken else { return tocsin_curl_pause() }
    bodyBytes += body.count
    reader?.resume(returning: (Array(body), false))
    return body.count
  }

  func end(_ ending: Result<Void, any Error>) {
    let (headReader, bodyReader) = lock.withLock {
      if self.ending == nil { self.ending = ending }
      defer { (self.headReader, self.bodyReader) = (nil, nil) }
      return (self.headReader, self.bodyReader)
    }
    headReader?.resume(with: ending.flatMap { .failure(error(.malformed, "no head")) })
    bodyReader?.resume(with: ending.map { (nil, mayContinue: false) })
  }

  // MARK: - From anywhere

  func awaitHead(onCancel: @Sendable @escaping () -> Void) async throws -> HTTPHead {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { reader in
        let known = lock.withLock { () -> Result<HTTPHead, any Error>? in
          if let head { return .success(head) }
          if let ending { return ending.flatMap { .failure(error(.malformed, "no head")) } }
          headReader = reader
          return nil
        }
        if let known { reader.resume(with: known) }
      }
    } onCancel: {
      onCancel()
    }
  }

  /// `mayContinue`: libcurl was told to wait, and there is room again.
  func awaitBytes(onCancel: @Sendable @escaping () -> Void) async throws -> ([UInt8]?, mayContinue: Bool) {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { reader in
        let known = lock.withLock { () -> Result<([UInt8]?, mayContinue: Bool), any Error>? in
          if !unread.isEmpty {
            defer { (unread, isPaused) = ([], false) }
            return .success((unread, isPaused))
          }
          if let ending { return ending.map { (nil, mayContinue: false) } }
          bodyReader = reader
          return nil
        }
        if let known { reader.resume(with: known) }
      }
    } onCancel: {
      onCancel()
    }
  }
}

extension Transfer {
  func error(_ kind: HTTPError.Kind, _ detail: String = "") -> HTTPError {
    HTTPError(kind, origin: request.origin, detail: detail)
  }

  /// libcurl's code as one of ours. Its own words are passed on where they speak of the connection alone.
  func error(_ code: CURLcode) -> HTTPError {
    if let failure { return failure }
    let words = String(cString: errorText)
    switch code {
    case CURLE_OPERATION_TIMEDOUT: return timeout(words)
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return error(.unknownHost)
    case CURLE_COULDNT_CONNECT: return error(.cannotConnect, words)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR: return error(.notTrusted, words)
    case CURLE_SSL_CACERT_BADFILE: return error(.badSettings, "the certificate authorities are not PEM")
    case CURLE_SSL_CERTPROBLEM: return error(.badSettings, "the client's certificate or key cannot be used: \(words)")
    case CURLE_SSL_CONNECT_ERROR: return error(.encryption, words)
    case CURLE_PARTIAL_FILE: return error(.broken, "before the end of the body")
    case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2_STREAM: return error(.broken, words)
    case CURLE_HTTP2, CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING:
      return error(.malformed)
    case CURLE_FILESIZE_EXCEEDED:
      return error(.tooLarge, "more than \(request.maximumResponseBytes) bytes")
    case CURLE_TOO_MANY_REDIRECTS: return error(.redirected, "more than \(request.maximumRedirects) times")
    case CURLE_URL_MALFORMAT: return error(.badRequest, "the address is none")
    case CURLE_PROXY: return error(.cannotConnect, "the proxy refuses")
    default: return error(.other, String(cString: curl_easy_strerror(code)))
    }
  }

  private func timeout(_ words: String) -> HTTPError {
    if words.hasPrefix("Operation too slow"), let seconds = request.idleTimeoutSeconds {
      return error(.idle, "nothing for \(seconds) s")
    }
    var readyMicroseconds: Int64 = 0
    var totalMicroseconds: Int64 = 0
    tocsin_curl_get_size(easy, CURLINFO_PRETRANSFER_TIME_T, &readyMicroseconds)
    tocsin_curl_get_size(easy, CURLINFO_TOTAL_TIME_T, &totalMicroseconds)
    if readyMicroseconds == 0, Double(totalMicroseconds) < request.deadlineSeconds * 1e6 {
      return error(.connectTimeout, "\(request.connectTimeoutSeconds) s")
    }
    return error(.deadline, "\(request.deadlineSeconds) s")
  }
}

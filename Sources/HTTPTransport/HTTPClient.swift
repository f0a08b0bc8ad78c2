/// Sends requests over libcurl, on a thread of its own; connections are kept and shared.
///
/// Deadlines hold while a body streams, and a cancelled task ends its transfer at once.
package final class HTTPClient: Sendable {
  package let settings: HTTPSettings
  private let thread: TransferThread

  package init(_ settings: HTTPSettings = HTTPSettings()) {
    self.settings = settings
    thread = TransferThread()
  }

  deinit { thread.stop() }

  /// The whole answer, whatever its status.
  /// - Throws: `HTTPError`, or `CancellationError`.
  package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let stream = try await open(request)
    var body: [UInt8] = []
    while let bytes = try await stream.next() { body += bytes }
    return HTTPResponse(head: stream.head, body: body)
  }

  /// The answer's head, and its body as it comes.
  /// - Throws: `HTTPError`, or `CancellationError`.
  package func open(_ request: HTTPRequest) async throws -> HTTPStream {
    try request.check()
    let transfer = try Transfer(request, settings)
    thread.add(transfer)
    let head = try await transfer.awaitHead { [thread] in thread.cancel(transfer) }
    if head.isRedirect, request.maximumRedirects == 0 {
      thread.cancel(transfer)
      throw HTTPError(.redirected, origin: request.origin, detail: "status \(head.status)")
    }
    return HTTPStream(head: head, transfer: transfer, thread: thread)
  }
}

/// An answer whose body is read as it comes. One reader at a time; who drops it ends the transfer.
package final class HTTPStream: Sendable {
  package let head: HTTPHead
  private let transfer: Transfer
  private let thread: TransferThread

  init(head: HTTPHead, transfer: Transfer, thread: TransferThread) {
    self.head = head
    self.transfer = transfer
    self.thread = thread
  }

  deinit { thread.cancel(transfer) }

  /// What has come since the last call, at least one byte; nil at the end.
  ///
  /// A slow reader slows the server down: only so much is kept for it.
  /// - Throws: `HTTPError` for a body that breaks off or is too large, or `CancellationError`.
  package func next() async throws -> [UInt8]? {
    let (bytes, mayContinue) = try await transfer.awaitBytes { [thread, transfer] in thread.cancel(transfer) }
    if mayContinue { thread.resume(transfer) }
    return bytes
  }
}

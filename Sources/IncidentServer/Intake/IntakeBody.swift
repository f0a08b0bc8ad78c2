import Hummingbird
import TextReading

/// The body of what a monitor sends: bounded, expanded, and proven to be from one that may.
struct IntakeBody: Sendable {
  /// A caller that has shown nothing yet; the body has to prove it.
  static let unproven = "unproven"

  let access: AccessControl
  let maximumBytes: Int

  /// - Parameter secretInBody: for senders that put it there.
  func read(
    _ request: Request, _ context: ServerContext, secretInBody: ([UInt8]) -> String? = { _ in nil }
  ) async throws -> [UInt8] {
    if let length = request.header("Content-Length").flatMap({ Int($0) }), length > maximumBytes {
      throw Problem(.contentTooLarge, "a body may have \(maximumBytes) bytes")
    }
    var body: [UInt8] = []
    for try await part in request.body {
      guard body.count + part.readableBytes <= maximumBytes else {
        throw Problem(.contentTooLarge, "a body may have \(maximumBytes) bytes")
      }
      body += part.readableBytesView
    }
    if context.caller?.name == Self.unproven { try prove(request, body, secretInBody) }
    switch request.header("Content-Encoding")?.lowercased() {
    case nil, "identity": return body
    case "gzip":
      do {
        return try GzipExpansion.expanded(body, name: "body", maximumBytes: maximumBytes)
      } catch {
        throw Problem(reading: error)
      }
    default: throw Problem(.unsupportedMediaType, "a body may be compressed with gzip, and with nothing else")
    }
  }

  private func prove(_ request: Request, _ body: [UInt8], _ secretInBody: ([UInt8]) -> String?) throws {
    guard let secret = access.current.webhookSecret else { throw access.refused() }
    if let signature = request.header("X-Hub-Signature-256") {
      guard Secrets.isSignature(signature, of: body, secret: secret) else { throw access.refused() }
    } else if let shown = secretInBody(body) {
      guard Secrets.equal(shown, secret) else { throw access.refused() }
    } else {
      throw access.refused()
    }
  }
}

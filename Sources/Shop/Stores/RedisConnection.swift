import Foundation

/// Redis' protocol, RESP version 2.
package final class RedisConnection {
  private let stream: SocketStream

  package init(address: String, port: Int = 6379, timeoutSeconds: Double) throws {
    stream = try SocketStream.connect(address: address, port: port, timeoutSeconds: timeoutSeconds)
  }

  /// The texts of the answer: one for a simple answer, none for nil.
  /// - Throws: `ShopFailure` with the server's message.
  @discardableResult
  package func send(_ words: [String]) throws -> [String] {
    var text = "*\(words.count)\r\n"
    for word in words { text += "$\(word.utf8.count)\r\n\(word)\r\n" }
    try stream.write(Array(text.utf8))
    return try answer()
  }

  private func answer() throws -> [String] {
    guard let line = try stream.line(), let kind = line.first else { throw ShopFailure(503, "Redis has closed") }
    let rest = String(line.dropFirst())
    switch kind {
    case "-": throw ShopFailure(500, "Redis: \(rest)")
    case "$":
      guard let length = Int(rest), length >= 0 else { return [] }
      let bytes = try stream.read(length + 2)
      return [String(decoding: bytes.dropLast(2), as: UTF8.self)]
    case "*":
      guard let count = Int(rest), count > 0 else { return [] }
      return try (0..<count).flatMap { _ in try answer() }
    default: return [rest]
    }
  }
}

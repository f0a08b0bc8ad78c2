import Foundation

/// PostgreSQL's wire protocol, version 3, as far as the shop needs it: no password, simple queries, text results.
package final class PostgresConnection {
  private let stream: SocketStream

  /// - Throws: `ShopFailure`.
  package init(address: String, port: Int = 5432, database: String, user: String, timeoutSeconds: Double) throws {
    stream = try SocketStream.connect(address: address, port: port, timeoutSeconds: timeoutSeconds)
    var startup: [UInt8] = Self.bytes(of: 196_608)
    for text in ["user", user, "database", database, "application_name", "shop"] { startup += Array(text.utf8) + [0] }
    try stream.write(Self.bytes(of: Int32(startup.count + 5)) + startup + [0])
    _ = try untilReady()
  }

  deinit { try? stream.write([UInt8(ascii: "X")] + Self.bytes(of: 4)) }

  /// The rows of the last statement. What goes into the text must be escaped already.
  /// - Throws: `ShopFailure` with the server's message.
  @discardableResult
  package func query(_ sql: String) throws -> [[String?]] {
    let text = Array(sql.utf8) + [0]
    try stream.write([UInt8(ascii: "Q")] + Self.bytes(of: Int32(text.count + 4)) + text)
    return try untilReady()
  }

  private func untilReady() throws -> [[String?]] {
    var rows: [[String?]] = []
    var failure: ShopFailure?
    while true {
      let kind = try stream.read(1)[0]
      let body = try stream.read(max(0, Int(Self.number(try stream.read(4)[...])) - 4))
      switch kind {
      case UInt8(ascii: "D"): rows.append(Self.row(body))
      case UInt8(ascii: "T"): rows = []
      case UInt8(ascii: "E"):
        failure = Self.failure(body)
        // Refused before it began: the server closes.
        if failure?.message.hasPrefix("FATAL") == true { throw failure ?? ShopFailure(503, "refused") }
      case UInt8(ascii: "R"):
        guard Self.number(body[...]) == 0 else { throw ShopFailure(500, "PostgreSQL wants a password") }
      case UInt8(ascii: "Z"):
        if let failure { throw failure }
        return rows
      default: break
      }
    }
  }

  private static func row(_ body: [UInt8]) -> [String?] {
    var fields: [String?] = []
    var position = 2
    while position + 4 <= body.count {
      let length = Int(number(body[position...]))
      position += 4
      if length < 0 {
        fields.append(nil)
      } else {
        fields.append(String(decoding: body[position..<min(position + length, body.count)], as: UTF8.self))
        position += length
      }
    }
    return fields
  }

  private static func failure(_ body: [UInt8]) -> ShopFailure {
    var fields: [UInt8: String] = [:]
    for field in body.split(separator: 0) {
      if let key = field.first { fields[key] = String(decoding: field.dropFirst(), as: UTF8.self) }
    }
    let severity = fields[UInt8(ascii: "V")] ?? "ERROR"
    return ShopFailure(500, "\(severity): \(fields[UInt8(ascii: "M")] ?? "PostgreSQL gave no reason")")
  }

  private static func bytes(of number: Int32) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int32 {
    Int32(bitPattern: bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) })
  }
}

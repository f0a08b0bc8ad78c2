import Crypto

/// An incremental SHA-256 over values in a fixed byte order, so that evidence can be checked anywhere.
package struct ContentDigest {
  private var hash = SHA256()

  package init() {}

  package mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }

  /// The text's UTF-8 followed by a zero byte, so that neighbouring texts cannot run together.
  package mutating func update(_ text: String) {
    var text = text
    text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    withUnsafeBytes(of: UInt8(0)) { hash.update(bufferPointer: $0) }
  }

  /// Eight bytes, little-endian.
  package mutating func update(_ value: Int64) {
    withUnsafeBytes(of: value.littleEndian) { hash.update(bufferPointer: $0) }
  }

  /// One after another, each in eight bytes, little-endian.
  package mutating func update(_ values: [Int64]) {
    values.map { $0.littleEndian }.withUnsafeBytes { hash.update(bufferPointer: $0) }
  }

  /// The bit pattern, eight bytes, little-endian.
  package mutating func update(_ value: Double) { update(Int64(bitPattern: value.bitPattern)) }

  /// `sha256:<64 hex digits>`.
  package func finalize() -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text = Array("sha256:".utf8)
    for byte in hash.finalize() {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  package static func of(_ text: String) -> String {
    var digest = ContentDigest()
    digest.update(text)
    return digest.finalize()
  }
}

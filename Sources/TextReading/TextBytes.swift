/// Calls a function with a text's UTF-8 bytes.
package func withUTF8Bytes<Result>(_ text: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
  var text = text
  return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
}

@inlinable @inline(__always) package func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

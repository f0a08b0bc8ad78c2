/// The position of the first byte that cannot be part of UTF-8; nil when all are.
package func firstInvalidUTF8(_ bytes: UnsafeRawBufferPointer) -> Int? {
  guard let base = bytes.baseAddress else { return nil }
  var index = 0
  while index < bytes.count {
    while bytes.count - index >= 8,
      base.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
    {
      index += 8
    }
    guard index < bytes.count else { break }
    let length = sequenceLength(bytes, index)
    guard length > 0 else { return index }
    index += length
  }
  return nil
}

/// Bytes of the well-formed sequence that begins at an index (Unicode, table 3-7); 0 when it is none.
private func sequenceLength(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int {
  let first = bytes[index]
  if first < 0x80 { return 1 }
  let length = first >= 0xf0 ? 4 : (first >= 0xe0 ? 3 : 2)
  guard (0xc2...0xf4).contains(first), bytes.count - index >= length else { return 0 }
  let allowed: ClosedRange<UInt8> =
    switch first {
    case 0xe0: 0xa0...0xbf
    case 0xed: 0x80...0x9f
    case 0xf0: 0x90...0xbf
    case 0xf4: 0x80...0x8f
    default: 0x80...0xbf
    }
  guard allowed.contains(bytes[index + 1]) else { return 0 }
  for offset in 2..<max(2, length) where bytes[index + offset] & 0xc0 != 0x80 { return 0 }
  return length
}

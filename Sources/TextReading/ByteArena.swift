/// Memory for unescaped text: what was handed out stays where it is until `reset`.
struct ByteArena: ~Copyable {
  private var chunks: [UnsafeMutableRawPointer] = []
  private var used = 0
  private var capacity = 0
  private static let chunkBytes = 1 << 16

  init() {}

  mutating func allocate(_ byteCount: Int) -> UnsafeMutablePointer<UInt8> {
    if chunks.isEmpty || used + byteCount > capacity {
      capacity = max(Self.chunkBytes, byteCount)
      used = 0
      chunks.append(UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16))
    }
    let pointer = chunks[chunks.count - 1] + used
    used += byteCount
    return pointer.assumingMemoryBound(to: UInt8.self)
  }

  mutating func reset() {
    guard chunks.count > 1 else {
      used = 0
      return
    }
    for chunk in chunks { chunk.deallocate() }
    chunks.removeAll()
    used = 0
    capacity = 0
  }

  deinit { for chunk in chunks { chunk.deallocate() } }
}

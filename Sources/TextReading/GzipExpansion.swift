import CZlib
import Foundation

/// Expands gzip, one member after another, into memory that the caller owns.
package struct GzipExpansion {
  /// Reaching it is an error.
  var maximumBytes: Int

  enum Failure: Error {
    case truncated
    case tooLarge
    case damaged(String)
  }

  static func isGzip(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b
  }

  /// As much as the first bytes of a file expand to, at most 4 KiB: enough to see what it holds. Bytes that are not
  /// compressed come back as they are.
  package static func beginning(of bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { input in
      var stream = z_stream()
      guard isGzip(input), tocsin_inflate_init(&stream) == Z_OK else { return bytes }
      defer { inflateEnd(&stream) }
      return [UInt8](unsafeUninitializedCapacity: 4096) { output, count in
        stream.next_in = UnsafeMutablePointer(
          mutating: input.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) })
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        // Damage shows when the whole file is read.
        _ = inflate(&stream, Z_SYNC_FLUSH)
        count = output.count - Int(stream.avail_out)
      }
    }
  }

  func expand(_ input: UnsafeRawBufferPointer) throws(Failure) -> (memory: UnsafeMutableRawPointer, count: Int) {
    var stream = z_stream()
    guard tocsin_inflate_init(&stream) == Z_OK else { throw .damaged("the decompressor cannot start") }
    defer { inflateEnd(&stream) }
    var output = GrowingMemory(capacity: min(max(4096, input.count &* 4), maximumBytes &+ 1))
    var position = 0
    while true {
      let status = try step(&stream, input, &position, &output)
      guard output.count <= maximumBytes else { throw output.release(.tooLarge) }
      if status == Z_STREAM_END {
        if restOfInputIsPadding(input, from: position) { return (output.memory, output.count) }
        guard GzipExpansion.isGzip(UnsafeRawBufferPointer(rebasing: input[position...])) else {
          throw output.release(.damaged("there are bytes after the end of the compressed data"))
        }
        inflateReset(&stream)
      } else if status != Z_OK, status != Z_BUF_ERROR {
        throw output.release(.damaged(stream.msg.map { String(cString: $0) } ?? "status \(status)"))
      } else if position == input.count, stream.avail_out > 0 {
        throw output.release(.truncated)
      }
    }
  }

  /// One call of inflate: a bounded piece of input into whatever room there is.
  private func step(
    _ stream: inout z_stream, _ input: UnsafeRawBufferPointer, _ position: inout Int, _ output: inout GrowingMemory
  ) throws(Failure) -> Int32 {
    if output.room == 0 { output.grow(limit: maximumBytes &+ 1) }
    let piece = min(input.count - position, 1 << 30)
    let room = min(output.room, 1 << 30)
    stream.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress.map { ($0 + position).assumingMemoryBound(to: UInt8.self) })
    stream.avail_in = UInt32(piece)
    stream.next_out = (output.memory + output.count).assumingMemoryBound(to: UInt8.self)
    stream.avail_out = UInt32(room)
    let status = inflate(&stream, Z_NO_FLUSH)
    position += piece - Int(stream.avail_in)
    output.count += room - Int(stream.avail_out)
    return status
  }

  /// Nothing, or zero bytes as tape blocks leave them.
  private func restOfInputIsPadding(_ input: UnsafeRawBufferPointer, from position: Int) -> Bool {
    input[position...].allSatisfy { $0 == 0 }
  }
}

/// Memory that doubles; its owner frees it.
private struct GrowingMemory {
  var memory: UnsafeMutableRawPointer
  var count = 0
  var capacity: Int

  init(capacity: Int) {
    self.capacity = max(1, capacity)
    memory = UnsafeMutableRawPointer.allocate(byteCount: self.capacity, alignment: 16)
  }

  var room: Int { capacity - count }

  mutating func grow(limit: Int) {
    let wanted = max(min(capacity &* 2, limit), count + 1)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 16)
    larger.copyMemory(from: memory, byteCount: count)
    memory.deallocate()
    memory = larger
    capacity = wanted
  }

  func release(_ failure: GzipExpansion.Failure) -> GzipExpansion.Failure {
    memory.deallocate()
    return failure
  }
}

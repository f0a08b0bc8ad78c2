import Foundation
import IncidentModel

/// The contents of one file in memory, expanded where it was compressed.
///
/// Immutable after it was made; the memory is freed with the last reference.
package final class FileBytes: @unchecked Sendable {
  /// How messages name the file.
  package let name: String
  /// The file's name inside its dataset folder.
  package let relativePath: String
  /// `sha256:<hex>` over the bytes as they lie on disk.
  package let digest: String
  package let count: Int
  /// Valid as long as this object lives.
  package let start: UnsafePointer<UInt8>
  private let memory: UnsafeMutableRawPointer

  /// Takes over memory from `allocate`.
  init(name: String, relativePath: String, digest: String, memory: UnsafeMutableRawPointer, count: Int) {
    self.name = name
    self.relativePath = relativePath
    self.digest = digest
    self.memory = memory
    self.count = count
    start = UnsafePointer(memory.assumingMemoryBound(to: UInt8.self))
  }

  /// A copy of bytes that are in memory already.
  package convenience init(name: String, bytes: some Collection<UInt8>) {
    let array = Array(bytes)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, array.count), alignment: 16)
    array.withUnsafeBytes { source in
      if let base = source.baseAddress { memory.copyMemory(from: base, byteCount: source.count) }
    }
    var digest = ContentDigest()
    digest.update(UnsafeRawBufferPointer(start: memory, count: array.count))
    self.init(name: name, relativePath: name, digest: digest.finalize(), memory: memory, count: array.count)
  }

  deinit { memory.deallocate() }

  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) { try body(UnsafeRawBufferPointer(start: start, count: count)) }
  }

  /// An error at a byte of this file; line and column count from 1, columns in bytes.
  package func error(at position: Int, _ message: String) -> DatasetError {
    let position = min(max(0, position), count)
    var line = 1
    var lineStart = 0
    for index in 0..<position where start[index] == UInt8(ascii: "\n") {
      line += 1
      lineStart = index + 1
    }
    return DatasetError(file: name, line: line, column: position - lineStart + 1, message: message)
  }
}

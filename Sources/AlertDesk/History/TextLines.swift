import Foundation
import TextReading

/// Goes through the lines of a file without having more of it in memory than a line and a block.
struct TextLines: ~Copyable {
  /// Of the line that was given last, from 1.
  private(set) var number = 0
  private let file: String
  private let descriptor: Int32
  private let maximumBytes: Int
  private var block: [UInt8] = []
  private var position = 0
  private var isAtEnd = false

  private static let blockBytes = 1 << 20

  /// - Throws: `DatasetError` for what is no file that can be read.
  init(file: String, maximumBytes: Int) throws {
    self.file = file
    self.maximumBytes = maximumBytes
    descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw DatasetError(file: file, message: "the file does not exist or may not be read") }
  }

  deinit { close(descriptor) }

  /// Without its end.
  mutating func next() throws -> [UInt8]? {
    var searched = position
    while true {
      let found = block.withUnsafeBytes { bytes -> Int? in
        guard let start = bytes.baseAddress, searched < bytes.count,
          let end = memchr(start + searched, 10, bytes.count - searched)
        else { return nil }
        return UnsafeRawPointer(end) - start
      }
      if let found {
        defer { position = found + 1 }
        number += 1
        return Array(block[position..<found])
      }
      if isAtEnd {
        guard position < block.count else { return nil }
        defer { position = block.count }
        number += 1
        return Array(block[position...])
      }
      guard block.count - position <= maximumBytes else {
        throw DatasetError(
          file: file, line: number + 1, message: "the line is longer than \(maximumBytes >> 20) MiB")
      }
      block.removeFirst(position)
      position = 0
      searched = block.count
      try fill()
    }
  }

  private mutating func fill() throws {
    let old = block.count
    block.append(contentsOf: repeatElement(0, count: Self.blockBytes))
    let descriptor = descriptor
    let got = block.withUnsafeMutableBytes { read(descriptor, $0.baseAddress.map { $0 + old }, Self.blockBytes) }
    block.removeLast(Self.blockBytes - max(0, got))
    if got < 0, errno == EINTR { return }
    guard got >= 0 else {
      throw DatasetError(file: file, message: "the file cannot be read: \(String(cString: strerror(errno)))")
    }
    isAtEnd = got == 0
  }
}

import Dispatch
import Foundation
import Synchronization

/// Lines of a file descriptor, read on a thread of their own, one when it is asked for. Nothing is read ahead beyond one
/// block, so that a sender who is faster than the answers waits.
final class LineInput: @unchecked Sendable {
  enum Line: Hashable, Sendable {
    /// Without the newline and a carriage return before it.
    case line([UInt8])
    /// A line that is longer than the limit; it was passed over.
    case tooLong
  }

  private static let blockBytes = 1 << 16
  /// How long a cancelled reader may wait.
  private static let pollMilliseconds: Int32 = 200

  private let descriptor: Int32
  private let maximumLineBytes: Int
  /// All that follows is touched on this queue alone.
  private let queue = DispatchQueue(label: "lines")
  private var buffer: [UInt8] = []
  private var position = 0
  private var hasEnded = false

  init(descriptor: Int32, maximumLineBytes: Int) {
    self.descriptor = descriptor
    self.maximumLineBytes = maximumLineBytes
  }

  /// Nil at the end, and when the task is cancelled. A last line without a newline counts.
  func next() async -> Line? {
    let isCancelled = Flag()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        queue.async { continuation.resume(returning: self.read(isCancelled)) }
      }
    } onCancel: {
      isCancelled.set()
    }
  }

  private func read(_ isCancelled: Flag) -> Line? {
    var line: [UInt8] = []
    var isTooLong = false
    while true {
      let end = buffer[position...].firstIndex(of: UInt8(ascii: "\n"))
      let part = buffer[position..<(end ?? buffer.count)]
      if line.count + part.count > maximumLineBytes {
        isTooLong = true
        line = []
      }
      if !isTooLong { line += part }
      position = end.map { $0 + 1 } ?? buffer.count
      if end != nil || hasEnded {
        if end == nil, line.isEmpty, !isTooLong { return nil }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return isTooLong ? .tooLong : .line(line)
      }
      guard fill(isCancelled) else { return nil }
    }
  }

  /// The next block; false when the task was cancelled.
  private func fill(_ isCancelled: Flag) -> Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while poll(&waiting, 1, Self.pollMilliseconds) == 0 {
      if isCancelled.isSet { return false }
    }
    buffer = [UInt8](repeating: 0, count: Self.blockBytes)
    position = 0
    let count = buffer.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR || errno == EAGAIN {
      buffer = []
      return !isCancelled.isSet
    }
    buffer.removeLast(buffer.count - max(0, count))
    hasEnded = count <= 0
    return true
  }
}

/// Something that was said once, from any thread.
private final class Flag: Sendable {
  private let value = Atomic(false)

  var isSet: Bool { value.load(ordering: .acquiring) }
  func set() { value.store(true, ordering: .releasing) }
}

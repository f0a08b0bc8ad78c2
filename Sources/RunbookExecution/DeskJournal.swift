import Foundation
import IncidentModel
import Runbooks

/// The desk's memory on disk: a file of one JSON object a line that is only ever appended to.
///
/// A decision is made and written under one lock that holds between processes too, so that two people at two terminals
/// cannot both begin the same run; it counts once it is on the disk.
final class DeskJournal: @unchecked Sendable {
  private let folder: String
  private let file: String
  private let lock = NSLock()
  // Guarded by `lock`.
  private var board = ReviewBoard()
  private var readBytes = 0

  /// - Throws: `DeskError` where the folder cannot be made. Nobody else may look into it: findings are not for all.
  init(folder: String) throws(DeskError) {
    self.folder = folder
    file = folder + "/journal.jsonl"
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw DeskError(.store, "the folder \(folder) cannot be made: \(error.localizedDescription)")
    }
  }

  /// The board as it stands on the disk.
  func read() throws -> ReviewBoard { try transact(at: Timestamp(nanoseconds: 0)) { _ in [] }.board }

  /// Decides on the newest board and writes what was decided.
  /// - Parameter decide: gives the events that follow; what it throws leaves everything as it was.
  /// - Throws: `DeskError`, `RemediationRecord.Misfit` for an event that does not fit, and what `decide` throws.
  func transact(
    at now: Timestamp, _ decide: (ReviewBoard) throws -> [DeskEvent]
  ) throws -> (board: ReviewBoard, entries: [DeskEntry]) {
    try lock.withLock {
      let descriptor = open(file, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { throw DeskError(.store, "\(file) cannot be opened: \(Self.reason)") }
      defer {
        flock(descriptor, LOCK_UN)
        close(descriptor)
      }
      while flock(descriptor, LOCK_EX) != 0 {
        guard errno == EINTR else { throw DeskError(.store, "\(file) cannot be locked: \(Self.reason)") }
      }
      try catchUp(descriptor)
      var next = board
      var entries: [DeskEntry] = []
      var lines = Data()
      for event in try decide(board) {
        let entry = DeskEntry(sequence: next.lastSequence + 1, at: now, event: event)
        try next.apply(entry)
        entries.append(entry)
        lines += try Self.encoder.encode(entry) + Data("\n".utf8)
      }
      guard !entries.isEmpty else { return (board, []) }
      try append(lines, descriptor)
      board = next
      readBytes += lines.count
      return (board, entries)
    }
  }

  /// Reads what others have written since. A last line without an end was never acknowledged: its writer died.
  private func catchUp(_ descriptor: Int32) throws {
    let size = Int(lseek(descriptor, 0, SEEK_END))
    guard size >= readBytes else { throw DeskError(.store, "\(file) has become shorter: it is only ever appended to") }
    guard size > readBytes else { return }
    var bytes = [UInt8](repeating: 0, count: size - readBytes)
    var count = 0
    while count < bytes.count {
      let got = bytes[count...].withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress, $0.count, off_t(readBytes + count))
      }
      guard got > 0 else { throw DeskError(.store, "\(file) cannot be read: \(Self.reason)") }
      count += got
    }
    let end = bytes.lastIndex(of: 10).map { $0 + 1 } ?? 0
    for line in bytes[..<end].split(separator: 10) {
      do {
        try board.apply(Self.decoder.decode(DeskEntry.self, from: Data(line)))
      } catch {
        throw DeskError(.store, "\(file): entry \(board.lastSequence + 1) cannot be followed: \(error)")
      }
    }
    if end < bytes.count { ftruncate(descriptor, off_t(readBytes + end)) }
    readBytes += end
  }

  private func append(_ lines: Data, _ descriptor: Int32) throws {
    let start = lseek(descriptor, 0, SEEK_END)
    var rest = lines[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        let reason = Self.reason
        ftruncate(descriptor, start)
        throw DeskError(.store, "\(file) cannot be written: \(reason)")
      }
      rest = rest.dropFirst(written)
    }
    guard fsync(descriptor) == 0 else {
      let reason = Self.reason
      // What was refused must not be read later as if it had been decided.
      ftruncate(descriptor, start)
      throw DeskError(.store, "\(file) cannot be kept: \(reason)")
    }
    if start == 0 { try keepName() }
  }

  /// A new file's name is in its folder, which has to be on the disk too.
  private func keepName() throws(DeskError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    guard descriptor >= 0, fsync(descriptor) == 0 else {
      throw DeskError(.store, "\(folder) cannot be kept: \(Self.reason)")
    }
  }

  private static var reason: String { String(cString: strerror(errno)) }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
  private static var decoder: JSONDecoder { JSONDecoder() }

  // MARK: Who runs what

  /// Held while a run is carried out; free again as soon as its process has ended, however it ended.
  final class RunHold: @unchecked Sendable {
    private let descriptor: Int32
    fileprivate init(_ descriptor: Int32) { self.descriptor = descriptor }
    deinit {
      // Given up by name: a process that is being started at this moment may hold the descriptor a little longer.
      flock(descriptor, LOCK_UN)
      close(descriptor)
    }
  }

  /// Nil where somebody else holds it.
  func hold(_ id: ProposalID) throws(DeskError) -> RunHold? {
    let descriptor = open("\(folder)/\(id).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw DeskError(.store, "\(folder) cannot be written: \(Self.reason)") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
    return RunHold(descriptor)
  }
}

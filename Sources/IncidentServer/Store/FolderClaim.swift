import Foundation

/// A data folder in the hands of one server: two would fold one journal twice. It is free again when the process ends,
/// however it ends.
final class FolderClaim: Sendable {
  private let descriptor: Int32

  /// - Throws: `ServerFailure` where another server has it.
  init(_ folder: String) throws {
    descriptor = open(folder + "/server.lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw ServerFailure("the data folder \(folder) cannot be written: \(String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw ServerFailure("another server works on \(folder); end it, or name another folder with --data")
    }
  }

  deinit {
    // Given up by name: a process that is being started at this moment may hold the descriptor a little longer.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}

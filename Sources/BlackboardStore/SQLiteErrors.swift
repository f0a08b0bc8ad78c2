import GRDB

extension BlackboardStoreError {
  /// An error of SQLite in words; ours and cancellations pass unchanged.
  static func translating(_ error: any Error, file: String) -> any Error {
    error is CancellationError ? error : BlackboardStoreError(error, file: file)
  }

  init(_ error: any Error, file: String) {
    if let own = error as? BlackboardStoreError {
      self = own
      return
    }
    if error is RowDecodingError {
      self.init(code: .corrupted, message: "\(file) is damaged: \(error). Restore a copy, or use another file.")
      return
    }
    guard let error = error as? DatabaseError else {
      self.init(code: .failed, message: "The store \(file) failed: \(error)")
      return
    }
    let detail = error.message ?? "SQLite gave no reason"
    switch error.resultCode {
    case .SQLITE_NOTADB:
      self.init(
        code: .notADatabase,
        message: "\(file) is not an SQLite file. Name a store, or a file that does not exist yet.")
    case .SQLITE_CORRUPT:
      self.init(
        code: .corrupted,
        message: "\(file) is damaged (\(detail)). Restore a copy, or use another file and run the investigation again.")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        code: .locked, message: "\(file) is locked by another program (\(detail)). Close that program and try again.")
    case .SQLITE_FULL:
      self.init(
        code: .diskFull,
        message: "The disk that holds \(file) is full (\(detail)). Nothing of the last batch was written.")
    case .SQLITE_READONLY, .SQLITE_PERM:
      self.init(code: .notWritable, message: "\(file) cannot be written (\(detail)). Check its permissions.")
    case .SQLITE_CANTOPEN:
      self.init(
        code: .cannotOpen,
        message: "\(file) cannot be opened (\(detail)). Is its folder there, and may you write to it?")
    default:
      self.init(code: .failed, message: "The store \(file) failed: \(detail)")
    }
  }
}

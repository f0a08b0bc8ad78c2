import GRDB

/// Why the store did not take or give something, in words for an operator.
package struct StoreFailure: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Code: String, Sendable {
    case diskFull, notWritable, locked, damaged, closed, failed
  }

  package var code: Code
  package var message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  init(_ error: any Error) {
    if let own = error as? StoreFailure {
      self = own
      return
    }
    guard let error = error as? DatabaseError else {
      self.init(.failed, "the store failed: \(error)")
      return
    }
    let detail = error.message ?? "SQLite gave no reason"
    switch error.resultCode {
    case .SQLITE_FULL: self.init(.diskFull, "the disk of the store is full (\(detail))")
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN:
      self.init(.notWritable, "the store cannot be written (\(detail))")
    case .SQLITE_IOERR: self.init(.diskFull, "the disk of the store refuses to write (\(detail))")
    case .SQLITE_BUSY, .SQLITE_LOCKED: self.init(.locked, "another program holds the store (\(detail))")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: self.init(.damaged, "the store is damaged (\(detail))")
    default: self.init(.failed, "the store failed (\(detail))")
    }
  }

  package var description: String { message }
}

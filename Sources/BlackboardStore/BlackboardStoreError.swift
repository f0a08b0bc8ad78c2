import IncidentModel

/// Why a blackboard could not be read or written, in words that say what to do.
package struct BlackboardStoreError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, Sendable {
    /// Somebody posted first: read the new snapshot and compute the batch again.
    case staleRevision
    /// The investigation has its conclusion; nothing may follow it.
    case concluded
    case notADatabase
    /// A sound SQLite file that another program owns.
    case foreignDatabase
    case newerSchema
    case locked
    case diskFull
    case notWritable
    case cannotOpen
    /// The file is damaged, or its entries do not form a log.
    case corrupted
    case tooManySubscribers
    case failed
  }

  package var code: Code
  package var message: String

  package init(code: Code, message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }

  static func staleRevision(basedOn expected: Revision, found: Revision, in id: InvestigationID) -> Self {
    Self(
      code: .staleRevision,
      message: "The batch for incident \(id.incident) was computed from revision \(expected.number), but the log is "
        + "at revision \(found.number). Nothing was posted; read the new snapshot and compute the batch again.")
  }
}

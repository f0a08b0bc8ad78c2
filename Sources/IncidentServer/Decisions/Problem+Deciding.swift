import RunbookExecution
import Runbooks

extension Problem {
  /// Why the desk did not do what it was asked to.
  init(deciding error: any Error) {
    switch error {
    case let problem as Problem: self = problem
    case let error as DeskError:
      switch error.kind {
      case .unknown: self.init(.notFound, error.description)
      case .notNow, .expired, .busy: self.init(.conflict, error.description)
      case .refused: self.init(.forbidden, error.description)
      case .unavailable, .store: self.init(.serviceUnavailable, error.description)
      }
    case let error as RemediationRecord.Misfit: self.init(.conflict, error.description)
    case let error as RunbookError: self.init(.conflict, "\(error)")
    default: self.init(.serviceUnavailable, "the desk cannot be used: \(error)")
    }
  }
}

import ArgumentParser
import Telemetry

/// Why a command ends without its result: one line, then a hint that says what to do next.
package struct CommandFailure: Error, Sendable, CustomStringConvertible {
  /// The exit statuses that scripts may rely on.
  package enum Status: Int32, Sendable {
    /// A stated bar was not met (`--fail-under`).
    case barNotMet = 1
    case usage = 64
    case badInput = 65
    case unavailable = 69
    case internalFault = 70
    case interrupted = 130
  }

  package var status: Status
  package var message: String
  package var hint: String?

  package init(_ status: Status, _ message: String, hint: String? = nil) {
    self.status = status
    self.message = message
    self.hint = hint
  }

  package var description: String { hint.map { "\(message)\nhint: \($0)" } ?? message }
}

import ArgumentParser
import Foundation
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

  /// What the system refuses about a file that somebody named; nil for everything else.
  package init?(accessing error: any Error) {
    guard let error = error as? CocoaError, let path = error.filePath ?? error.url?.path else { return nil }
    let isReading = (CocoaError.Code.fileReadUnknown.rawValue..<512).contains(error.code.rawValue)
    self.init(
      isReading ? .badInput : .usage, "cannot \(isReading ? "read" : "write") \(path)",
      hint: "is its folder there, and may you \(isReading ? "read" : "write to") it?")
  }

  package var description: String { hint.map { "\(message)\nhint: \($0)" } ?? message }
}

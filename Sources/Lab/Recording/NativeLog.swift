import Foundation
import IncidentModel
import Telemetry

/// Lines of the logs that PostgreSQL, nginx and Redis write, each in its own form.
enum NativeLog {
  struct Line: Equatable {
    var nanoseconds: Int64
    var severity: LogSeverity
    var body: String
  }

  /// `1795635829.272 LOG:  duration: …`, by `log_line_prefix=%n `. Only what begins a message: the statement and hints
  /// that follow repeat values.
  static func postgres(_ line: Substring) -> Line? {
    let parts = line.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let seconds = Double(parts[0]), seconds > 0, seconds < 9e9,
      let colon = parts[1].firstIndex(of: ":")
    else { return nil }
    let severities: [String: LogSeverity] = [
      "LOG": .info, "WARNING": .warning, "ERROR": .error, "FATAL": .fatal, "PANIC": .fatal,
    ]
    guard let severity = severities[String(parts[1][..<colon])] else { return nil }
    return Line(
      nanoseconds: Int64((seconds * 1000).rounded()) * 1_000_000, severity: severity,
      body: parts[1][parts[1].index(after: colon)...].trimmingCharacters(in: .whitespaces))
  }

  /// `2026/11/25 19:44:37 [error] 12#12: *1 connect() failed …`.
  static func nginx(_ line: Substring) -> Line? {
    let parts = line.split(separator: " ", maxSplits: 3)
    guard parts.count == 4, parts[2].hasPrefix("["), parts[2].hasSuffix("]"),
      let time = Timestamp(rfc3339: parts[0].replacing("/", with: "-") + "T\(parts[1])Z")
    else { return nil }
    let word = parts[2].dropFirst().dropLast()
    let severity: LogSeverity =
      switch word {
      case "emerg", "alert", "crit": .fatal
      case "error": .error
      case "warn": .warning
      default: .info
      }
    let body = parts[3].firstIndex(of: ":").map { parts[3][parts[3].index(after: $0)...] } ?? parts[3]
    return Line(nanoseconds: time.nanoseconds, severity: severity, body: body.trimmingCharacters(in: .whitespaces))
  }

  /// `27817:M 25 Nov 2026 19:43:45.565 * Ready to accept connections`.
  static func redis(_ line: Substring) -> Line? {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let parts = line.split(separator: " ", maxSplits: 6)
    guard parts.count == 7, let month = months.firstIndex(of: String(parts[2])) else { return nil }
    func two(_ number: String) -> String { number.count < 2 ? "0\(number)" : number }
    let date = "\(parts[3])-\(two("\(month + 1)"))-\(two(String(parts[1])))T\(parts[4])Z"
    guard let time = Timestamp(rfc3339: date) else { return nil }
    return Line(
      nanoseconds: time.nanoseconds, severity: parts[5] == "#" ? .warning : .info, body: String(parts[6]))
  }
}

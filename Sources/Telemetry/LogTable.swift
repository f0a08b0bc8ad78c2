import IncidentModel

/// As OpenTelemetry orders them; `unknown` where the source gave none.
package enum LogSeverity: UInt8, Sendable, Comparable, CaseIterable {
  case unknown, trace, debug, info, warning, error, fatal

  package static func < (left: LogSeverity, right: LogSeverity) -> Bool { left.rawValue < right.rawValue }
}

/// Log records in columns, sorted by time, then by the order in which they were read; bodies lie in one byte array.
package struct LogTable: Sendable {
  package var componentNames: [ComponentID] = []
  /// Nanoseconds since 1970.
  package var times: [Int64] = []
  package var components: [Int32] = []
  package var severities: [LogSeverity] = []
  /// The row in the window's `SpanTable` that wrote this line, or -1.
  package var spans: [Int32] = []
  /// UTF-8 of all bodies, one after another in row order; `bodyEnds[row]` is where that row's body ends.
  package var bodyBytes: [UInt8] = []
  package var bodyEnds: [Int] = []

  package init() {}

  package var count: Int { times.count }
  package var isEmpty: Bool { times.isEmpty }

  package func body(_ row: Int) -> ArraySlice<UInt8> {
    bodyBytes[(row == 0 ? 0 : bodyEnds[row - 1])..<bodyEnds[row]]
  }

  package func bodyText(_ row: Int) -> String { String(decoding: body(row), as: UTF8.self) }

  package func rows(in window: TimeWindow) -> Range<Int> {
    let lower = times.firstIndex(notBelow: window.start.nanoseconds)
    let upper = times.firstIndex(notBelow: window.end.nanoseconds)
    return lower..<max(lower, upper)
  }
}

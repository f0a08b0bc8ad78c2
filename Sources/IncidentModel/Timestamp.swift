/// A moment in UTC as whole nanoseconds since 1970-01-01, so that equality and order are exact.
///
/// The range is the years 1678 to 2262. Text form is RFC 3339 with as many fractional digits as are needed.
package struct Timestamp: Hashable, Comparable, Sendable {
  package var nanoseconds: Int64

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Seconds since 1970; nil when not finite or outside the representable years.
  package init?(seconds: Double) {
    guard let nanoseconds = Int64(exactly: (seconds * 1e9).rounded()) else { return nil }
    self.nanoseconds = nanoseconds
  }

  package var seconds: Double { Double(nanoseconds) / 1e9 }

  package static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

  /// Shifted by seconds; saturates at the ends of the range rather than trapping.
  package func advanced(bySeconds seconds: Double) -> Timestamp {
    let delta = Int64(exactly: (seconds * 1e9).rounded()) ?? (seconds < 0 ? .min : .max)
    let (sum, overflow) = nanoseconds.addingReportingOverflow(delta)
    return Timestamp(nanoseconds: overflow ? (delta < 0 ? .min : .max) : sum)
  }

  /// Seconds from this moment to a later one; negative when `other` is earlier.
  package func seconds(until other: Timestamp) -> Double {
    Double(other.nanoseconds) / 1e9 - Double(nanoseconds) / 1e9
  }
}

/// A half-open interval `[start, end)` in UTC.
package struct TimeWindow: Hashable, Sendable, Codable {
  package var start: Timestamp
  package var end: Timestamp

  package init(start: Timestamp, end: Timestamp) {
    self.start = start
    self.end = end
  }

  package func contains(_ moment: Timestamp) -> Bool { start <= moment && moment < end }
  package var isEmpty: Bool { end <= start }
  package var durationSeconds: Double { start.seconds(until: end) }
}

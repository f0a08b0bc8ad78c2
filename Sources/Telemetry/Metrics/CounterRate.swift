/// Turns the samples of one cumulative counter into rates per second, one sample after the other.
package struct CounterRate: Sendable {
  private var previous: (time: Int64, value: Double)?

  package init() {}

  /// The rate since the sample before; NaN for the first one, for a gap, and where no time has passed. A value that
  /// fell to less than half is a reset, after which all of it counts as increase; after any other fall nobody knows, since a
  /// part of what was added up began anew.
  ///
  /// - Parameter time: nanoseconds since 1970.
  package mutating func rate(_ value: Double, at time: Int64) -> Double {
    guard value.isFinite else { return .nan }
    defer { previous = (time, value) }
    guard let previous, time > previous.time else { return .nan }
    let seconds = (Double(time) - Double(previous.time)) / 1e9
    guard value >= previous.value || value < previous.value / 2 else { return .nan }
    let rate = (value >= previous.value ? value - previous.value : value) / seconds
    return rate.isFinite ? rate : .nan
  }
}

/// Turns the samples of one cumulative counter into rates per second, one sample after the other.
package struct CounterRate: Sendable {
  private var previous: (time: Int64, value: Double)?

  package init() {}

  /// The rate since the sample before; NaN for the first one, for a gap, and where no time has passed. A value that
  /// fell is a reset, after which all of it counts as increase.
  ///
  /// - Parameter time: nanoseconds since 1970.
  package mutating func rate(_ value: Double, at time: Int64) -> Double {
    guard value.isFinite else { return .nan }
    defer { previous = (time, value) }
    guard let previous, time > previous.time else { return .nan }
    let seconds = (Double(time) - Double(previous.time)) / 1e9
    let rate = (value >= previous.value ? value - previous.value : value) / seconds
    return rate.isFinite ? rate : .nan
  }
}

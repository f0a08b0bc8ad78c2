import IncidentModel

/// What is done once in a while, by the clock of the system.
struct Pace: Sendable, Hashable {
  var seconds: Double
  private var last: Timestamp?

  init(seconds: Double) { self.seconds = seconds }

  /// Whether it is to be done now; then it is taken as done. Also where the clock was set back: otherwise nothing would be
  /// done until it has caught up.
  mutating func isDue(at moment: Timestamp) -> Bool {
    if let last, last <= moment, last.seconds(until: moment) < seconds { return false }
    last = moment
    return true
  }
}

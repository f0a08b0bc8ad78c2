import IncidentModel
import Telemetry

/// Turns what `StreamingNovelty` says of a stream into false alarms a day, so that one budget serves all streams
/// whatever their sampling rate and their noise.
///
/// A surprise of s nats is as rare as e^-s a point where the tail of the novelties is what the detector assumes. Some
/// streams have longer tails, and show it: beyond `tailNats` the surprise is taken to be exponential with a mean that
/// is learnt from the stream's own past, never below the nominal 1. The rate a point becomes one a day by the points
/// that really came in a day. Causal, one pass, a handful of numbers; a fault is judged before it is learnt from.
/// Source: peaks over threshold (Pickands, 1975) with the shape that logarithms of power laws have, and a prior.
package struct AlarmBudget: Sendable {
  /// From here on the tail is the stream's own.
  private static let tailNats = 7.0
  /// Excesses of the nominal mean that are taken as seen before the first one: a few say little about a tail.
  private static let priorCount = 4.0
  /// More than this of one excess is not learnt: it is a fault rather than noise.
  private static let largestExcessNats = 5.0
  /// Excesses are forgotten as the detector's own tails forget.
  private static let memoryPoints = 2 * Double(ExceedanceTail.horizon)
  /// Until then everything is new, and nothing is an alarm.
  private static let learningSeconds = 86_400.0

  /// False alarms a day that are put up with, above 0.
  package let alarmsPerDay: Double
  private var count = 0
  private var first: Timestamp?
  private var last: Timestamp?
  private var excessCount = priorCount
  private var excessSum = priorCount

  /// What the budget says of one point.
  package struct Judgement: Sendable, Equatable {
    /// How many points a day of a healthy stream like this one are expected to surprise as much; infinite for points
    /// that are no alarm at any budget.
    package var falseAlarmsPerDay: Double
    /// 0…1: 0.5 spends exactly the budget.
    package var score: Double

    package var isAlarm: Bool { score >= 0.5 }
  }

  package init(alarmsPerDay: Double) { self.alarmsPerDay = alarmsPerDay }

  /// Takes the next point in order of time. Points out of order count, and do not turn the clock back.
  package mutating func judge(_ reading: StreamingNovelty.Reading, at time: Timestamp) -> Judgement {
    let start = first ?? time
    let latest = max(last ?? time, time)
    (first, last) = (start, latest)
    let seconds = start.seconds(until: latest)
    let pointsPerSecond = seconds > 0 ? Double(count) / seconds : 0
    count += 1
    forget()
    // Only the first point of an episode is held.
    guard reading.heldNats > 0, reading.heldNats == reading.surpriseNats, seconds >= Self.learningSeconds else {
      return Judgement(falseAlarmsPerDay: .infinity, score: 0)
    }
    let excess = max(0, reading.heldNats - Self.tailNats)
    let rarity = reading.heldNats - excess + excess / max(1, excessSum / excessCount)
    let rate = pointsPerSecond * 86_400 * Double.exp(-rarity)
    if excess > 0 {
      excessCount += 1
      excessSum += min(excess, Self.largestExcessNats)
    }
    return Judgement(falseAlarmsPerDay: rate, score: alarmsPerDay / (alarmsPerDay + rate))
  }

  /// Back towards the prior.
  private mutating func forget() {
    excessCount += (Self.priorCount - excessCount) / Self.memoryPoints
    excessSum += (Self.priorCount - excessSum) / Self.memoryPoints
  }
}

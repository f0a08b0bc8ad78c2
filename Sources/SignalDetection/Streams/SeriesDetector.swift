import IncidentModel

/// One series as a stream: how much each point surprises, and with a budget whether that is an alarm.
package struct SeriesDetector: StreamDetector {
  package struct Verdict: Sendable, Equatable {
    package var reading: StreamingNovelty.Reading
    /// Nil without a budget, and of a gap.
    package var judgement: AlarmBudget.Judgement?

    /// 0…1.
    package var score: Double
  }

  private var novelty = StreamingNovelty()
  private var budget: AlarmBudget?

  /// - Parameter alarmsPerDay: false alarms a day that are put up with, above 0; without it the score is in nats.
  package init(alarmsPerDay: Double? = nil) {
    budget = alarmsPerDay.map { AlarmBudget(alarmsPerDay: $0) }
  }

  package mutating func observe(_ point: MetricPoint) -> Verdict {
    let reading = novelty.observe(point.value)
    guard budget != nil else { return Verdict(reading: reading, score: reading.score) }
    let judgement = point.value.isFinite ? budget?.judge(reading, at: point.time) : nil
    return Verdict(reading: reading, judgement: judgement, score: judgement?.score ?? 0)
  }
}

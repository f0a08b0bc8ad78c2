import IncidentModel

/// A series that is quiet, then shifts: the same for the same arguments, without a random source.
package struct MadeUpSeries {
  package var title: String
  package var unit: String
  package var normal: Double
  package var shifted: Double
  package var onset: Timestamp
  /// Rows without a sample.
  package var gap: Range<Int> = 0..<0

  package init(
    _ title: String, unit: String, normal: Double, shifted: Double, onset: Timestamp, gap: Range<Int> = 0..<0
  ) {
    self.title = title
    self.unit = unit
    self.normal = normal
    self.shifted = shifted
    self.onset = onset
    self.gap = gap
  }

  /// A sample every 20 seconds over the window, with a ripple of 8 % and a rise over one minute at the onset.
  package func excerpt(over window: TimeWindow) -> SeriesExcerpt {
    var times: [Timestamp] = []
    var values: [Double?] = []
    var moment = window.start
    while moment < window.end, times.count < SeriesExcerpt.maximumPointCount {
      let row = times.count
      let progress = (onset.seconds(until: moment) / 60).clamped(to: 0...1)
      let level = normal + (shifted - normal) * progress
      // A fixed sequence over 0…16, so that no two neighbours are alike.
      let ripple = Double((row * 7 + row * row * 3) % 17) / 16 - 0.5
      times.append(moment)
      values.append(gap.contains(row) ? nil : (level + ripple * 0.16 * level).roundedToSignificantDigits(6))
      moment = moment.advanced(bySeconds: 20)
    }
    return SeriesExcerpt(
      title: title, unit: unit, times: times, values: values, baselineLow: normal * 0.85, baselineHigh: normal * 1.15,
      onset: onset)
  }

  package func evidence(_ statement: String, supports: Bool = true, over window: TimeWindow) -> Evidence {
    Evidence(
      kind: .metric, supports: supports, statement: statement,
      query: Evidence.Query(source: "metrics", expression: title, window: window),
      digest: ContentDigest.of(title + statement), value: shifted, unit: unit, excerpt: excerpt(over: window))
  }
}

extension Timestamp {
  /// A time of day on 2026-03-01, UTC: `Timestamp.at("03:12:40")`. A text that is no time is the start of the epoch.
  package static func at(_ time: String) -> Timestamp {
    Timestamp(rfc3339: "2026-03-01T\(time)Z") ?? Timestamp(nanoseconds: 0)
  }
}

/// One observation that anybody can compute again from the same telemetry.
package struct Evidence: Hashable, Sendable, Codable {
  package enum Kind: String, Sendable, Codable {
    case metric, log, trace, alert, change, topology, history
  }

  package var kind: Kind
  /// False for counter-evidence.
  package var supports: Bool
  /// A full sentence with numbers, units and a comparison.
  package var statement: String
  package var query: Query
  /// SHA-256 of the values that the query returns, as `sha256:<hex>`.
  package var digest: String
  /// Rounded to six significant digits, so that the text form is stable.
  package var value: Double
  package var unit: String
  /// What a chart of this evidence shows; nil where nothing can be drawn.
  package var excerpt: SeriesExcerpt?
  /// The change that this evidence is about, where it is about one: what advice may go back to.
  package var change: Change?

  /// A change as far as advice needs it.
  package struct Change: Hashable, Sendable, Codable {
    /// `deploy`, `config`, `flag`, `scale` or `infra`.
    package var kind: String
    package var at: Timestamp
    /// The version or value before and after, as the source names them.
    package var from: String?
    package var to: String?

    package init(kind: String, at: Timestamp, from: String? = nil, to: String? = nil) {
      self.kind = kind
      self.at = at
      self.from = from
      self.to = to
    }
  }

  /// Where the evidence came from, in words that the source understands.
  package struct Query: Hashable, Sendable, Codable {
    /// `metrics`, `spans`, `logs`, `alerts`, `changes` or `topology` of a case, or the name of a live source.
    package var source: String
    package var expression: String
    package var window: TimeWindow

    package init(source: String, expression: String, window: TimeWindow) {
      self.source = source
      self.expression = expression
      self.window = window
    }
  }

  package init(
    kind: Kind, supports: Bool = true, statement: String, query: Query, digest: String, value: Double, unit: String,
    excerpt: SeriesExcerpt? = nil, change: Change? = nil
  ) {
    self.kind = kind
    self.supports = supports
    self.statement = statement
    self.query = query
    self.digest = digest
    self.value = value.roundedToSignificantDigits(6)
    self.unit = unit
    self.excerpt = excerpt
    self.change = change
  }
}

/// A short, downsampled copy of a series with its normal band, kept on the blackboard so that a report can be
/// rendered without the telemetry. At most 240 points; a gap is a nil value.
package struct SeriesExcerpt: Hashable, Sendable, Codable {
  package static let maximumPointCount = 240

  /// `<component>|<metric>`.
  package var title: String
  package var unit: String
  package var times: [Timestamp]
  package var values: [Double?]
  /// The range that is normal for this series.
  package var baselineLow: Double
  package var baselineHigh: Double
  package var onset: Timestamp?

  package init(
    title: String, unit: String, times: [Timestamp], values: [Double?], baselineLow: Double, baselineHigh: Double,
    onset: Timestamp? = nil
  ) {
    self.title = title
    self.unit = unit
    self.times = times
    self.values = values
    self.baselineLow = baselineLow
    self.baselineHigh = baselineHigh
    self.onset = onset
  }
}

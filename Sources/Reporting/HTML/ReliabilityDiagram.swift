import IncidentModel

/// Stated confidence against how often answers were right: on the diagonal, a confidence means what it says.
///
/// After DeGroot and Fienberg, "The comparison and evaluation of forecasters", 1983. A dot stands at the mean
/// confidence of a bin; its area grows with the number of answers in it.
package struct ReliabilityDiagram: Sendable {
  package struct Bin: Hashable, Sendable {
    /// 0…1
    package var meanConfidence: Double
    /// 0…1
    package var accuracy: Double
    package var count: Int

    package init(meanConfidence: Double, accuracy: Double, count: Int) {
      self.meanConfidence = meanConfidence
      self.accuracy = accuracy
      self.count = count
    }
  }

  private let bins: [Bin]
  private static let side = 240.0
  private static let left = 44.0
  private static let top = 10.0

  /// Bins without an answer are left out.
  package init(_ bins: [Bin]) { self.bins = bins.filter { $0.count > 0 } }

  package var svg: String {
    let label = bins.map { bin in
      "stated \(Wording.percent(bin.meanConfidence)), right \(Wording.percent(bin.accuracy)), "
        + Wording.count(bin.count, "answer")
    }.joined(separator: "; ")
    let size = "0 0 \(SeriesChart.coordinate(Self.side + Self.left + 12)) \(SeriesChart.coordinate(Self.side + 62))"
    return HTML.element(
      "svg",
      [.type("reliability"), .init("role", "img"), .init("viewBox", size)],
      [.element("title", [], HTML("Reliability: \(label)", limit: 2000))] + grid + [diagonal] + bins.map(gap)
        + bins.map(dot) + axisTitles
    ).text
  }

  private static func x(_ share: Double) -> String { SeriesChart.coordinate(left + share.clamped(to: 0...1) * side) }
  private static func y(_ share: Double) -> String {
    SeriesChart.coordinate(top + (1 - share.clamped(to: 0...1)) * side)
  }

  private static func line(_ type: String, from: (Double, Double), to: (Double, Double)) -> HTML {
    .element(
      "line",
      [
        .type(type), .init("x1", x(from.0)), .init("y1", y(from.1)), .init("x2", x(to.0)), .init("y2", y(to.1)),
      ])
  }

  private static func label(_ text: String, x: Double, y: Double, anchor: String) -> HTML {
    .element(
      "text",
      [.init("x", SeriesChart.coordinate(x)), .init("y", SeriesChart.coordinate(y)), .init("text-anchor", anchor)],
      HTML(text))
  }

  private var grid: [HTML] {
    [0, 0.25, 0.5, 0.75, 1].flatMap { share -> [HTML] in
      let (x, y) = (Self.left + share * Self.side, Self.top + (1 - share) * Self.side)
      return [
        Self.line("grid", from: (0, share), to: (1, share)), Self.line("grid", from: (share, 0), to: (share, 1)),
        Self.label("\(Int(share * 100))", x: Self.left - 6, y: y + 4, anchor: "end"),
        Self.label("\(Int(share * 100))", x: x, y: Self.top + Self.side + 18, anchor: "middle"),
      ]
    }
  }

  private var diagonal: HTML { Self.line("ideal", from: (0, 0), to: (1, 1)) }

  /// How far the bin lies from what it claims.
  private func gap(_ bin: Bin) -> HTML {
    Self.line("gap", from: (bin.meanConfidence, bin.meanConfidence), to: (bin.meanConfidence, bin.accuracy))
  }

  private func dot(_ bin: Bin) -> HTML {
    let most = Double(bins.map(\.count).max() ?? 1)
    let radius = 3.5 + 7 * (Double(bin.count) / most).squareRoot()
    let words =
      "stated \(Wording.percent(bin.meanConfidence)), right \(Wording.percent(bin.accuracy)), "
      + Wording.count(bin.count, "answer")
    return .element(
      "circle",
      [
        .type("bin"), .init("cx", Self.x(bin.meanConfidence)), .init("cy", Self.y(bin.accuracy)),
        .init("r", SeriesChart.coordinate(radius)),
      ], .element("title", [], HTML(words)))
  }

  private var axisTitles: [HTML] {
    [
      Self.label("stated confidence, %", x: Self.left + Self.side / 2, y: Self.top + Self.side + 40, anchor: "middle"),
      .element(
        "text",
        [
          .init("transform", "translate(11 \(SeriesChart.coordinate(Self.top + Self.side / 2))) rotate(-90)"),
          .init("text-anchor", "middle"),
        ], "right, %"),
    ]
  }
}

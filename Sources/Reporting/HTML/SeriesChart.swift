import IncidentModel

/// One series over time with its usual range, the onset as a labelled rule and the incident shaded; a table behind it.
///
/// Positions along the time axis are percentages, so that text keeps its size on a narrow screen; the curve lies in
/// an inner drawing that is stretched.
struct SeriesChart {
  /// What all charts of a report share.
  struct Setting {
    var zone: ReportZone
    /// From the onset to the end of the telemetry.
    var incident: TimeWindow?
    /// When somebody noticed.
    var alertedAt: Timestamp?
  }

  private let excerpt: SeriesExcerpt
  private let axis: ChartAxis
  private let time: TimeAxis
  private let setting: Setting
  private let title: String

  private static let plotHeight = 120.0
  private static let rowHeight = 17.0
  private static let maximumRowCount = 60
  private static let maximumDotCount = 40

  init?(_ excerpt: SeriesExcerpt, setting: Setting) {
    guard excerpt.isDrawable, let time = TimeAxis(excerpt.times) else { return nil }
    self.excerpt = excerpt
    self.time = time
    self.setting = setting
    axis = ChartAxis(excerpt)
    title = SeriesTitle(excerpt.title).text
  }

  /// The drawing and its key in words.
  func figure(isLead: Bool) -> HTML {
    let change = SeriesChange(excerpt).text
    let band = "\(axis.scale.number(excerpt.baselineLow))–\(axis.scale.number(excerpt.baselineHigh))"
    let unit = axis.scale.unit.isEmpty ? "" : " \(axis.scale.unit)"
    let breakNote =
      axis.isBroken
      ? " The axis starts at \(axis.scale.number(axis.low))\(unit), not at zero." : " The axis starts at zero."
    return .element(
      "div", [.type(isLead ? "chart lead" : "chart")],
      .element("h3", [], HTML(hasUnitOnAxis || axis.scale.unit.isEmpty ? title : "\(title), in \(axis.scale.unit)")),
      drawing(label: "\(title): \(change)"),
      .element(
        "p", [.type("key")],
        .element("span", [.type("swatch")]), HTML(" usual \(band)\(unit)."), HTML(breakNote)))
  }

  private func drawing(label: String) -> HTML {
    var pieces: [HTML] = [.element("title", [], HTML(label))]
    pieces.append(.element("svg", innerAttributes, shade, band, gridLines, curve))
    pieces += gridLabels + timeLabels + onsetRule + pageRule
    return .element(
      "svg", [.type("plot"), .init("role", "img"), .init("width", "100%"), .init("height", Self.coordinate(height))],
      pieces)
  }

  /// Two rows above the plot for the labels of the rules, where one row has no room for both.
  private var top: Double { labelRows * Self.rowHeight + 16 }
  private var height: Double { top + Self.plotHeight + 24 }

  private var labelRows: Double {
    guard let onset = excerpt.onset, let page = setting.alertedAt else { return 1 }
    let (first, second) = (time.share(of: onset), time.share(of: page))
    return first > 0.25 && second < 0.75 && onset <= page ? 1 : 2
  }

  /// A long unit would run into the label of the onset; it stands in the heading then.
  private var hasUnitOnAxis: Bool { (1...8).contains(axis.scale.unit.count) }

  private var innerAttributes: [HTML.Attribute] {
    [
      .init("x", "0"), .init("y", Self.coordinate(top)), .init("width", "100%"),
      .init("height", Self.coordinate(Self.plotHeight)), .init("viewBox", "0 0 1000 1000"),
      .init("preserveAspectRatio", "none"),
    ]
  }

  private var shade: HTML {
    guard let incident = setting.incident else { return .empty }
    let from = time.share(of: incident.start).clamped(to: 0...1)
    let to = time.share(of: incident.end).clamped(to: 0...1)
    guard to > from else { return .empty }
    return rectangle("shade", x: from * 1000, y: 0, width: (to - from) * 1000, height: 1000)
  }

  private var band: HTML {
    guard excerpt.baselineLow.isFinite, excerpt.baselineHigh.isFinite else { return .empty }
    let top = axis.depth(of: excerpt.baselineHigh) * 1000
    let bottom = axis.depth(of: excerpt.baselineLow) * 1000
    return rectangle("band", x: 0, y: top, width: 1000, height: max(bottom - top, 4))
  }

  private func rectangle(_ type: String, x: Double, y: Double, width: Double, height: Double) -> HTML {
    .element(
      "rect",
      [
        .type(type), .init("x", Self.coordinate(x)), .init("y", Self.coordinate(y)),
        .init("width", Self.coordinate(width)), .init("height", Self.coordinate(height)),
      ])
  }

  private var gridLines: HTML {
    .joined(
      axis.ticks.map { tick in
        let y = Self.coordinate(axis.depth(of: tick) * 1000)
        return .element(
          "line", [.type("grid"), .init("x1", "0"), .init("x2", "1000"), .init("y1", y), .init("y2", y)])
      })
  }

  /// Broken where values are missing; a value alone between gaps is a dot, and so are few samples.
  private var curve: HTML {
    var path = ""
    var dots = ""
    var isDown = false
    for (position, value) in excerpt.values.enumerated() {
      guard let value, value.isFinite else {
        isDown = false
        continue
      }
      let x = Self.coordinate(time.share(of: excerpt.times[position]) * 1000)
      let y = Self.coordinate(axis.depth(of: value) * 1000)
      path += isDown ? "L\(x) \(y)" : "M\(x) \(y)l0 0"
      dots += "M\(x) \(y)l0 0"
      isDown = true
    }
    let curve = HTML.element("path", [.type("curve"), .init("d", path)])
    guard excerpt.times.count <= Self.maximumDotCount else { return curve }
    return curve + .element("path", [.type("curve dots"), .init("d", dots)])
  }

  private var gridLabels: [HTML] {
    axis.ticks.enumerated().map { position, tick in
      let isTop = position == axis.ticks.count - 1
      let unit = isTop && hasUnitOnAxis ? " \(axis.scale.unit)" : ""
      let y = top + axis.depth(of: tick) * Self.plotHeight - 3
      return Self.label(HTML(axis.scale.number(tick) + unit), x: "0", y: y, anchor: "start", type: "tick")
    }
  }

  private var timeLabels: [HTML] {
    let y = top + Self.plotHeight + 16
    let isLong = time.start.seconds(until: time.end) < 240
    return time.ticks(offsetSeconds: setting.zone.offsetSeconds).map { tick in
      let text = isLong ? setting.zone.time(tick) : setting.zone.minute(tick)
      return Self.label(HTML(text), x: Self.percent(time.share(of: tick)), y: y, anchor: "middle", type: "tick")
    }
  }

  private var onsetRule: [HTML] {
    guard let onset = excerpt.onset, (0...1).contains(time.share(of: onset)) else { return [] }
    return rule(at: onset, type: "onset", text: "onset \(setting.zone.time(onset))", row: 1, prefersLeft: true)
  }

  private var pageRule: [HTML] {
    guard let page = setting.alertedAt, (0...1).contains(time.share(of: page)) else { return [] }
    return rule(
      at: page, type: "page", text: "page \(setting.zone.time(page))", row: labelRows,
      prefersLeft: excerpt.onset.map { page < $0 } ?? false)
  }

  /// A rule with its label to the left or the right of it, on the side that has room.
  private func rule(
    at moment: Timestamp, type: String, text: String, row: Double, prefersLeft: Bool
  ) -> [HTML] {
    let share = time.share(of: moment)
    let x = Self.percent(share)
    let isLeft = prefersLeft ? share > 0.25 : share >= 0.75
    let y = row * Self.rowHeight - 4
    return [
      .element(
        "line",
        [
          .type(type), .init("x1", x), .init("x2", x), .init("y1", Self.coordinate(y - 11)),
          .init("y2", Self.coordinate(top + Self.plotHeight)),
        ]),
      Self.label(
        HTML(text), x: x, y: y, anchor: isLeft ? "end" : "start", type: "\(type)-label", shift: isLeft ? "-5" : "5"),
    ]
  }

  private static func label(
    _ text: HTML, x: String, y: Double, anchor: String, type: String, shift: String = "0"
  ) -> HTML {
    .element(
      "text",
      [.type(type), .init("x", x), .init("dx", shift), .init("y", coordinate(y)), .init("text-anchor", anchor)], text)
  }

  private static func percent(_ share: Double) -> String { coordinate(share * 100) + "%" }

  /// One decimal, so that the bytes are stable and few.
  static func coordinate(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e7 else { return "0" }
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }

  /// The values in at most sixty rows; more are averaged, which the caption says.
  var table: HTML {
    let each = max(1, (excerpt.times.count + Self.maximumRowCount - 1) / Self.maximumRowCount)
    var rows: [HTML] = []
    for start in stride(from: 0, to: excerpt.times.count, by: each) {
      let values = excerpt.values[start..<min(start + each, excerpt.values.count)].compactMap { $0 }.filter(\.isFinite)
      let mean = values.isEmpty ? "no value" : axis.scale.number(values.reduce(0, +) / Double(values.count))
      rows.append(
        .element(
          "tr", [], .element("td", [], HTML(setting.zone.time(excerpt.times[start]))), .element("td", [], HTML(mean))))
    }
    let unit = axis.scale.unit.isEmpty ? "value" : axis.scale.unit
    let caption = each == 1 ? "Values of \(title)" : "Values of \(title), each row the mean of \(each)"
    let head = HTML.element(
      "tr", [], .element("th", [.init("scope", "col")], HTML("time (\(setting.zone.name))")),
      .element("th", [.init("scope", "col")], HTML(unit)))
    return .element("table", [.type("values")], .element("caption", [], HTML(caption)), head, .joined(rows))
  }
}

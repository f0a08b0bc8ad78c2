import IncidentModel

/// The service map as a drawing of fixed size: boxes by call depth, the failure's way drawn heavy.
struct MapDrawing {
  /// Wide pages and phones get a drawing each, since text must keep its size.
  struct Format {
    var type: String
    var columns: Int
    var boxWidth: Double
    var gap: Double
    var nameWidth: Int

    static let wide = Format(type: "map-wide", columns: 4, boxWidth: 148, gap: 12, nameWidth: 16)
    static let narrow = Format(type: "map-narrow", columns: 2, boxWidth: 150, gap: 10, nameWidth: 16)
  }

  private let neighbourhood: MapNeighbourhood
  private let layout: MapLayout
  private let format: Format
  private let zone: ReportZone
  private let start: Timestamp?

  private static let boxHeight = 40.0
  private static let rowHeight = 78.0

  init(_ neighbourhood: MapNeighbourhood, format: Format, zone: ReportZone) {
    self.neighbourhood = neighbourhood
    self.format = format
    self.zone = zone
    layout = MapLayout(neighbourhood, columns: format.columns)
    start = neighbourhood.places.first { $0.standing == .cause }?.movedAt
  }

  var svg: HTML {
    let width = Double(format.columns) * (format.boxWidth + format.gap)
    let height = Double(max(layout.rowSizes.count, 1)) * Self.rowHeight - (Self.rowHeight - Self.boxHeight) + 2
    let size = "0 0 \(SeriesChart.coordinate(width)) \(SeriesChart.coordinate(height))"
    var pieces: [HTML] = [.element("title", [], "Service map: callers above, callees below")]
    pieces += neighbourhood.calls.filter { !isSpread($0) }.compactMap { edge($0, type: "call") }
    pieces += neighbourhood.parts.filter { !isSpread($0) }.compactMap { edge($0, type: "part") }
    pieces += neighbourhood.spread.compactMap(heavyEdge)
    pieces += neighbourhood.places.indices.map(box)
    return .element(
      "svg",
      [
        .type("map \(format.type)"), .init("role", "img"), .init("viewBox", size),
        .init("width", SeriesChart.coordinate(width)), .init("height", SeriesChart.coordinate(height)),
      ], pieces)
  }

  private func isSpread(_ call: ServiceMap.Call) -> Bool {
    neighbourhood.spread.contains { ($0.from, $0.to) == (call.to, call.from) }
  }

  private func corner(_ index: Int) -> (x: Double, y: Double) {
    let cell = layout.cells[index]
    return (left(row: cell.row, column: cell.column), Double(cell.row) * Self.rowHeight + 1)
  }

  private func left(row: Int, column: Int) -> Double {
    let missing = Double(format.columns - layout.rowSizes[row])
    return (Double(column) + missing / 2) * (format.boxWidth + format.gap) + format.gap / 2
  }

  /// The middle of the space between two boxes of a row, or beside it, that is nearest to a place.
  private func space(row: Int, near x: Double) -> Double {
    let spaces = (0...layout.rowSizes[row]).map { left(row: row, column: $0) - format.gap / 2 }
    return spaces.min { abs($0 - x) < abs($1 - x) } ?? x
  }

  private func index(of id: ComponentID) -> Int? { neighbourhood.places.firstIndex { $0.component == id } }

  private func edge(_ call: ServiceMap.Call, type: String) -> HTML? {
    guard let from = index(of: call.from), let to = index(of: call.to) else { return nil }
    return .element("path", [.type(type), .init("d", curve(upper: from, lower: to))])
  }

  /// From the bottom of one box to the top of the other, passing rows between them in the space beside their boxes;
  /// when the second is not below, from top to bottom.
  private func curve(upper: Int, lower: Int) -> String {
    let (from, to) = (corner(upper), corner(lower))
    let (fromRow, toRow) = (layout.cells[upper].row, layout.cells[lower].row)
    let isDown = toRow > fromRow
    let half = format.boxWidth / 2
    var (x, y) = (from.x + half, from.y + (isDown ? Self.boxHeight : 0))
    let end = (x: to.x + half, y: to.y + (isDown ? 0 : Self.boxHeight))
    var path = "M\(Self.point(x, y))"
    let between = isDown ? Array((fromRow + 1)..<toRow) : Array(stride(from: fromRow - 1, to: toRow, by: -1))
    for (number, row) in between.enumerated() {
      let share = Double(number + 1) / Double(between.count + 1)
      let lane = space(row: row, near: x + (end.x - x) * share)
      let top = Double(row) * Self.rowHeight + 1
      let (enter, leave) = isDown ? (top, top + Self.boxHeight) : (top + Self.boxHeight, top)
      path += Self.bend(x, y, lane, enter) + "L\(Self.point(lane, leave))"
      (x, y) = (lane, leave)
    }
    return path + Self.bend(x, y, end.x, end.y, isLevel: fromRow == toRow)
  }

  private static func point(_ x: Double, _ y: Double) -> String {
    "\(SeriesChart.coordinate(x)) \(SeriesChart.coordinate(y))"
  }

  /// A curve that leaves and arrives upright; between boxes of one row it makes a bow above them.
  private static func bend(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, isLevel: Bool = false) -> String {
    let middle = isLevel ? min(y1, y2) - 30 : (y1 + y2) / 2
    return "C\(point(x1, middle)) \(point(x2, middle)) \(point(x2, y2))"
  }

  /// Drawn like the call, with an arrowhead at the end that was hurt.
  private func heavyEdge(_ hop: ServiceMap.Call) -> HTML? {
    guard let from = index(of: hop.from), let to = index(of: hop.to) else { return nil }
    let target = corner(to)
    let isAbove = target.y < corner(from).y
    let tip = target.y + (isAbove ? Self.boxHeight : 0)
    let base = tip + (isAbove ? 9 : -9)
    let x = target.x + format.boxWidth / 2
    let head = [(x, tip), (x - 6, base), (x + 6, base)].map {
      "\(SeriesChart.coordinate($0.0)) \(SeriesChart.coordinate($0.1))"
    }
    return .element("path", [.type("spread"), .init("d", curve(upper: to, lower: from))])
      + .element("path", [.type("head"), .init("d", "M\(head[0])L\(head[1])L\(head[2])Z")])
  }

  private func box(_ index: Int) -> HTML {
    let place = neighbourhood.places[index]
    let (x, y) = corner(index)
    let name = UntrustedText.clean(place.component.rawValue, limit: 300)
    let note = note(place)
    let middle = SeriesChart.coordinate(x + format.boxWidth / 2)
    var pieces: [HTML] = [.element("title", [], HTML(note.isEmpty ? name : "\(name), \(note)"))]
    pieces.append(
      .element(
        "rect",
        [
          .init("x", SeriesChart.coordinate(x)), .init("y", SeriesChart.coordinate(y)), .init("rx", "5"),
          .init("width", SeriesChart.coordinate(format.boxWidth)),
          .init("height", SeriesChart.coordinate(Self.boxHeight)),
        ]))
    pieces.append(
      .element(
        "text",
        [
          .type("name"), .init("x", middle), .init("y", SeriesChart.coordinate(y + (note.isEmpty ? 25 : 17))),
          .init("text-anchor", "middle"),
        ], HTML(shown(name))))
    if !note.isEmpty {
      pieces.append(
        .element(
          "text",
          [
            .type("note"), .init("x", middle), .init("y", SeriesChart.coordinate(y + 33)),
            .init("text-anchor", "middle"),
          ], HTML(note)))
    }
    return .element("g", [.type(place.standing.rawValue)], pieces)
  }

  /// `cause · 03:12:40`, `symptom · +20 s`, `affected`; empty for a bystander that did not move.
  private func note(_ place: MapNeighbourhood.Place) -> String {
    let word: String
    switch place.standing {
    case .cause: word = "cause"
    case .suspect: word = "suspect"
    case .symptom: word = "symptom"
    case .victim: word = "affected"
    case .bystander: word = place.movedAt == nil ? "" : "moved"
    }
    guard let moment = place.movedAt else { return word }
    guard let start, place.standing != .cause else { return "\(word) · \(zone.time(moment))" }
    return "\(word) · \(DurationText.offset(start.seconds(until: moment)))"
  }

  /// A name that does not fit loses its kind first (`service/cart` becomes `cart`), since its own part tells more.
  private func shown(_ name: String) -> String {
    guard DisplayWidth.of(name) > format.nameWidth, let slash = name.lastIndex(of: "/"), slash != name.indices.last
    else { return DisplayWidth.cutMiddle(name, to: format.nameWidth) }
    return DisplayWidth.cutMiddle(String(name[name.index(after: slash)...]), to: format.nameWidth)
  }
}

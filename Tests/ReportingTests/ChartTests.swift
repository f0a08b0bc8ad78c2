import IncidentModel
import TestSupport
import Testing

@testable import Reporting

@Suite struct ChartTests {
  private func excerpt(_ values: [Double?], low: Double = 0, high: Double = 1, unit: String = "s") -> SeriesExcerpt {
    SeriesExcerpt(
      title: "a|b", unit: unit, times: values.indices.map { Timestamp.at("03:00:00").advanced(bySeconds: Double($0)) },
      values: values, baselineLow: low, baselineHigh: high, onset: .at("03:00:02"))
  }

  private let setting = SeriesChart.Setting(
    zone: .utc, incident: TimeWindow(start: .at("03:00:02"), end: .at("03:00:09")), alertedAt: .at("03:00:03"))

  @Test func axisStartsAtZeroWhereThatIsHonest() {
    let axis = ChartAxis(excerpt([0.2, 0.3, 2.4]))
    #expect(axis.low == 0 && !axis.isBroken)
    #expect(axis.high >= 2.4)
    #expect(axis.ticks == axis.ticks.sorted() && axis.ticks.count >= 2)
  }

  @Test func axisIsBrokenOnlyForSmallMovementsAndSaysSo() throws {
    let points = excerpt([998, 999, 1003], low: 997, high: 1001)
    let axis = ChartAxis(points)
    #expect(axis.isBroken && axis.low <= 997)
    let chart = try #require(SeriesChart(points, setting: setting))
    #expect(chart.figure(isLead: false).text.contains("not at zero"))
  }

  @Test(arguments: [
    [nil, nil, nil, 1.0, nil], [1.0], [], [.nan, .infinity, 1.0, 2.0], [0, 0, 0], [-5, -4, -3], [1e300, -1e300, 1e300],
    [1e-300, 2e-300], [5, 5], [.infinity, .infinity],
  ])
  func anyValuesDraw(values: [Double?]) {
    for (low, high) in [(0.0, 1.0), (.nan, .infinity), (1e308, -1e308)] {
      let points = excerpt(values, low: low, high: high)
      if let chart = SeriesChart(points, setting: setting) {
        let markup = MarkupReader(chart.figure(isLead: true).text)
        #expect(markup.problems.isEmpty)
        #expect(
          !markup.elements.contains { $0.attributes.values.contains { $0.contains("nan") || $0.contains("inf") } })
      }
      #expect(DisplayWidth.of(Sparkline(points, cells: 20).text) <= 21)
    }
  }

  @Test func gapsBreakTheCurve() throws {
    let chart = try #require(SeriesChart(excerpt([1, 2, nil, 2, 1]), setting: setting))
    let curve = try #require(
      MarkupReader(chart.figure(isLead: true).text).elements.first { $0.attributes["class"] == "curve" })
    #expect(curve.attributes["d"]?.filter { $0 == "M" }.count == 2)
  }

  @Test func timesThatRunBackwardsAreNotDrawn() {
    var points = excerpt([1, 2, 3])
    points.times.reverse()
    #expect(SeriesChart(points, setting: setting) == nil)
  }

  @Test func sparklineShowsGapsAndTheOnset() {
    let line = Sparkline(excerpt([0.1, 0.1, 0.9, nil, 0.9]), cells: 5)
    #expect(line.text == "▁▁│█·█")
    #expect(line.change == "100 → 900 ms (usual 0–1,000)")
  }
}

@Suite struct MapTests {
  private func snapshot(_ calls: [(ComponentID, ComponentID)], path: [ComponentID]) -> BlackboardSnapshot {
    var board = MadeUpIncident()
    board.post(
      "intake",
      [
        .opening(
          Opening(
            incident: Incident(
              id: "x", title: "x", window: MadeUpIncident.window,
              symptom: path.last.map { Incident.Symptom(component: $0) }),
            serviceMap: ServiceMap(calls: calls.map { .init(from: $0.0, to: $0.1) }), inputDigest: "",
            configurationDigest: "", version: "1"))
      ])
    board.post(
      "detection",
      [.detection(Detection(onset: .at("03:00:00"), onsetSource: .alert, isAnomalous: true, statement: "x"))])
    board.post(
      "root-cause",
      [
        MadeUpIncident.hypothesis(
          "H1", path[0], .cpu, metric: nil, confidence: 0.9, onset: .at("03:00:00"), statement: "x",
          propagation: path, evidence: [])
      ])
    return board.snapshot
  }

  @Test func callersStandAboveWhatTheyCall() {
    let snapshot = snapshot([("a", "b"), ("b", "c"), ("a", "d"), ("d", "c")], path: ["c", "b", "a"])
    let neighbourhood = MapNeighbourhood(AssembledReport(snapshot))
    let layout = MapLayout(neighbourhood, columns: 4)
    func row(_ id: ComponentID) -> Int? {
      neighbourhood.places.firstIndex { $0.component == id }.map { layout.cells[$0].row }
    }
    #expect(row("a") == 0 && row("b") == 1 && row("d") == 1 && row("c") == 2)
    #expect(neighbourhood.spread == [.init(from: "c", to: "b"), .init(from: "b", to: "a")])
  }

  @Test(arguments: [2, 4])
  func noTwoBoxesShareAPlace(columns: Int) {
    let many = (0..<300).map { (ComponentID("hub"), ComponentID("leaf-\($0)")) } + [("leaf-7", "hub"), ("hub", "hub")]
    let neighbourhood = MapNeighbourhood(AssembledReport(snapshot(many, path: ["leaf-7", "hub"])))
    #expect(neighbourhood.places.count == MapNeighbourhood.maximumCount)
    #expect(neighbourhood.totalCount == 301)
    let layout = MapLayout(neighbourhood, columns: columns)
    #expect(Set(layout.cells).count == neighbourhood.places.count)
    #expect(layout.rowSizes.allSatisfy { $0 <= columns })
  }

  @Test func aPathThroughAHostThatNobodyCallsIsDrawn() {
    let snapshot = snapshot([("a", "b")], path: ["node-3", "b", "a"])
    let svg = MapDrawing(MapNeighbourhood(AssembledReport(snapshot)), format: .wide, zone: .utc).svg.text
    #expect(svg.matches(of: /class="spread"/).count == 2)
  }

  @Test func anInstanceStandsBelowItsService() {
    var board = MadeUpIncident()
    board.post(
      "intake",
      [
        .opening(
          Opening(
            incident: Incident(id: "x", title: "x", window: MadeUpIncident.window),
            serviceMap: ServiceMap(components: [
              Component(id: "cart"), Component(id: "cart-1", kind: .instance, instanceOf: "cart", runsOn: "node-1"),
              Component(id: "node-1", kind: .node),
            ]), inputDigest: "", configurationDigest: "", version: "1"))
      ])
    board.post(
      "detection",
      [.detection(Detection(onset: .at("03:00:00"), onsetSource: .alert, isAnomalous: true, statement: "x"))])
    board.post(
      "root-cause",
      [
        MadeUpIncident.hypothesis(
          "H1", "node-1", .cpu, metric: nil, confidence: 0.9, onset: nil, statement: "x",
          propagation: ["node-1", "cart-1"], evidence: [])
      ])
    let neighbourhood = MapNeighbourhood(AssembledReport(board.snapshot))
    #expect(neighbourhood.parts == [.init(from: "cart", to: "cart-1"), .init(from: "cart-1", to: "node-1")])
    let layout = MapLayout(neighbourhood, columns: 4)
    #expect(layout.rowSizes == [1, 1, 1])
  }
}

import IncidentModel
import Telemetry

/// Says of series as they arrive that an incident has begun, since when, and which series moved first.
///
/// Points are gathered into equal cells of time. Whenever a cell is complete, and some series has left its normal range
/// for most of the last cells, the gate that judges recorded windows is asked whether those cells depart from everything
/// before; what it says of long windows counts, since a stream is the longest. Memory is bounded by the number of series
/// times the number of cells.
package struct IncidentStream: StreamDetector {
  package struct Settings: Hashable, Sendable {
    /// The clock of the judgement: not shorter than the series' own.
    package var cellSeconds: Double
    /// How many cells are remembered, those that are judged included.
    package var historyCount = 600
    /// How long a point may be on its way; what comes later is not looked at.
    package var latenessSeconds: Double
    /// Series beyond this number are not looked at until others end.
    package var seriesLimit = 20_000

    package init(cellSeconds: Double = 60, latenessSeconds: Double = 15) {
      self.cellSeconds = cellSeconds
      self.latenessSeconds = latenessSeconds
    }
  }

  /// What a complete cell tells; most tell nothing.
  package enum Event: Hashable, Sendable {
    case began(IncidentOnset)
    /// Everything that had moved is normal again, or has stayed so long that it is the new normal.
    case ended(Timestamp)
  }

  /// The cells that are judged, and of those how many in a row make a departure last; the gate's own widths.
  private static let observedCount: Int64 = 10
  private static let lastingCount: Int64 = 5
  /// Cells of normal times that are needed before anything is said.
  private static let learningCount: Int64 = 30
  /// Robust standard deviations from which on the gate is asked, and below which a series is normal again.
  private static let suspectSigmas = 3.0
  private static let normalSigmas = 2.0
  /// How often a series' normal range is learnt anew, in cells.
  private static let learningInterval: Int64 = 16

  package let settings: Settings
  /// Who calls whom, where it is known: tells the gate which series users see.
  package var serviceMap = ServiceMap()
  /// Points that came too late, or of one series too many.
  package private(set) var ignoredCount = 0

  private let capacity: Int
  private let cellNanoseconds: Int64
  private let latenessNanoseconds: Int64
  private var series: [SeriesCells] = []
  private var positions: [MetricKey: Int] = [:]
  /// The first cell that is not complete.
  private var current: Int64?
  private var first: Int64 = 0
  /// Cells of incidents, of which no normal is learnt.
  private var excluded: [Range<Int64>] = []
  private var incident: (onset: Int64, series: [Int], calmCount: Int64)?

  package init(_ settings: Settings = Settings()) {
    self.settings = settings
    capacity = max(settings.historyCount, Int(2 * (Self.learningCount + Self.observedCount)))
    cellNanoseconds = Int64((settings.cellSeconds * 1e9).clamped(to: 1e6...1e15))
    latenessNanoseconds = Int64((settings.latenessSeconds * 1e9).clamped(to: 0...1e15))
  }

  package var seriesCount: Int { series.count }

  /// How many numbers are held: what memory grows with.
  package var heldCount: Int { series.reduce(0) { $0 + $1.heldCount } }

  package mutating func observe(_ point: MetricPoint) -> Event? {
    guard point.value.isFinite else { return nil }
    let time = point.time.nanoseconds
    let cell = Self.floor(time, cellNanoseconds)
    if let current, cell < current {
      ignoredCount += 1
      return nil
    }
    let event = complete(until: Self.floor(time - latenessNanoseconds, cellNanoseconds))
    add(point, cell)
    return event
  }

  private mutating func add(_ point: MetricPoint, _ cell: Int64) {
    if current == nil {
      first = Self.floor(point.time.nanoseconds - latenessNanoseconds, cellNanoseconds)
      current = first
    }
    if let position = positions[point.key] {
      series[position].add(point.value, at: point.time.nanoseconds)
      return
    }
    guard series.count < settings.seriesLimit else {
      ignoredCount += 1
      return
    }
    var cells = SeriesCells(point, capacity: capacity, cell: cell)
    cells.add(point.value, at: point.time.nanoseconds)
    positions[point.key] = series.count
    series.append(cells)
  }

  /// Completes every cell before the given one; after a hole longer than the memory it starts from nothing.
  private mutating func complete(until cell: Int64) -> Event? {
    guard let open = current, open < cell else { return nil }
    guard cell - open <= Int64(capacity) else {
      let ended = incident.map { _ in Event.ended(timestamp(open)) }
      (series, positions, excluded, incident) = ([], [:], [], nil)
      (first, current) = (cell, cell)
      return ended
    }
    var event: Event?
    for done in open..<cell {
      for position in series.indices { series[position].close(done, before: (done + 1) * cellNanoseconds) }
      current = done + 1
      event = judge(done) ?? event
    }
    forget(before: cell - Int64(capacity))
    return event
  }

  /// Series that have ended make room for others.
  private mutating func forget(before oldest: Int64) {
    excluded.removeAll { $0.upperBound <= oldest }
    guard incident == nil, series.contains(where: { $0.newestCell < oldest }) else { return }
    series.removeAll { $0.newestCell < oldest }
    positions = Dictionary(uniqueKeysWithValues: series.indices.map { (series[$0].key, $0) })
  }

  // MARK: Judgement

  private mutating func judge(_ cell: Int64) -> Event? {
    if incident != nil { return follow(cell) }
    let reference = normalCells(before: cell - Self.observedCount)
    guard reference.reduce(0, { $0 + $1.upperBound - $1.lowerBound }) >= Self.learningCount else { return nil }
    for position in series.indices
    where series[position].baseline == nil || (cell + Int64(position)) % Self.learningInterval == 0 {
      series[position].learn(from: reference)
    }
    let recent = max(cell - Self.lastingCount, first)...cell
    let isSuspect = series.contains { one in
      one.metricClass.isFocal
        && recent.count { one.badness($0) >= Self.suspectSigmas } * 2 > Int(Self.lastingCount)
    }
    guard isSuspect, let onset = IncidentOnset(window(reference, cell), comparison(reference, cell)) else { return nil }
    let moved = onset.movers.compactMap { positions[$0.key] }
    incident = (Self.floor(onset.since.nanoseconds, cellNanoseconds), moved, 0)
    return .began(onset)
  }

  /// An incident is over when everything that had moved was normal for as long as is judged at once.
  private mutating func follow(_ cell: Int64) -> Event? {
    guard var incident else { return nil }
    let isCalm = incident.series.allSatisfy { series[$0].badness(cell) < Self.normalSigmas }
    incident.calmCount = isCalm ? incident.calmCount + 1 : 0
    self.incident = incident
    let isOver = incident.calmCount >= Self.observedCount
    // What lasts for a quarter of the memory is the new normal; what was normal before is forgotten.
    guard isOver || cell - incident.onset >= Int64(capacity) / 4 else { return nil }
    excluded = isOver ? excluded + [incident.onset - 1..<cell + 1 - incident.calmCount] : [first..<incident.onset]
    self.incident = nil
    for position in series.indices { series[position].learn(from: normalCells(before: cell + 1)) }
    return .ended(timestamp(isOver ? cell + 1 - incident.calmCount : cell + 1))
  }

  private func normalCells(before end: Int64) -> [Range<Int64>] {
    let oldest = max(first, end + Self.observedCount - Int64(capacity) + 1)
    guard oldest < end else { return [] }
    return excluded.reduce([oldest..<end]) { left, gap in
      left.flatMap {
        [
          $0.lowerBound..<max($0.lowerBound, min($0.upperBound, gap.lowerBound)),
          min($0.upperBound, max($0.lowerBound, gap.upperBound))..<$0.upperBound,
        ]
      }
    }.filter { !$0.isEmpty }
  }

  private func window(_ reference: [Range<Int64>], _ cell: Int64) -> TelemetryWindow {
    let cells = (reference.first?.lowerBound ?? cell)..<cell + 1
    return TelemetryWindow(
      incident: Incident(
        id: "stream", title: "", window: TimeWindow(start: timestamp(cells.lowerBound), end: timestamp(cell + 1))),
      referenceWindows: reference.map(timeWindow),
      metrics: series.map { $0.series(cells, cellNanoseconds: cellNanoseconds) }.sorted { $0.key < $1.key },
      serviceMap: serviceMap)
  }

  private func comparison(_ reference: [Range<Int64>], _ cell: Int64) -> Comparison {
    let observed = timeWindow(cell + 1 - Self.observedCount..<cell + 1)
    return Comparison(
      onset: observed.start, onsetSource: .estimated, reference: reference.map(timeWindow), observed: observed)
  }

  private func timestamp(_ cell: Int64) -> Timestamp { Timestamp(nanoseconds: cell * cellNanoseconds) }

  private func timeWindow(_ cells: Range<Int64>) -> TimeWindow {
    TimeWindow(start: timestamp(cells.lowerBound), end: timestamp(cells.upperBound))
  }

  private static func floor(_ time: Int64, _ width: Int64) -> Int64 {
    time >= 0 ? time / width : (time + 1) / width - 1
  }
}

extension IncidentStream {
  /// Every incident that begins in a recorded window, as it would have been noticed while the series arrived, and when it
  /// was over; nil where it lasts.
  package static func incidents(in window: TelemetryWindow) -> [(onset: IncidentOnset, end: Timestamp?)] {
    let clocks = window.metrics.compactMap(\.samplingSeconds)
    // Shorter cells would hold single requests; the clock of most series is what a cell is sure to have.
    let seconds = max(OrderStatistics.median(of: clocks) ?? 60, 20)
    var stream = IncidentStream(Settings(cellSeconds: seconds, latenessSeconds: 0))
    stream.serviceMap = window.serviceMap
    var found: [(onset: IncidentOnset, end: Timestamp?)] = []
    stream.observe(window.metrics) { _, event in
      switch event {
      case .began(let onset)?: found.append((onset, nil))
      case .ended(let end)? where !found.isEmpty: found[found.count - 1].end = end
      default: break
      }
    }
    return found
  }
}

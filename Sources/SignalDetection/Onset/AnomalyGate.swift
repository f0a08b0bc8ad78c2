import IncidentModel
import Telemetry

/// Decides whether there is an incident at all: users see something, and some component's calls cost them, both more
/// than in normal times. An alert by itself is not an incident.
package struct AnomalyGate: Sendable {
  package var isAnomalous: Bool
  /// The numbers behind the decision, in words.
  package var reason: String
  /// What users see, lasting for several cells, in robust standard deviations; and the most of it in normal times.
  package var departure: Double
  package var usualDeparture: Double
  /// The same of the worst of all components.
  package var spread: Double
  package var usualSpread: Double
  /// What the worst component costs users, lasting, in tenths of their time or hundredths of failures.
  package var impact: Double
  package var usualImpact: Double
  /// The share of normal windows of the same length that look at least as unusual; nil with too few of them.
  package var normalShare: Double?

  /// Whether this is an incident at all; below 1 where a healthy system may look like this now and then.
  package var certainty: Double

  /// From here on a departure is beyond doubt, and from here on it is looked at.
  static let clearDeparture = 5.0
  private static let doubtfulDeparture = 3.2
  private static let margin = 1.3
  private static let marginBehind = 3.0
  /// The same for the worst of all components, of which there are many.
  static let clearSpread = 6.0
  private static let doubtfulSpread = 6.0
  private static let spreadMargin = 1.5
  /// A long stretch has more places at which noise may last, above all where nobody pointed at one of them: then every
  /// place of the window was looked at, however short what was found is.
  private static let longCount = 10
  private static let clearDepartureUnnoticed = 7.0
  private static let clearSpreadWhereLong = 9.0
  /// Normal windows that look as unusual, at most, for a clear and for a doubtful incident; more where somebody has
  /// noticed something.
  private static let clearShare = (unnoticed: 0.015, noticed: 0.04)
  private static let doubtfulShare = (unnoticed: 0.06, noticed: 0.15)
  static let doubt = 0.2
  private static let fewestNormalWindows = 40
  /// Three requests in a hundred fail, or all take a third longer: whoever was called for that has an incident, although
  /// it came and went before for this share of the time.
  private static let seriousImpact = 3.0
  private static let mostEarlierShare = 0.2

  /// Whether many cells were looked at, and whether somebody was called.
  private let isLong: Bool
  let isNoticed: Bool

  /// - Parameters:
  ///   - calls: the calls of the same window and comparison.
  ///   - signals: what the detectors found.
  ///   - ranksWindows: whether the share of normal windows that look as unusual decides where there are enough of them;
  ///     who asks again and again meets each of them.
  init(
    _ window: TelemetryWindow, _ comparison: Comparison, _ calls: CallMeasures, signals: [Signal] = [],
    ranksWindows: Bool = true
  ) {
    let grid = DepartureGrid(window, comparison, calls)
    isNoticed = window.incident.alertedAt != nil && comparison.onsetSource == .alert
    let searched = window.incident.window.durationSeconds / grid.cellSeconds
    isLong = grid.observed.count >= Self.longCount || (!isNoticed && searched >= Double(Self.longCount))
    let lasting = min(isLong ? 5 : 2, max(grid.observed.count, 1))
    let focus = grid.stretches.map { Self.lasting(lasting, grid.focus[$0]) }
    let impacts = grid.stretches.map { Self.lasting(lasting, grid.impact[$0], least: lasting == 2) }
    departure = focus.last?.max() ?? 0
    impact = impacts.last?.max() ?? 0
    usualDeparture = focus.dropLast().joined().max() ?? 0
    usualImpact = impacts.dropLast().joined().max() ?? 0
    let spreads = grid.stretches.map { Self.lasting(lasting, grid.spread[$0]) }
    spread = spreads.last?.max() ?? 0
    usualSpread = spreads.dropLast().joined().max() ?? 0
    let surprise = JointSurprise(focus, impacts)
    normalShare = ranksWindows ? surprise.shareOfNormal(fewest: Self.fewestNormalWindows) : nil
    certainty = 0
    isAnomalous = false
    reason = ""
    if departure <= Self.margin * usualDeparture { lookBehindTheLoudest(grid, lasting) }
    if departure <= Self.margin * usualDeparture, window.incident.alertedAt != nil, window.referenceWindows.isEmpty {
      lookPastEarlierOutages(focus, impacts)
    }
    certainty = max(certaintyOfUsers(window.incident), grid.hasFocus ? 0 : Self.certaintyWithoutUsers(signals))
    certainty = max(certainty, certaintyOfResources(signals), certaintyOfTraffic(signals, window))
    // A burst of unusual lines is no incident where the series show that users notice nothing.
    let records = RecordGate(signals.filter { $0.channel != .logPattern || !grid.hasFocus })
    certainty = max(certainty, records.isAnomalous ? 1 : 0)
    isAnomalous = certainty > 0
    reason = words() + records.reason
  }

  /// One request that failed in normal times is thousands of deviations where none ever does: it must not hide that
  /// another series is far beyond all that it ever was. That must be twice as clear.
  private mutating func lookBehindTheLoudest(_ grid: DepartureGrid, _ lasting: Int) {
    let line = 2 * (isNoticed ? Self.clearDeparture : Self.clearDepartureUnnoticed)
    for cells in grid.focusBySeries {
      let own = grid.stretches.map { Self.lasting(lasting, cells[$0]) }
      let usual = own.dropLast().joined().max() ?? 0
      guard let observed = own.last?.max(), observed >= line, observed > Self.marginBehind * usual else { continue }
      (departure, usualDeparture) = (observed, usual)
      return
    }
  }

  /// That it happened before does not make an outage normal where somebody was called for it and nobody said which time is
  /// normal: what was as bad for a small part of the time is left out of it.
  private mutating func lookPastEarlierOutages(_ focus: [[Double]], _ impacts: [[Double]]) {
    guard departure >= 2 * Self.clearDeparture, impact >= Self.seriousImpact else { return }
    let normal = focus.dropLast().joined().sorted()
    let isAsBad = normal.partitioningIndex { $0 >= departure / Self.margin }
    guard Double(normal.count - isAsBad) <= Self.mostEarlierShare * Double(normal.count) else { return }
    let rank = Int(Double(normal.count) * (1 - 2 * Self.mostEarlierShare))
    usualDeparture = normal[min(rank, normal.count - 1)]
  }

  private func certaintyOfUsers(_ incident: Incident) -> Double {
    let isNamed = incident.symptom != nil && isNoticed
    if let normalShare {
      if normalShare <= (isNamed ? Self.clearShare.noticed : Self.clearShare.unnoticed) { return 1 }
      return normalShare <= (isNamed ? Self.doubtfulShare.noticed : Self.doubtfulShare.unnoticed) ? Self.doubt : 0
    }
    let isSpread = spread > Self.spreadMargin * usualSpread
    let isDeparted = departure > Self.margin * usualDeparture
    // Of all components of a long window one is far out by chance, unless users see something as well.
    let isSeen = !isLong || isNoticed || departure >= Self.doubtfulDeparture
    if isSpread, isSeen, spread >= (isLong ? Self.clearSpreadWhereLong : Self.clearSpread) { return 1 }
    if isDeparted, departure >= (isLong && !isNoticed ? Self.clearDepartureUnnoticed : Self.clearDeparture) { return 1 }
    let isDoubtful =
      isSpread && spread >= Self.doubtfulSpread || isDeparted && departure >= Self.doubtfulDeparture
    return isDoubtful ? Self.doubt : 0
  }

  /// Where no series shows what users see, spans, logs and alerts must.
  private static func certaintyWithoutUsers(_ signals: [Signal]) -> Double {
    var certainty = 0.0
    for signal in signals {
      let line: (doubtful: Double, clear: Double)
      switch signal.channel {
      case .tracePath: line = (8, 15)
      case .traceSelfTime, .traceEdgeGap: line = (2, 5)
      case .traceErrors: line = (2, 5)
      case .logPattern: line = (4, 8)
      case .alert: line = (0.5, 1)
      case .resource, .serviceLevel: line = (1, 2)
      case .absence: line = (0.5, 0.9)
      case .latencyExcess, .errorExcess, .traffic, .change: continue
      }
      if signal.strength >= line.doubtful { certainty = max(certainty, signal.strength >= line.clear ? 1 : doubt) }
    }
    return certainty
  }

  private func words() -> String {
    var text =
      "what users see is \(QuantityText.number(departure)) standard deviations from normal for several samples in a "
      + "row, at most \(QuantityText.number(usualDeparture)) in normal times"
    if let normalShare {
      text += "; \(QuantityText.number(normalShare * 100)) % of normal windows look as unusual"
    }
    return text
  }

  /// For each position what holds over so many neighbouring cells: their median, for two their mean or their least.
  private static func lasting(_ width: Int, _ cells: ArraySlice<Double>, least: Bool = false) -> [Double] {
    let cells = Array(cells)
    let width = min(max(width, 1), cells.count)
    guard width > 0 else { return [] }
    return (0...cells.count - width).map { start in
      let part = cells[start..<start + width]
      if least { return part.min() ?? 0 }
      return OrderStatistics.median(of: Array(part)) ?? 0
    }
  }
}

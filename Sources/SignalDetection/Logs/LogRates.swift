import IncidentModel
import Telemetry

/// How often each service wrote lines of each kind, in the incident and in each history window.
struct LogRates {
  /// A service's template and its counts; the incident first, then history windows, oldest first.
  struct Series {
    var service: Int32
    var template: Int32
    var counts: [Int]
    /// Of the incident's first line.
    var firstSeen: Int64?
  }

  let services: [ComponentID]
  let windows: [TimeWindow]
  let templates: LogTemplates
  /// In the order of first sight.
  private(set) var series: [Series] = []
  /// By service and window, what the counts are compared per: its spans where it has them throughout, else seconds.
  private(set) var exposure: [[Double]] = []
  /// Whether a service's exposure is its spans.
  private(set) var isPerCall: [Bool] = []

  static let minimumHistoryLines = 10
  /// With fewer spans in a window than this, seconds are the better measure.
  static let minimumSpans = 10.0

  /// Nil when there is no line in the incident and before it that spans do not already account for.
  init?(_ window: TelemetryWindow, comparing comparison: Comparison) {
    let logs = window.logs
    // Lines that belong to spans are compared step by step inside their spans; see `TracePath`.
    let spansSpeak = window.spans.rows(in: comparison.observed).count >= TraceFrame.minimumObservedTraces
    let rows = (0..<logs.count).filter { !spansSpeak || logs.spans[$0] < 0 }
    guard !rows.isEmpty else { return nil }
    let history = HistoryWindows.windows(
      of: comparison, over: rows.map { logs.times[$0] }, holdingAtLeast: Self.minimumHistoryLines)
    guard !history.isEmpty else { return nil }
    windows = [comparison.observed] + history
    var placed: [(row: Int, window: Int)] = []
    for (position, part) in windows.enumerated() {
      for row in logs.rows(in: part) where !spansSpeak || logs.spans[row] < 0 { placed.append((row, position)) }
    }
    templates = LogTemplates(logs, rows: placed.map { $0.row..<($0.row + 1) })

    var serviceNumbers: [ComponentID: Int32] = [:]
    var services: [ComponentID] = []
    let serviceOfComponent = logs.componentNames.map { name -> Int32 in
      let service = window.serviceMap.service(of: name)
      if let number = serviceNumbers[service] { return number }
      let number = Int32(services.count)
      serviceNumbers[service] = number
      services.append(service)
      return number
    }
    self.services = services
    var keys = PairInterner()
    for (row, position) in placed {
      let service = serviceOfComponent[Int(logs.components[row])]
      let key = Int(keys.number(of: service, templates.templateOfRow[row]))
      if key == series.count {
        series.append(
          Series(
            service: service, template: templates.templateOfRow[row],
            counts: [Int](repeating: 0, count: windows.count)))
      }
      series[key].counts[position] += 1
      if position == 0, series[key].firstSeen == nil { series[key].firstSeen = logs.times[row] }
    }
    measureExposure(window, serviceNumbers)
  }

  private mutating func measureExposure(_ window: TelemetryWindow, _ serviceNumbers: [ComponentID: Int32]) {
    let spans = window.spans
    let serviceOfComponent = spans.componentNames.map { serviceNumbers[window.serviceMap.service(of: $0)] ?? -1 }
    var counts = [[Double]](repeating: [Double](repeating: 0, count: windows.count), count: services.count)
    for (position, part) in windows.enumerated() {
      for row in spans.rows(in: part) {
        let service = serviceOfComponent[Int(spans.components[row])]
        if service >= 0 { counts[Int(service)][position] += 1 }
      }
    }
    let seconds = windows.map { max($0.durationSeconds, 1) }
    isPerCall = counts.map { $0.allSatisfy { $0 >= Self.minimumSpans } }
    exposure = counts.enumerated().map { isPerCall[$0] ? $1 : seconds }
  }
}

import IncidentModel
import Telemetry

/// Ranks components by which alerts fired, how unusual each is against earlier windows, and in what order.
///
/// Needs no metrics: a set of alerts, a topology, and earlier windows as background (without any, rarity among peers
/// has to do). Levels compete: a replica against its service against its node. See `docs/alert-only.md`.
struct AlertNovelty {
  /// Per component of `index`: novelty beyond what is usual for it, on a scale common to all levels.
  private(set) var scores: [Double]
  let index: AlertIndex
  let window: AlertWindow
  let surprise: AlertSurprise
  let background: AlertBackground

  static let maximumHistoryCount = 200

  init(serviceMap: ServiceMap, alerts: [Alert], current: TimeWindow, earlier: [TimeWindow]) {
    let index = AlertIndex(serviceMap: serviceMap, alerts: alerts)
    let windows = (earlier.suffix(Self.maximumHistoryCount) + [current]).map(index.window)
    var earlierRaw: [[Double]] = []
    for position in windows.indices.dropLast() {
      earlierRaw.append(Self.score(windows, position, index).scores.raw)
    }
    let last = Self.score(windows, windows.count - 1, index)
    self.index = index
    window = windows[windows.count - 1]
    surprise = last.surprise
    background = last.background
    scores = Self.calibrate(last.scores.raw, last.background.taken.map { earlierRaw[$0] }, index)
  }

  private static func score(
    _ windows: [AlertWindow], _ position: Int, _ index: AlertIndex
  ) -> (scores: AlertScores, surprise: AlertSurprise, background: AlertBackground) {
    let background = AlertBackground(of: windows[position], earlier: windows[..<position], index: index)
    let surprise = AlertSurprise(of: windows[position], background: background, index: index)
    let scores = AlertScores(of: windows[position], surprise: surprise, background: background, index: index)
    return (scores, surprise, background)
  }

  /// Subtracts what a component usually scores, and divides by what the loudest of its level usually exceeds that by, so
  /// that a pod, a service and a node can be compared.
  private static func calibrate(_ raw: [Double], _ history: [[Double]], _ index: AlertIndex) -> [Double] {
    guard !history.isEmpty else { return raw }
    let count = Double(history.count)
    let usual = raw.indices.map { component in history.reduce(0) { $0 + $1[component] } / (count + 3) }
    let levels = Set(index.components.map(\.kind)).sorted { $0.rawValue < $1.rawValue }
    let medians = levels.map { level -> Double in
      let loudest = history.map { window in
        index.components.indices.reduce(0) {
          index.components[$1].kind == level ? max($0, window[$1] - usual[$1]) : $0
        }
      }
      let sorted = loudest.sorted()
      return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
    let meanMedian = medians.reduce(0, +) / Double(max(1, medians.count))
    let scale = medians.map { (count * $0 + 3 * meanMedian) / (count + 3) }
    return raw.indices.map { component in
      let level = levels.firstIndex(of: index.components[component].kind) ?? 0
      let excess = max(0, raw[component] - usual[component]) / (scale[level] + 1)
      return excess + 1e-4 * raw[component]
    }
  }
}

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
  let silence: [AlertScores.Silence]

  static let maximumHistoryCount = 200

  init(
    serviceMap: ServiceMap, alerts: [Alert], current: TimeWindow, earlier: [TimeWindow], answerKinds: [ComponentKind]
  ) {
    let index = AlertIndex(serviceMap: serviceMap, alerts: alerts)
    var windows = (earlier.suffix(Self.maximumHistoryCount) + [current]).map(index.window)
    windows.numberContents()
    var earlierRaw: [[Double]] = []
    for position in windows.indices.dropLast() {
      earlierRaw.append(Self.score(windows, position, index).scores.raw)
    }
    let last = Self.score(windows, windows.count - 1, index)
    self.index = index
    window = windows[windows.count - 1]
    surprise = last.surprise
    background = last.background
    silence = last.scores.silence
    let isCandidate = index.components.map { component in
      serviceMap[component.id] != nil && (answerKinds.isEmpty || answerKinds.contains(component.kind))
    }
    let history = last.background.taken.map { earlierRaw[$0] }
    scores = Self.diversify(Self.calibrate(last.scores.raw, history, index, isCandidate), index)
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
  /// that a pod, a service and a node can be compared. What is no candidate scores 0.
  private static func calibrate(
    _ raw: [Double], _ history: [[Double]], _ index: AlertIndex, _ isCandidate: [Bool]
  ) -> [Double] {
    let candidates = raw.indices.filter { isCandidate[$0] }
    var scores = [Double](repeating: 0, count: raw.count)
    guard !history.isEmpty else {
      for component in candidates { scores[component] = raw[component] }
      return scores
    }
    let count = Double(history.count)
    let loudness = loudness(raw, history, candidates)
    let usual = raw.indices.map { component in loudness * history.reduce(0) { $0 + $1[component] } / (count + 3) }
    let levels = Set(candidates.map { index.components[$0].kind }).sorted { $0.rawValue < $1.rawValue }
    let medians = levels.map { level -> Double in
      let members = candidates.filter { index.components[$0].kind == level }
      let loudest = history.map { window in members.reduce(0) { max($0, window[$1] - usual[$1]) } }.sorted()
      return (loudest[(loudest.count - 1) / 2] + loudest[loudest.count / 2]) / 2
    }
    let meanMedian = medians.reduce(0, +) / Double(max(1, medians.count))
    let scale = medians.map { (count * $0 + 3 * meanMedian) / (count + 3) }
    for component in candidates {
      let level = levels.firstIndex(of: index.components[component].kind) ?? 0
      let excess = max(0, raw[component] - usual[component]) / (scale[level] + 1)
      scores[component] = excess + 1e-4 * raw[component]
    }
    return scores
  }

  /// The window's surprise as a share of what windows usually have, at most 1: in a quiet window, as a short one is,
  /// less is usual of everybody.
  private static func loudness(_ raw: [Double], _ history: [[Double]], _ candidates: [Int]) -> Double {
    let now = candidates.reduce(0) { $0 + raw[$1] }
    let usual = history.reduce(0) { sum, window in candidates.reduce(sum) { $0 + window[$1] } } / Double(history.count)
    return usual > now ? now / usual : 1
  }

  /// Once a service or one of its replicas is listed, the other says little more: its score is halved.
  private static func diversify(_ scores: [Double], _ index: AlertIndex) -> [Double] {
    var scores = scores.map { ($0 * 1e9).rounded() / 1e9 }
    var pool = scores.indices.filter { scores[$0] > 0 }
    var isListed = [Bool](repeating: false, count: scores.count)
    while let best = pool.max(by: { (scores[$0], $1) < (scores[$1], $0) }) {
      isListed[best] = true
      pool.removeAll { isListed[$0] }
      let listed = index.components[best]
      for other in pool {
        let component = index.components[other]
        if component.id == listed.instanceOf || component.instanceOf == listed.id { scores[other] /= 2 }
      }
    }
    return scores
  }
}

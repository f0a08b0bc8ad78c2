import IncidentModel
import Telemetry

/// Which promise of a call is broken: it takes too long, or it fails.
package enum CallDimension: Hashable, Sendable, CaseIterable {
  case latency, failure

  package var channel: SignalChannel { self == .latency ? .latencyExcess : .errorExcess }

  package func includes(_ metricClass: MetricClass) -> Bool {
    self == .latency ? metricClass == .latency : metricClass == .errors || metricClass == .availability
  }
}

/// The series that describe one component's calls in one dimension.
package struct CallSeries: Sendable {
  package var component: ComponentID
  package var measure: MetricSeries
  /// Requests in the same time; nil where nobody counted.
  package var requests: MetricSeries?

  /// Who measured these calls of the component; nil where the component did so itself.
  package var client: ComponentID? { measure.client.map { ComponentID(String($0)) } }

  /// What a component counts of its requests itself; nil where it does not.
  static func ownRequests(_ own: [MetricSeries]) -> MetricSeries? {
    let counts = own.indices.filter { own[$0].metricClass == .throughput && own[$0].client == nil }
    return least(counts) { countRank(own[$0]) }.map { own[$0] }
  }

  /// One entry a component, in the order of components; one for each of its clients where these timed it.
  package static func select(
    _ dimension: CallDimension, symptomMetric: String?, from metrics: [MetricSeries]
  ) -> [CallSeries] {
    var selected: [CallSeries] = []
    // Components share the names of their metrics, and each name is read once.
    var ranks: [MetricName: (Int, String)] = [:]
    func rank(_ position: Int) -> (Int, String) {
      let series = metrics[position]
      let name = MetricName(metric: series.key.metric, metricClass: series.metricClass)
      if let known = ranks[name] { return known }
      let rank = dimension.includes(series.metricClass) ? Self.rank(series, symptomMetric) : countRank(series)
      ranks[name] = rank
      return rank
    }
    var first = metrics.startIndex
    while first < metrics.endIndex {
      var past = first
      while past < metrics.endIndex, metrics[past].key.component == metrics[first].key.component { past += 1 }
      let measures = (first..<past).filter { dimension.includes(metrics[$0].metricClass) }
      if let lowest = least(measures, by: rank) {
        let best = mostCounted(lowest, among: measures, metrics, symptomMetric)
        let counts = (first..<past).filter { metrics[$0].metricClass == .throughput }
        let chosen =
          metrics[best].client == nil
          ? [best] : measures.filter { metrics[$0].client != nil && metrics[$0].isLike(metrics[best]) }
        for position in chosen {
          let measure = metrics[position]
          let requests =
            least(counts.filter { metrics[$0].client == measure.client }, by: rank) ?? least(counts, by: rank)
          selected.append(
            CallSeries(component: measure.key.component, measure: measure, requests: requests.map { metrics[$0] }))
        }
      }
      first = past
    }
    return selected
  }

  private struct MetricName: Hashable {
    var metric: String
    var metricClass: MetricClass
  }

  /// Of failures that one metric counts by route or by status, the series that counts most: which of them comes first by
  /// name says nothing.
  private static func mostCounted(
    _ first: Int, among measures: [Int], _ metrics: [MetricSeries], _ symptomMetric: String?
  ) -> Int {
    let one = metrics[first]
    guard one.metricClass == .errors, one.client == nil, !MetricScale.isRatio(one.unit),
      one.key.metric.contains("|"), symptomMetric.map({ !one.key.metric.isMetric($0) }) ?? true
    else { return first }
    let name = one.key.metric.prefix { $0 != "|" }
    let siblings = measures.filter {
      metrics[$0].client == nil && metrics[$0].metricClass == .errors
        && metrics[$0].key.metric.prefix { $0 != "|" } == name
    }
    func counted(_ position: Int) -> Double {
      metrics[position].values.reduce(0) { $1.isFinite ? $0 + $1 : $0 }
    }
    return siblings.map { ($0, counted($0)) }.max { ($0.1, -$0.0) < ($1.1, -$1.0) }?.0 ?? first
  }

  /// The first of the lowest; each is ranked once, and one by itself not at all.
  private static func least(_ positions: [Int], by rank: (Int) -> (Int, String)) -> Int? {
    guard positions.count > 1 else { return positions.first }
    return positions.map { (position: $0, rank: rank($0)) }.min { $0.rank < $1.rank }?.position
  }

  /// By the words that name them; what names none ranks as 2.
  private static let statisticRanks = [
    "avg": 1, "average": 1, "mean": 1, "p50": 3, "median": 3, "50": 3, "p90": 4, "90": 4, "p95": 5, "95": 5, "p99": 6,
    "99": 6,
  ]

  /// The symptom's own metric first, then means before medians before tails: excess adds up over calls for means only.
  /// Of one statistic what clients timed comes first: it holds the way to the component and its queue as well.
  private static func rank(_ series: MetricSeries, _ symptomMetric: String?) -> (Int, String) {
    let name = (series.client == nil ? "1 " : "0 ") + series.key.metric.lowercased()
    if let symptomMetric, series.key.metric.isMetric(symptomMetric) { return (0, name) }
    // Whether a monitor gets an answer is the last thing that those who ask notice.
    if series.metricClass == .availability, MetricMeaning.isReachability(metric: series.key.metric) {
      return (99, name)
    }
    let words = MetricWords.split(series.key.metric)
    let isOwnWork = series.client != nil || !words.contains(where: MetricWords.ofOtherWork.contains)
    return ((isOwnWork ? 0 : 20) + statisticRank(series, words), name)
  }

  private static func statisticRank(_ series: MetricSeries, _ words: [String]) -> Int {
    switch series.metricClass {
    case .availability: return 1
    case .errors: return 2
    default:
      let labels = series.key.metric.split(separator: "|").dropFirst().flatMap { label in
        label.split { !$0.isLetter && !$0.isNumber }.map { $0.lowercased() }
      }
      return (words + labels).lazy.compactMap { statisticRanks[$0] }.min() ?? 2
    }
  }

  /// Requests before other throughput; unlabelled totals before their parts.
  private static func countRank(_ series: MetricSeries) -> (Int, String) {
    let name = series.key.metric.lowercased()
    let isRequests = ["request", "call", "rps", "load", "workload", "hits"].contains(where: name.holds)
    return ((isRequests ? 0 : 2) + (name.holds("|") ? 1 : 0), name)
  }
}

extension MetricSeries {
  private static let clientLabel = "|client="

  /// Who timed or counted this of the component; nil where the component did so itself.
  fileprivate var client: Substring? { key.metric.labelRange(Self.clientLabel).map { key.metric[$0] } }

  /// Whether this is the same metric of another client.
  fileprivate func isLike(_ other: MetricSeries) -> Bool { withoutClient == other.withoutClient }

  private var withoutClient: String {
    var name = key.metric
    if let client = name.labelRange(Self.clientLabel) { name.removeSubrange(client) }
    return name
  }
}

extension String {
  /// Where the value of a label stands, which is named with a `|` before and a `=` after it.
  fileprivate func labelRange(_ label: String) -> Range<Index>? {
    guard let offset = firstOffset(of: label) else { return nil }
    let start = utf8.index(startIndex, offsetBy: offset + label.utf8.count)
    return start..<(self[start...].firstIndex(of: "|") ?? endIndex)
  }
}

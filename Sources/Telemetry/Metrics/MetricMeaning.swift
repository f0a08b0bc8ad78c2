import IncidentModel

/// What a metric is about and in which unit, told from the words of its name alone, so that the same name means the
/// same in every dataset.
package struct MetricMeaning: Hashable, Sendable {
  package var metricClass: MetricClass
  /// `s`, `ms`, `us`, `ns`, `bytes`, `KB`, `MB`, `GB`, `%`, `ratio`, `cores`, `millicores`, `count`, any of them with
  /// `/s` for a rate, or empty where the name does not tell.
  package var unit: String

  /// - Parameter metric: without its component; of the labels behind `|` only one counts, which says how requests ended.
  package init(metric: String) {
    let words = MetricWords.split(metric)
    metricClass = ExporterMetrics.reading(metric)?.metricClass ?? Self.metricClass(words)
    unit = Self.unit(words, metricClass, isPercentage: metric.prefix { $0 != "|" }.contains("%"))
    if metricClass == .throughput, let label = StatusLabel.split(metric)?.label, StatusLabel.isFailure(label) {
      metricClass = .errors
    }
  }

  private static func metricClass(_ words: [String]) -> MetricClass {
    if isReachability(words) { return .availability }
    if isLoadAverage(words) { return .saturation }
    if tellsOfItself(words) { return .other }
    let matches = MetricWords.classes.filter { rule in words.contains(where: rule.words.contains) }.map(\.metricClass)
    guard let first = matches.first else { return isTimed(words) ? timed(words) : .other }
    switch first {
    case .errors where matches.contains(.network) && words.contains(where: MetricWords.losses.contains):
      return .network
    case .availability:
      // Memory that is available is memory; a count of successes is work done.
      if let resource = matches.first(where: MetricWords.resources.contains) { return resource }
      return isCounted(words) ? .throughput : .availability
    case .network, .throughput:
      if isTimed(words), !countsEvents(words) { return timed(words) }
      return first == .throughput && isOngoing(words) ? .saturation : first
    case .latency:
      // How many were timed, not how long they took.
      return countsEvents(words) ? .throughput : timed(words)
    default:
      return first
    }
  }

  /// Whether it tells if a monitor gets an answer: `up`, `pg_up`, `redis_up`, `probe_success`.
  package static func isReachability(metric: String) -> Bool { isReachability(MetricWords.split(metric)) }

  private static func isReachability(_ words: [String]) -> Bool {
    (words.last == "up" && words.count <= 2) || words == ["probe", "success"]
  }

  /// A time that is only ever added to says how busy something is; how long each took, nobody knows from it.
  private static func timed(_ words: [String]) -> MetricClass { words.last == "total" ? .saturation : .latency }

  /// What describes a thing (`redis_instance_info`), says when something happened (`go_memstats_last_gc_time_seconds`), or is
  /// about who measures (`pg_exporter_last_scrape_duration_seconds`).
  private static func tellsOfItself(_ words: [String]) -> Bool {
    if words.last == "info" || words.contains("scrape") || words.contains("scrapes") || words.contains("uptime") {
      return true
    }
    let isCertificate = MetricWords.classes.first.map { words.contains(where: $0.words.contains) } ?? false
    if isCertificate { return false }
    return words.contains("timestamp")
      || (words.contains("time") && words.contains(where: MetricWords.occasions.contains))
  }

  /// Whether a metric of this class measures what is left of a resource, and not what is used: by a word of its name, or by
  /// the label that names a part of the whole.
  package static func isRemainder(metric: String, _ metricClass: MetricClass) -> Bool {
    guard MetricWords.resources.contains(metricClass) else { return false }
    if MetricWords.split(metric).contains(where: MetricWords.remainders.contains) { return true }
    return metric.split(separator: "|").dropFirst().contains { label in
      label == "state=free" || (metricClass == .cpu && (label == "mode=idle" || label == "state=idle"))
    }
  }

  /// Whether it says how much there is in all of something of which another metric says what is left.
  package static func isWhole(metric: String) -> Bool { ExporterMetrics.isWhole(metric) }

  /// Whether a word or a sign of the name says in which unit it is, and not only what it is about.
  static func namesUnit(metric: String) -> Bool {
    metric.prefix { $0 != "|" }.contains("%") || MetricWords.split(metric).contains { MetricWords.units[$0] != nil }
  }

  private static func isTimed(_ words: [String]) -> Bool {
    !words.contains("start") && words.contains { $0 == "time" || $0 == "seconds" || $0 == "milliseconds" }
  }

  /// How many requests are being worked on, not how many there are: `http.server.active_requests`, `requests_in_flight`.
  private static func isOngoing(_ words: [String]) -> Bool {
    !isCounted(words) && (words.contains("active") || words.contains("flight") || words.contains("concurrent"))
  }

  /// The count of a histogram or summary: `http_request_duration_seconds_count`.
  private static func countsEvents(_ words: [String]) -> Bool { words.last == "count" }

  private static func isCounted(_ words: [String]) -> Bool { words.contains("total") || words.contains("count") }

  /// `load1`, `node_load15`, `load_5m`.
  private static func isLoadAverage(_ words: [String]) -> Bool {
    guard let place = words.firstIndex(of: "load"), words.count > place + 1 else { return false }
    return ["1", "5", "15", "1m", "5m", "15m"].contains(words[place + 1])
  }

  private static func unit(_ words: [String], _ metricClass: MetricClass, isPercentage: Bool) -> String {
    if isPercentage { return "%" }
    if words.first == "share" { return "ratio" }
    let isPerSecond = words.suffix(2) == ["per", "second"] || words.suffix(2) == ["per", "sec"]
    let isRate = isPerSecond || words.first == "rate" || words.contains("ps")
    let isPerMinute =
      words.contains("rpm") || words.suffix(2) == ["per", "minute"] || words.suffix(2) == ["per", "min"]
    if isPerMinute, metricClass == .throughput || metricClass == .errors { return "count/min" }
    if metricClass == .throughput, countsEvents(words) { return isRate ? "count/s" : "count" }
    let named = isPerSecond ? words.dropLast(2) : words[...]
    if let unit = named.last(where: { MetricWords.units[$0] != nil }).flatMap({ MetricWords.units[$0] }) {
      if isRate, unit == "s", metricClass == .cpu { return "cores" }
      return isRate ? unit + "/s" : unit
    }
    switch metricClass {
    case .latency: return "s"
    case .availability: return words.contains("availability") || words.contains("success") ? "%" : ""
    case .throughput, .connections:
      return isRate || words.contains { ["rps", "qps", "tps", "ops"].contains($0) } ? "count/s" : "count"
    case .errors: return isRate ? "count/s" : (words.contains("rate") ? "" : "count")
    case .cpu: return words.last == "m" ? "millicores" : (isRate ? "count/s" : "")
    case .memory, .disk, .network, .saturation, .certificate, .other: return isRate ? "count/s" : ""
    }
  }
}

extension MetricSeries {
  /// A series whose class and unit its name tells, as every adapter makes them.
  package convenience init(key: MetricKey, times: [Int64], values: [Double]) {
    self.init(key: key, meaning: MetricMeaning(metric: key.metric), times: times, values: values)
  }

  /// The same, where what the name means is known.
  package convenience init(key: MetricKey, meaning: MetricMeaning, times: [Int64], values: [Double]) {
    self.init(key: key, metricClass: meaning.metricClass, unit: meaning.unit, times: times, values: values)
  }
}

import IncidentModel

extension [MetricSeries] {
  /// What every reader of metrics makes of them: counters added up over how requests ended and what they asked for,
  /// histograms as what they measure, counters as rates, and what is left of something as a share of it.
  package func asMeasures() -> [MetricSeries] {
    withStatusSums().withRouteSums().withNoFailuresBeforeFirst().histogramsAsQuantiles().countersAsRates()
      .remaindersAsShares().withLikelyUnits()
  }

  /// Counters and histograms of a component's requests added up over routes, methods and endings, beside the parts: a
  /// component does as all of its requests do, not as those to the route that comes first by name. A metric that is there
  /// without such labels stays as it is.
  func withRouteSums() -> [MetricSeries] {
    let known = Set(map(\.key))
    var parts: [MetricKey: [MetricSeries]] = [:]
    func add(_ series: MetricSeries, to key: MetricKey) {
      if !known.contains(key) { parts[key, default: []].append(series) }
    }
    for series in self where series.key.metric.contains("|") {
      let labels = MetricLabels(series.key)
      guard Self.countsRequests(series, labels) else { continue }
      var ofAnyEnding = labels
      let hasEnding = ofAnyEnding.removeEndings()
      // What a sum over endings holds already is not added twice.
      guard !hasEnding || !known.contains(ofAnyEnding.key) else { continue }
      var whole = ofAnyEnding
      guard whole.removeRequestLabels() || hasEnding else { continue }
      add(series, to: whole.key)
      guard hasEnding, series.metricClass == .errors else { continue }
      whole.labels.append(MetricLabels.failed)
      add(series, to: whole.key)
    }
    let sums = parts.filter { $0.value.count > 1 }.map { MetricSeries(adding: $0.value, key: $0.key) }
    return self + sums.sorted { $0.key < $1.key }
  }

  private static func countsRequests(_ series: MetricSeries, _ labels: MetricLabels) -> Bool {
    if labels.isPartOfHistogram { return true }
    guard series.metricClass == .throughput || series.metricClass == .errors else { return false }
    return series.unit == "count" || series.unit == "count/s"
  }
}

extension MetricLabels {
  /// Labels that say what was asked for, by the conventions of OpenTelemetry, Micrometer, gRPC and the usual client
  /// libraries; those that say who asked or was asked are no such labels.
  private static let requests: Set<String> = [
    "method", "http_method", "http_request_method", "verb", "route", "http_route", "uri", "url", "path", "http_path",
    "http_target", "endpoint", "handler", "controller", "action", "view", "page", "operation", "operation_name",
    "span_name", "rpc_method", "rpc_service", "grpc_method", "grpc_service", "grpc_type", "scheme", "url_scheme",
    "http_scheme", "protocol", "network_protocol_name", "network_protocol_version", "http_flavor",
  ]

  /// The label of a sum of what failed.
  static let failed: Substring = "status=failed"

  /// - Returns: whether one was there.
  mutating func removeRequestLabels() -> Bool { remove(Self.requests.contains) }

  /// All but the one that says of a sum that it is of what failed.
  /// - Returns: whether one was there.
  mutating func removeEndings() -> Bool {
    remove { StatusLabel.isName($0) || $0 == "error_type" || $0 == "exception" }
  }

  private mutating func remove(_ isRemoved: (String) -> Bool) -> Bool {
    let count = labels.count
    labels.removeAll { $0 != Self.failed && isRemoved(StatusLabel.normalized($0.prefix { $0 != "=" })) }
    return labels.count < count
  }
}

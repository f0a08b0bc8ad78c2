import IncidentModel
import Telemetry
import TextReading

/// Reads a window of telemetry from a Prometheus: every metric whose name means something, raw samples at the times at
/// which they were scraped, and the alerts of its rules.
///
/// A query that fails is a blind spot; only a server that answers nothing at all is an error.
package struct PrometheusReading: Sendable {
  package let client: PrometheusClient
  /// Queries at a time: enough to hide round trips, few enough not to be a load.
  static let queriesAtATime = 4
  static let maximumSeriesCount = 20_000

  package init(_ client: PrometheusClient) { self.client = client }

  /// - Parameters:
  ///   - alert: of which the incident is; its start is the time of the alert and its component the symptom.
  ///   - progress: called with queries done and in all.
  /// - Throws: `PrometheusError`; `DatasetError` where no such alert fired in the window; `CancellationError`.
  package func read(
    _ window: TimeWindow, alert selector: AlertSelector? = nil, progress: @Sendable (Int, Int) -> Void = { _, _ in }
  ) async throws -> TelemetryWindow {
    var blindSpots: [String] = []
    let names = try await names(window)
    let (chosen, leftOut) = MetricSelection.names(names)
    if leftOut > 0 { blindSpots.append("\(leftOut) metrics beyond \(chosen.count) were not read.") }
    let queries = MetricSelection.selectors(chosen) + ["ALERTS{alertstate=\"firing\"}"]
    let (all, failures) = try await samples(queries, window, progress)
    blindSpots += failures
    var series = MetricSelection.aboutComponents(all).withCountersNamed(await counters())
    if series.count > Self.maximumSeriesCount {
      blindSpots.append(
        "\(series.count - Self.maximumSeriesCount) series beyond \(Self.maximumSeriesCount) were left out.")
      series.removeLast(series.count - Self.maximumSeriesCount)
    }
    let alerts = FiringAlerts.alerts(series, annotations: await annotations(&blindSpots), end: window.end)
    series.removeAll { $0.name == "ALERTS" }
    let naming = SeriesNaming(series.map(\.labels))
    var seen: Set<MetricKey> = []
    var assembly = WindowAssembly(
      incident: Incident(
        id: "prometheus-\(Int(window.end.seconds))", title: "\(client.origin) as it is now", window: window,
        environment: client.origin))
    assembly.changes = ReleaseMarks.changes(series, naming)
    series.removeAll { ReleaseMarks.isMark($0.name) }
    assembly.metrics = series.compactMap { series in
      guard let key = naming[series.labels], seen.insert(key).inserted else { return nil }
      return MetricSeries(key: key, times: series.times, values: series.values)
    }.asMeasures()
    assembly.components = naming.components
    assembly.calls = naming.calls
    assembly.alerts = alerts
    if seen.count < series.count {
      blindSpots.append(
        "\(series.count - seen.count) series differ only in who scraped them; the first of each was kept.")
    }
    if series.isEmpty { blindSpots.append("\(client.origin) has no series in this window.") }
    assembly.blindSpots = blindSpots
    return try focus(assembly.window(), on: selector)
  }

  private func focus(_ window: TelemetryWindow, on selector: AlertSelector?) throws -> TelemetryWindow {
    guard let selector else { return window }
    guard let alert = window.alerts.first(where: selector.matches) else {
      let fired = Set(window.alerts.map(\.name)).sorted().joined(separator: ", ")
      throw DatasetError(
        file: client.origin,
        message: "no alert \(selector.name) with these labels fired in the window; "
          + (fired.isEmpty ? "none did" : "there fired \(fired)"))
    }
    var window = window
    window.incident.title = alert.name + (alert.component.map { " at \($0)" } ?? "")
    window.incident.alertedAt = max(alert.startsAt, window.incident.window.start)
    window.incident.symptom = alert.component.map { Incident.Symptom(component: $0) }
    return window
  }

  private func names(_ window: TimeWindow) async throws -> [String] {
    let body = try await client.get(
      "label/__name__/values", ["start": "\(window.start.seconds)", "end": "\(window.end.seconds)"])
    return try client.read(body) { try PrometheusAnswer.texts($0) }
  }

  /// Metrics that are counters by what their exporters said of them; none where the server does not keep that.
  private func counters() async -> Set<String> {
    guard let body = try? await client.get("metadata", [:]) else { return [] }
    return (try? client.read(body) { try PrometheusAnswer.counters($0) }) ?? []
  }

  private func annotations(_ blindSpots: inout [String]) async -> [[String: String]: [String: String]] {
    do {
      return try client.read(try await client.get("alerts", [:])) { try PrometheusAnswer.annotations($0) }
    } catch {
      // Thanos and others serve no alerts here; what fired is in the series.
      return [:]
    }
  }

  /// Raw samples of all queries, in the order of the queries whatever order they are answered in.
  private func samples(
    _ queries: [String], _ window: TimeWindow, _ progress: @Sendable (Int, Int) -> Void
  ) async throws -> (series: [SampledSeries], failures: [String]) {
    var answers = [Result<[SampledSeries], any Error>?](repeating: nil, count: queries.count)
    try await withThrowingTaskGroup(of: (Int, Result<[SampledSeries], any Error>).self) { group in
      var next = 0
      func start() {
        guard next < queries.count else { return }
        let position = next
        next += 1
        group.addTask {
          do {
            return (position, .success(try await samples(queries[position], window)))
          } catch is CancellationError {
            throw CancellationError()
          } catch {
            return (position, .failure(error))
          }
        }
      }
      for _ in 0..<Self.queriesAtATime { start() }
      var done = 0
      while let (position, answer) = try await group.next() {
        answers[position] = answer
        done += 1
        progress(done, queries.count)
        start()
      }
    }
    let failures = answers.compactMap { answer -> (any Error)? in
      if case .failure(let error)? = answer { error } else { nil }
    }
    if let first = failures.first, failures.count == queries.count { throw first }
    let sentences = failures.first.map {
      ["\(failures.count) of \(queries.count) queries failed, so some metrics are missing. The first: \($0)."]
    }
    return (answers.compactMap { try? $0?.get() }.flatMap(\.self), sentences ?? [])
  }

  private func samples(_ selector: String, _ window: TimeWindow) async throws -> [SampledSeries] {
    let range = "\(selector)[\(max(1, Int(window.durationSeconds)))s]"
    let body = try await client.get("query", ["query": range, "time": "\(window.end.seconds)"])
    // In an order of its own: servers promise none.
    return try client.read(body) { try PrometheusAnswer.matrix($0) }
      .map { (text: $0.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined(), series: $0) }
      .sorted { $0.text < $1.text }.map(\.series)
  }
}

import IncidentModel
import TextReading

/// Nezha (Yu et al., "Interpretable Fine-Grained Root Causes Analysis for Microservices on Multi-Modal Observability
/// Data", FSE 2023): days of injected faults with metrics, spans and logs, as the authors published them.
///
/// One case an entry of a day's fault list, of which only `inject_time` is read: what and where was injected, and the
/// `root_cause_*.json` files, give the answer away. Spans and logs were recorded around each injection; those before
/// an injection, and the fault-free minute in `construct_data`, are what is normal.
package struct NezhaAdapter: DatasetAdapter {
  package static let name = "nezha"
  package static let recognisedBy = "rca_data/<day>/<day>-fault_list.json"

  private let folder: DatasetFolder
  private let days: [NezhaDay]
  private let recordings: NezhaRecordings

  package static func recognises(_ folder: String) -> Bool {
    guard let folder = try? DatasetFolder(folder) else { return false }
    return !NezhaDay.names(in: folder).isEmpty
  }

  package init(folder path: String) throws {
    folder = try DatasetFolder(path)
    days = try NezhaDay.all(in: folder)
    recordings = NezhaRecordings(folder: folder)
  }

  package func cases() -> [CaseReference] {
    days.flatMap { day in
      day.injections.indices.map { position in
        CaseReference(
          id: "\(day.name)/\(String(position + 101).dropFirst())", group: day.name, path: folder.shown(day.path),
          position: position)
      }
    }
  }

  package func read(_ reference: CaseReference, options: ReadOptions) throws -> TelemetryWindow {
    guard let day = days.first(where: { folder.shown($0.path) == reference.path }),
      day.injections.indices.contains(reference.position)
    else { throw DatasetError(file: reference.path, message: "there is no case \(reference.id) in this dataset") }
    let plan = NezhaPlan(day: day, incident: reference.position, isBlind: options.isBlind)
    return try window(plan, day, id: reference.id, options)
  }

  package func readHealthy(_ position: Int, options: ReadOptions) throws -> TelemetryWindow? {
    var left = position
    for day in days {
      let stretches = NezhaPlan.healthyStretches(of: day)
      guard left >= stretches.count else {
        let plan = NezhaPlan(day: day, healthy: stretches[left], isBlind: options.isBlind)
        return try window(plan, day, id: "\(day.name)/healthy-\(String(left + 101).dropFirst())", options)
      }
      left -= stretches.count
    }
    return nil
  }

  private func window(
    _ plan: NezhaPlan, _ day: NezhaDay, id: String, _ options: ReadOptions
  ) throws -> TelemetryWindow {
    var source = ByteSource(folder: folder, limits: options.limits)
    let metrics = try NezhaMetrics(day, in: folder, until: plan.metricsEnd, from: &source)
    var assembly = NezhaAssembly()
    for stretch in plan.recorded {
      assembly.add(
        try recordings.piece(in: day.path, of: day, stretch.window, isShared: stretch.isShared, from: &source))
    }
    var normalMinute: TimeWindow?
    if let normalPath = day.normalPath {
      let minute = try recordings.piece(in: normalPath, of: day, .always, isShared: true, from: &source)
      assembly.add(minute)
      normalMinute = minute.spans.extent
    }
    let (spans, logs) = assembly.build()
    let start = plan.incidentStart ?? metrics.firstTime ?? plan.onset
    return TelemetryWindow(
      incident: Incident(
        id: id, title: "Incident \(id)", window: TimeWindow(start: min(start, plan.onset), end: plan.metricsEnd),
        alertedAt: options.isBlind ? nil : plan.onset,
        answerKinds: [.service]),
      referenceWindows: plan.referenceWindows(from: metrics.firstTime, normalMinute: normalMinute),
      metrics: metrics.series, spans: spans, logs: logs,
      serviceMap: NezhaTopology(metrics: metrics, spans: spans, logs: logs).serviceMap,
      blindSpots: blindSpots(plan, metrics, spans, logs, damagedRows: assembly.damagedRowCount),
      inputDigest: source.inputDigest)
  }

  private func blindSpots(
    _ plan: NezhaPlan, _ metrics: NezhaMetrics, _ spans: SpanTable, _ logs: LogTable, damagedRows: Int
  ) -> [String] {
    let incident = TimeWindow(start: plan.onset, end: plan.metricsEnd)
    var sentences: [String] = []
    if metrics.series.isEmpty { sentences.append("No metrics were recorded on this day.") }
    if spans.rows(in: incident).isEmpty { sentences.append("No spans were recorded during the incident.") }
    if logs.rows(in: incident).isEmpty { sentences.append("No log lines were recorded during the incident.") }
    if !metrics.hasMeshLatencies { sentences.append("No latencies of a service mesh were recorded.") }
    sentences.append("Metrics of the nodes were left out: the recording does not say which node they belong to.")
    if damagedRows > 0 {
      sentences.append(
        damagedRows == 1
          ? "1 damaged row of spans or logs was left out."
          : "\(damagedRows) damaged rows of spans or logs were left out.")
    }
    return sentences
  }
}

extension TimeWindow {
  /// All time that can be told.
  static let always = TimeWindow(start: Timestamp(nanoseconds: .min), end: Timestamp(nanoseconds: .max))
}

extension SpanTable {
  /// From the first start to behind the last; nil of no spans.
  var extent: TimeWindow? {
    guard let first = starts.first, let last = starts.last else { return nil }
    return TimeWindow(
      start: Timestamp(nanoseconds: first), end: Timestamp(nanoseconds: last == .max ? last : last + 1))
  }
}

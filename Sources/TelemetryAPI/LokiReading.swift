import IncidentModel
import TextReading

/// Reads lines from Loki: `GET /loki/api/v1/query_range` for each part of the window.
struct LokiReading: Sendable {
  private static let linesPerSlice = 1_000
  private static let sliceCount = 60
  /// Labels that name who wrote a stream, the most telling first; the first that Loki knows selects all streams.
  static let componentLabels = [
    "service_name", "service", "app", "app_kubernetes_io_name", "container", "job", "pod", "host", "filename",
  ]
  private static let severityLabels = ["level", "detected_level", "severity", "severity_text"]

  let queries: QuerySequence

  init(_ queries: QuerySequence) { self.queries = queries }

  func read(_ window: TimeWindow) async throws -> TelemetryRecords {
    let labels = try await queries.ask(
      "/loki/api/v1/labels", ["start": "\(window.start.nanoseconds)", "end": "\(window.end.nanoseconds)"])
    guard labels["status"] == "success" else { throw queries.server.malformed("no list of labels") }
    let known = Set((labels["data"]?.array ?? []).compactMap(\.string))
    guard let label = Self.componentLabels.first(where: known.contains) ?? known.sorted().first else {
      return TelemetryRecords(blindSpots: ["\(queries.server.origin) has no logs in this window."])
    }
    let slices = window.slices(Self.sliceCount)
    let (answers, blindSpots) = try await queries.answers(slices) { try await lines($0, label: label) }
    var records = TelemetryRecords(logs: answers.flatMap { $0 ?? [] }, blindSpots: blindSpots)
    let full = answers.count { $0?.count ?? 0 >= Self.linesPerSlice }
    if full > 0 {
      records.blindSpots.append(
        "In \(full) of \(slices.count) parts of the window, \(queries.server.origin) has more than "
          + "\(Self.linesPerSlice) lines; the first of each were read.")
    }
    return records
  }

  private func lines(_ slice: TimeWindow, label: String) async throws -> [TelemetryRecords.LogEntry] {
    let answer = try await queries.ask(
      "/loki/api/v1/query_range",
      [
        "query": "{\(label)=~\".+\"}", "start": "\(slice.start.nanoseconds)", "end": "\(slice.end.nanoseconds)",
        "limit": "\(Self.linesPerSlice)", "direction": "forward",
      ])
    guard answer["status"] == "success", answer["data"]?["resultType"] == "streams",
      let streams = answer["data"]?["result"]?.array
    else { throw queries.server.malformed("no streams") }
    var entries: [TelemetryRecords.LogEntry] = []
    for stream in streams {
      let labels = (stream["stream"]?.object ?? [:]).compactMapValues(\.string)
      let component = Self.componentLabels.lazy.compactMap { labels[$0] }.first { !$0.isEmpty } ?? "unknown"
      for value in stream["values"]?.array ?? [] {
        guard let parts = value.array, parts.count >= 2, let time = parts[0].string.flatMap({ Int64($0) }),
          let body = parts[1].string
        else { throw queries.server.malformed("a line that is none") }
        let own = parts.count > 2 ? (parts[2].object ?? [:]).compactMapValues(\.string) : [:]
        func text(_ names: [String]) -> String { names.lazy.compactMap { own[$0] ?? labels[$0] }.first ?? "" }
        entries.append(
          TelemetryRecords.LogEntry(
            time: time, component: component, severity: text(Self.severityLabels), body: body,
            trace: text(["trace_id", "traceID", "traceId"]), span: text(["span_id", "spanID", "spanId"])))
      }
    }
    // Streams come in no order that is promised.
    return entries.sorted { ($0.time, $0.component, $0.body) < ($1.time, $1.component, $1.body) }
  }
}

import IncidentModel
import TextReading

/// Reads documents from Elasticsearch or OpenSearch: `POST /<indices>/_search` for each part of the window. Fields are
/// those of the Elastic Common Schema and of OpenTelemetry, written as paths or as nested objects.
struct ElasticsearchReading: Sendable {
  private static let documentsPerSlice = 1_000
  private static let sliceCount = 60
  /// Where the address names no indices.
  private static let usualIndices = "/logs-*,filebeat-*,logstash-*,otel-logs-*"

  private static let componentFields = [
    "service.name", "resource.attributes.service.name", "kubernetes.container.name", "container.name", "host.name",
  ]
  private static let bodyFields = ["message", "body.text", "body", "log", "event.original"]
  private static let severityFields = ["log.level", "severity_text", "severity", "level"]

  let queries: QuerySequence

  init(_ queries: QuerySequence) { self.queries = queries }

  func read(_ window: TimeWindow) async throws -> TelemetryRecords {
    let slices = window.slices(Self.sliceCount)
    let (answers, blindSpots) = try await queries.answers(slices) { try await documents($0) }
    let found = answers.compactMap(\.self)
    var records = TelemetryRecords(logs: found.flatMap(\.entries), blindSpots: blindSpots)
    let origin = queries.server.origin
    let partial = found.count { $0.isPartial }
    if partial > 0 {
      records.blindSpots.append(
        "\(origin) gave \(partial) of \(slices.count) answers in part only, since shards failed or its time was up.")
    }
    let full = found.count { $0.entries.count >= Self.documentsPerSlice }
    if full > 0 {
      records.blindSpots.append(
        "In \(full) of \(slices.count) parts of the window, \(origin) has more than \(Self.documentsPerSlice) "
          + "documents; the first of each were read.")
    }
    return records
  }

  private struct Documents: Sendable {
    var entries: [TelemetryRecords.LogEntry] = []
    var isPartial = false
  }

  private var path: String {
    let afterHost = queries.server.url.split(separator: "/", omittingEmptySubsequences: true).dropFirst(2)
    return (afterHost.isEmpty ? Self.usualIndices : "") + "/_search"
  }

  private func documents(_ slice: TimeWindow) async throws -> Documents {
    let range: JSONValue = [
      "gte": .string("\(slice.start)"), "lt": .string("\(slice.end)"), "format": "strict_date_optional_time_nanos",
    ]
    let answer = try await queries.ask(
      path, ["ignore_unavailable": "true", "allow_no_indices": "true"],
      body: [
        "size": .number(Double(Self.documentsPerSlice)), "track_total_hits": false,
        "timeout": .string("\(max(1, Int(queries.server.deadlineSeconds / 4)))s"),
        "sort": [["@timestamp": ["order": "asc", "unmapped_type": "date"]]],
        "query": ["bool": ["filter": [["range": ["@timestamp": range]]]]],
      ])
    guard let hits = answer["hits"]?["hits"]?.array else { throw queries.server.malformed("no hits") }
    var documents = Documents()
    documents.isPartial = answer["timed_out"] == true || (answer["_shards"]?["failed"]?.number ?? 0) > 0
    for hit in hits {
      guard let source = hit["_source"], let time = Self.time(Self.field("@timestamp", source)) else { continue }
      func text(_ names: [String]) -> String {
        names.lazy.compactMap { Self.field($0, source)?.string }.first { !$0.isEmpty } ?? ""
      }
      let component = text(Self.componentFields)
      documents.entries.append(
        TelemetryRecords.LogEntry(
          time: time, component: component.isEmpty ? "unknown" : component, severity: text(Self.severityFields),
          body: text(Self.bodyFields), trace: text(["trace.id", "trace_id"]), span: text(["span.id", "span_id"])))
    }
    return documents
  }

  /// `a.b` as one key, as nested objects, or as a mixture.
  static func field(_ name: String, _ value: JSONValue) -> JSONValue? {
    if let found = value[name] { return found }
    for (place, character) in zip(name.indices, name) where character == "." {
      if let inner = value[String(name[..<place])], inner.object != nil,
        let found = field(String(name[name.index(after: place)...]), inner)
      {
        return found
      }
    }
    return nil
  }

  /// RFC 3339, or milliseconds since 1970.
  private static func time(_ value: JSONValue?) -> Int64? {
    if let text = value?.string { return Timestamp(rfc3339: text)?.nanoseconds }
    return value?.number.flatMap { Timestamp(seconds: $0 / 1_000)?.nanoseconds }
  }
}

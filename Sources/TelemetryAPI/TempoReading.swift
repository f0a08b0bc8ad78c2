import IncidentModel
import TextReading

/// Reads traces from Tempo: `GET /api/search` for each part of the window, then `/api/traces/<id>` for what was found.
/// The same search may find others the next time; what was read is what counts.
struct TempoReading: Sendable {
  private static let sliceCount = 12
  private static let tracesPerSlice = 20

  let queries: QuerySequence

  init(_ queries: QuerySequence) { self.queries = queries }

  func read(_ window: TimeWindow) async throws -> TelemetryRecords {
    // The youngest part first: where time runs out, it is what matters most.
    let slices = Array(window.slices(Self.sliceCount).reversed())
    let (found, searchBlindSpots) = try await queries.answers(slices) { try await identifiers($0) }
    var seen: Set<String> = []
    let wanted = found.flatMap { $0 ?? [] }.filter { seen.insert($0).inserted }
    let origin = queries.server.origin
    guard !wanted.isEmpty else {
      return TelemetryRecords(blindSpots: searchBlindSpots + ["\(origin) has no traces in this window."])
    }
    let (answers, blindSpots) = try await queries.answers(wanted) { try await spans(of: $0) }
    var records = TelemetryRecords(blindSpots: searchBlindSpots + blindSpots)
    records.spans = answers.flatMap { $0 ?? [] }
    if found.contains(where: { $0?.count ?? 0 >= Self.tracesPerSlice }) {
      records.blindSpots.append(
        "Of the traces that \(origin) has, \(Self.tracesPerSlice) were read of each part of the window.")
    }
    return records
  }

  private func identifiers(_ slice: TimeWindow) async throws -> [String] {
    let answer = try await queries.ask(
      "/api/search",
      [
        "q": "{}", "start": "\(slice.start.nanoseconds / 1_000_000_000)",
        "end": "\(slice.end.nanoseconds / 1_000_000_000 + 1)", "limit": "\(Self.tracesPerSlice)",
      ])
    guard answer.object != nil, answer["traces"] == nil || answer["traces"]?.array != nil else {
      throw queries.server.malformed("no traces")
    }
    return (answer["traces"]?.array ?? []).compactMap { $0["traceID"]?.string }.filter { identifier in
      // It becomes part of an address.
      (1...32).contains(identifier.utf8.count) && identifier.allSatisfy(\.isHexDigit)
    }.sorted()
  }

  private func spans(of trace: String) async throws -> [TelemetryRecords.SpanEntry] {
    let answer = try await queries.ask("/api/traces/\(trace)")
    guard let batches = (answer["batches"] ?? answer["resourceSpans"] ?? answer["trace"]?["resourceSpans"])?.array
    else {
      throw queries.server.malformed("no trace")
    }
    return try batches.flatMap { batch in
      let attributes = Self.attributes(batch["resource"]?["attributes"])
      let component = attributes["service.name"] ?? "unknown"
      let scopes = (batch["scopeSpans"] ?? batch["instrumentationLibrarySpans"])?.array ?? []
      return try scopes.flatMap { $0["spans"]?.array ?? [] }.map { span in
        guard let entry = Self.span(span, trace: trace, component: component) else {
          throw queries.server.malformed("a span that is none")
        }
        return entry
      }
    }
  }

  private static func span(
    _ span: JSONValue, trace: String, component: String
  ) -> TelemetryRecords.SpanEntry? {
    guard let identifier = span["spanId"]?.string, let start = time(span["startTimeUnixNano"]),
      let end = time(span["endTimeUnixNano"])
    else { return nil }
    let parent = span["parentSpanId"]?.string ?? ""
    let kind = span["kind"]
    let isCall = ["SPAN_KIND_CLIENT", "SPAN_KIND_PRODUCER", 3, 4].contains(kind)
    let attributes = isCall ? attributes(span["attributes"]) : [:]
    let code = span["status"]?["code"]
    return TelemetryRecords.SpanEntry(
      trace: trace, span: identifier, parent: parent.allSatisfy { $0 == "0" || $0 == "A" || $0 == "=" } ? nil : parent,
      component: component, operation: span["name"]?.string ?? "", start: start, end: end,
      failed: code == "STATUS_CODE_ERROR" || code == 2,
      peer: ["peer.service", "server.address", "db.system.name", "db.system", "messaging.system"].lazy.compactMap {
        attributes[$0]
      }.first { $0.contains(where: \.isLetter) && $0 != "localhost" })
  }

  private static func attributes(_ value: JSONValue?) -> [String: String] {
    Dictionary(
      (value?.array ?? []).compactMap { attribute -> (String, String)? in
        guard let key = attribute["key"]?.string, let text = attribute["value"]?["stringValue"]?.string else {
          return nil
        }
        return (key, text)
      }, uniquingKeysWith: { first, _ in first })
  }

  private static func time(_ value: JSONValue?) -> Int64? {
    value?.string.flatMap { Int64($0) } ?? value?.number.flatMap { Int64(exactly: $0.rounded()) }
  }
}

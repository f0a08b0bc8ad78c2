import IncidentModel
import TextReading

/// Reads traces from Jaeger over the interface of its own pages: `GET /api/services`, `/api/traces` for each service and
/// part of the window, `/api/dependencies`.
struct JaegerReading: Sendable {
  private static let maximumServiceCount = 60
  private static let sliceCount = 6
  private static let tracesPerSlice = 20

  let queries: QuerySequence

  init(_ queries: QuerySequence) { self.queries = queries }

  func read(_ window: TimeWindow) async throws -> TelemetryRecords {
    let list = try await queries.ask("/api/services")
    guard list["data"]?.array != nil || list["data"] == .null else {
      throw queries.server.malformed("no list of services")
    }
    let services = (list["data"]?.array ?? []).compactMap(\.string).sorted()
    let origin = queries.server.origin
    guard !services.isEmpty else { return TelemetryRecords(blindSpots: ["\(origin) has no traces."]) }
    var wanted: [(service: String, slice: TimeWindow)] = []
    for slice in window.slices(Self.sliceCount).reversed() {
      wanted += services.prefix(Self.maximumServiceCount).map { ($0, slice) }
    }
    var (answers, blindSpots) = try await queries.answers(wanted) { try await traces($0.service, $0.slice) }
    if services.count > Self.maximumServiceCount {
      blindSpots.append("\(services.count - Self.maximumServiceCount) services of \(origin) were not asked for.")
    }
    if answers.contains(where: { $0?.traceCount ?? 0 >= Self.tracesPerSlice }) {
      blindSpots.append(
        "Of the traces that \(origin) has, \(Self.tracesPerSlice) were read of each service in each part of the window."
      )
    }
    var records = TelemetryRecords(blindSpots: blindSpots)
    records.spans = answers.flatMap { $0?.spans ?? [] }
    // Older ones of its stores know no dependencies; spans tell the calls as well.
    if let calls = try? await calls(window) { records.calls = calls }
    return records
  }

  private struct Traces: Sendable {
    var spans: [TelemetryRecords.SpanEntry] = []
    var traceCount = 0
  }

  private func traces(_ service: String, _ slice: TimeWindow) async throws -> Traces {
    let answer = try await queries.ask(
      "/api/traces",
      [
        "service": service, "start": "\(slice.start.nanoseconds / 1_000)", "end": "\(slice.end.nanoseconds / 1_000)",
        "limit": "\(Self.tracesPerSlice)",
      ])
    guard let found = answer["data"]?.array else { throw queries.server.malformed("no traces") }
    var traces = Traces(traceCount: found.count)
    for trace in found {
      for span in trace["spans"]?.array ?? [] {
        guard let entry = Self.span(span, processes: trace["processes"] ?? .null) else {
          throw queries.server.malformed("a span that is none")
        }
        traces.spans.append(entry)
      }
    }
    return traces
  }

  private static func span(_ span: JSONValue, processes: JSONValue) -> TelemetryRecords.SpanEntry? {
    guard let trace = span["traceID"]?.string, let identifier = span["spanID"]?.string,
      let start = span["startTime"]?.number, let duration = span["duration"]?.number, abs(start) < 9e15,
      (0..<9e15).contains(duration),
      let process = span["processID"]?.string.flatMap({ processes[$0] }) ?? span["process"],
      let service = process["serviceName"]?.string
    else { return nil }
    let references = span["references"]?.array ?? []
    let parent = references.first { $0["refType"] == "CHILD_OF" } ?? references.first
    let nanoseconds = Int64(start) * 1_000
    let tags = span["tags"]?.array ?? []
    func tag(_ key: String) -> JSONValue? { tags.first { $0["key"]?.string == key }?["value"] }
    let isCall = tag("span.kind") == "client" || tag("span.kind") == "producer"
    return TelemetryRecords.SpanEntry(
      trace: trace, span: identifier, parent: parent?["spanID"]?.string, component: service,
      operation: span["operationName"]?.string ?? "", start: nanoseconds, end: nanoseconds + Int64(duration) * 1_000,
      failed: tag("error") == true || tag("error") == "true" || tag("otel.status_code") == "ERROR",
      peer: isCall ? tag("peer.service")?.string ?? tag("db.system")?.string : nil)
  }

  private func calls(_ window: TimeWindow) async throws -> [(from: String, to: String)] {
    let answer = try await queries.ask(
      "/api/dependencies",
      [
        "endTs": "\(window.end.nanoseconds / 1_000_000)",
        "lookback": "\((window.end.nanoseconds - window.start.nanoseconds) / 1_000_000)",
      ])
    return (answer["data"]?.array ?? []).compactMap { call in
      guard let parent = call["parent"]?.string, let child = call["child"]?.string, parent != child else { return nil }
      return (parent, child)
    }
  }
}

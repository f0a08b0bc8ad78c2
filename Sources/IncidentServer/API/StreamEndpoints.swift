import Hummingbird
import IncidentModel
import ServiceLifecycle

/// Server-sent events. An event's id is where its reader stands; with it as `Last-Event-ID` a stream goes on without a
/// gap, also after a restart of the server, since both streams are read from the store.
struct StreamEndpoints: Sendable {
  let store: ServerStore
  let signals: ChangeSignals
  /// Of an incident, those that changed after an entry of the desk's journal.
  let recommendations: @Sendable (_ incident: String, _ after: Int) async throws -> [RecommendationView]

  private static let resumption = Endpoint.Parameter(
    name: "Last-Event-ID", place: .header, description: "The last event that was seen; nothing for all that is known.")
  private static let failures: [HTTPResponse.Status] = [.badRequest, .serviceUnavailable]
  private static let pause = Duration.milliseconds(200)

  var endpoints: [Endpoint] {
    [
      Endpoint(
        .get, "\(ReadEndpoints.base)/stream", .role(.viewer), "Follow all incidents: one event for each change.",
        parameters: [Self.resumption], answerType: "text/event-stream", failures: Self.failures
      ) { request, _ in
        return try stream(from: try Self.place(request, parts: 1)) { writer, place in
          for item in try await store.incidents(after: place[0]) {
            place[0] = max(place[0], item.version)
            try await writer.event("incident", id: Self.text(place), data: try StoredDocument.text(item))
          }
        }
      },
      Endpoint(
        .get, "\(ReadEndpoints.base)/incidents/{id}/stream", .role(.viewer),
        "Follow one incident: its changes, every entry of its board, and every change of its recommendations.",
        parameters: [
          Endpoint.Parameter(name: "id", place: .path, description: "The incident, for example INC-1."),
          Self.resumption,
        ], answerType: "text/event-stream", failures: Self.failures
      ) { request, context in
        let id = try context.parameters.require("id")
        guard let number = IncidentRecord.number(id), try await store.incident(number) != nil else {
          throw Problem.notFound("incident \(id.prefix(40))")
        }
        return try stream(from: try Self.place(request, parts: 4)) { writer, place in
          guard let record = try await store.incident(number) else { return }
          if record.version > place[0] {
            place[0] = record.version
            try await writer.event("incident", id: Self.text(place), data: try StoredDocument.text(record.item))
          }
          for investigation in record.investigations where investigation.generation >= place[1] {
            guard let digest = investigation.digest else { continue }
            if investigation.generation > place[1] { (place[1], place[2]) = (investigation.generation, 0) }
            for entry in try await store.entries(record.id, digest) where entry.sequence > place[2] {
              place[2] = entry.sequence
              try await writer.event("entry", id: Self.text(place), data: try StoredDocument.text(entry))
            }
          }
          let changed = try await recommendations(record.id, place[3])
          for view in changed.sorted(by: { $0.sequence < $1.sequence }) {
            place[3] = view.sequence
            try await writer.event("recommendation", id: Self.text(place), data: try StoredDocument.text(view))
          }
        }
      },
    ]
  }

  private static func text(_ place: [Int]) -> String { place.map(String.init).joined(separator: ".") }

  /// - Throws: `Problem` for an identifier that was not given out here.
  private static func place(_ request: Request, parts: Int) throws -> [Int] {
    guard let text = request.header("Last-Event-ID"), !text.isEmpty else {
      return [Int](repeating: 0, count: parts)
    }
    let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    // One that was given out before there was more to follow is a place, too.
    guard numbers.count <= parts, !numbers.contains(where: { ($0 ?? -1) < 0 }) else {
      throw Problem(.badRequest, "Last-Event-ID was not given out here")
    }
    return numbers.compactMap(\.self) + [Int](repeating: 0, count: parts - numbers.count)
  }

  /// - Parameter write: writes what is new since a place, and moves the place on.
  private func stream(
    from start: [Int], _ write: @escaping @Sendable (inout any ResponseBodyWriter, inout [Int]) async throws -> Void
  ) throws -> Response {
    guard let changes = signals.subscribe() else {
      throw Problem(.serviceUnavailable, "too many follow already", retryAfterSeconds: 30)
    }
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-cache"],
      body: ResponseBody { writer in
        var place = start
        // So that a proxy and a browser see at once that there is a stream.
        try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
        for await _ in changes.cancelOnGracefulShutdown() {
          try await write(&writer, &place)
          try await writer.write(ByteBuffer(string: ":\n\n"))
          // Each reader reads the store: many who watch a storm must not keep it busy.
          try await Task.sleep(for: Self.pause)
        }
        try await writer.finish(nil)
      })
  }
}

extension ResponseBodyWriter {
  /// - Parameter data: one line.
  fileprivate mutating func event(_ name: String, id: String, data: String) async throws {
    try await write(ByteBuffer(string: "id: \(id)\nevent: \(name)\ndata: \(data)\n\n"))
  }
}

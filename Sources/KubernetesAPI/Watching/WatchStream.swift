import Foundation
import HTTPTransport

/// One line of a watch.
enum WatchEvent {
  case applied(APIObject, version: String)
  case deleted(APIObject, version: String)
  /// Nothing changed up to this version.
  case bookmark(version: String)
  case failed(KubernetesAPIError)

  /// Nil for a type that is not known: the API may add some.
  init?(_ line: [UInt8], _ scope: ResourceScope) throws {
    let slices = JSONSlices(bytes: line)
    do {
      let members = try slices.members(slices.all)
      let type = members.first { slices.has($0.key, "type") }.flatMap { slices.text($0.value) } ?? ""
      guard let object = members.first(where: { slices.has($0.key, "object") })?.value else {
        throw KubernetesAPIError(.malformed, "\(scope)", detail: "a watch event without an object")
      }
      switch type {
      case "ERROR":
        let status = APIStatus(Array(line[object]))
        self = .failed(
          KubernetesClient.error(HTTPHead(status: status?.code ?? 500), Array(line[object]), "\(scope)", verb: "watch"))
      case "BOOKMARK":
        self = .bookmark(version: try APIObject(scope.resource, json: Array(line[object])).identity().resourceVersion)
      case "ADDED", "MODIFIED", "DELETED":
        let object = try APIObject(scope, slices, object)
        let version = try object.identity().resourceVersion
        self = type == "DELETED" ? .deleted(object, version: version) : .applied(object, version: version)
      default: return nil
      }
    } catch is JSONSlices.Malformed {
      throw KubernetesAPIError(.malformed, "\(scope)", detail: "a watch event is not JSON")
    }
  }
}

/// A watch that is open: its events in order, until the API or a failure ends it.
struct WatchStream {
  let scope: ResourceScope
  fileprivate let stream: HTTPStream
  fileprivate let origin: String
  fileprivate let maximumLineBytes: Int
  private var unread: [UInt8] = []
  private var position = 0

  fileprivate init(_ scope: ResourceScope, _ stream: HTTPStream, origin: String, maximumLineBytes: Int) {
    self.scope = scope
    self.stream = stream
    self.origin = origin
    self.maximumLineBytes = maximumLineBytes
  }

  /// Nil where the API ended the watch, as it does every few minutes.
  /// - Throws: `KubernetesAPIError` or `CancellationError`.
  mutating func next() async throws -> WatchEvent? {
    while let line = try await nextLine() {
      guard line.contains(where: { $0 > 32 }) else { continue }
      if let event = try WatchEvent(line, scope) { return event }
    }
    return nil
  }

  private mutating func nextLine() async throws -> [UInt8]? {
    var searched = position
    while true {
      if let end = unread[searched...].firstIndex(of: 10) {
        defer { position = end + 1 }
        return Array(unread[position..<end])
      }
      guard unread.count - position <= maximumLineBytes else {
        throw KubernetesAPIError(.malformed, "\(scope)", detail: "a watch event of more than \(maximumLineBytes) bytes")
      }
      unread.removeSubrange(..<position)
      position = 0
      searched = unread.count
      do {
        guard let bytes = try await stream.next() else {
          // What has no line end was cut off; the next watch brings it again.
          return nil
        }
        unread += bytes
      } catch let error as HTTPError {
        throw KubernetesAPIError(.unreachable(error.kind), origin, detail: error.detail)
      }
    }
  }
}

extension KubernetesClient {
  /// Everything that happens in a scope after a resource version.
  /// - Throws: `KubernetesAPIError` or `CancellationError`.
  func watch(_ scope: ResourceScope, after version: String, seconds: Int) async throws -> WatchStream {
    var query = [
      "watch=1", "allowWatchBookmarks=true", "resourceVersion=\(URLText.escaped(version))", "timeoutSeconds=\(seconds)",
    ]
    if let selector = scope.fieldSelector { query.append("fieldSelector=\(URLText.escaped(selector))") }
    let kind = scope.resource.isMetadataOnly ? "PartialObjectMetadata" : nil
    while true {
      let (client, token) = try await session.current()
      var request = request(
        scope.path + "?" + query.joined(separator: "&"), accept: Self.accepted(kind), token: token)
      // A connection that died without a word ends here; the API ends a live one before.
      request.deadlineSeconds = Double(seconds) + 30
      request.maximumResponseBytes = .max / 2
      request.acceptsCompression = false
      let stream = try await answered("\(scope)") { [request] in try await client.open(request) }
      if stream.head.status == 200 {
        return WatchStream(
          scope, stream, origin: session.access.server, maximumLineBytes: limits.maximumWatchLineBytes)
      }
      if stream.head.status == 401, await session.wasRefused() { continue }
      var body: [UInt8] = []
      while body.count < 64 << 10, let bytes = try await answered("\(scope)", { try await stream.next() }) {
        body += bytes
      }
      throw Self.error(stream.head, body, "\(scope)", verb: "watch")
    }
  }
}

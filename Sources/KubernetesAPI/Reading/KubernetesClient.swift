import HTTPTransport

/// Reads from one API server. It can only read: there is no method here but GET.
package struct KubernetesClient: Sendable {
  package struct Limits: Sendable {
    package var pageSize = 500
    package var pageDeadlineSeconds = 60.0
    package var maximumPageBytes = 256 << 20
    package var maximumObjects = 1_000_000
    /// How often a list that expired between two pages is begun again.
    package var maximumRestarts = 3
    /// How often one request is sent where the API cannot answer at once.
    package var maximumAttempts = 4
    /// How long the API is asked to keep a watch open.
    package var watchSeconds = 300
    package var maximumWatchLineBytes = 16 << 20

    package init() {}
  }

  package let session: ClusterSession
  package var limits: Limits
  let timing: Timing

  package init(_ session: ClusterSession, timing: Timing, limits: Limits = Limits()) {
    self.session = session
    self.timing = timing
    self.limits = limits
  }

  /// The server's version, such as `v1.32.4`. Costs next to nothing and tells whether it can be reached.
  package func version() async throws -> String {
    let body = try await get("/version", subject: session.access.server, accept: "application/json", verb: "get")
    let slices = JSONSlices(bytes: body)
    let members = (try? slices.members(slices.all)) ?? []
    return members.first { slices.has($0.key, "gitVersion") }.flatMap { slices.text($0.value) } ?? "unknown"
  }

  /// Everything in a scope, page by page. A list that expires in between is begun again.
  /// - Throws: `KubernetesAPIError` or `CancellationError`.
  package func list(_ scope: ResourceScope) async throws -> ObjectList {
    var restarts = 0
    while true {
      do {
        return try await pages(scope, isPaged: restarts < limits.maximumRestarts)
      } catch let error as KubernetesAPIError where error.kind == .expired && restarts < limits.maximumRestarts {
        restarts += 1
      }
    }
  }

  /// - Parameter isPaged: the last resort is one page with everything, which cannot expire in between.
  private func pages(_ scope: ResourceScope, isPaged: Bool) async throws -> ObjectList {
    var objects: [APIObject] = []
    var continuation: String?
    var seen: Set<String> = []
    while true {
      var query = isPaged ? ["limit=\(limits.pageSize)"] : []
      if let continuation { query.append("continue=\(URLText.escaped(continuation))") }
      if let selector = scope.fieldSelector { query.append("fieldSelector=\(URLText.escaped(selector))") }
      let body = try await getPatiently(
        scope.path + (query.isEmpty ? "" : "?" + query.joined(separator: "&")), scope: scope)
      let page = try ListPage(scope, body)
      objects += page.objects
      guard objects.count <= limits.maximumObjects else {
        throw KubernetesAPIError(.malformed, "\(scope)", detail: "more than \(limits.maximumObjects) objects")
      }
      guard let next = page.continuation else {
        return ObjectList(scope: scope, objects: objects, resourceVersion: page.resourceVersion)
      }
      guard seen.insert(next).inserted else {
        throw KubernetesAPIError(.malformed, "\(scope)", detail: "the list goes round in a circle")
      }
      continuation = next
    }
  }

  /// Tries again where the API cannot answer at once, as long as it asks for, or ever longer.
  private func getPatiently(_ path: String, scope: ResourceScope) async throws -> [UInt8] {
    var backoff = Backoff(seed: timing.seed)
    while true {
      do {
        let kind = scope.resource.isMetadataOnly ? "PartialObjectMetadataList" : nil
        return try await get(path, subject: "\(scope)", accept: Self.accepted(kind), verb: "list")
      } catch let error as KubernetesAPIError where error.isTransient && backoff.attempts + 1 < limits.maximumAttempts {
        try await timing.sleep(.seconds(backoff.next(asked: error.retryAfterSeconds)))
      }
    }
  }

  static func accepted(_ kind: String?) -> String {
    kind.map { "application/json;as=\($0);g=meta.k8s.io;v=v1" } ?? "application/json"
  }

  func get(
    _ path: String, subject: String, accept: String, verb: String, maximumBytes: Int? = nil
  ) async throws -> [UInt8] {
    while true {
      let (client, token) = try await session.current()
      var request = request(path, accept: accept, token: token)
      request.deadlineSeconds = limits.pageDeadlineSeconds
      request.maximumResponseBytes = maximumBytes ?? limits.maximumPageBytes
      let response = try await answered(subject) { [request] in try await client.send(request) }
      if response.status == 200 { return response.body }
      if response.status == 401, await session.wasRefused() { continue }
      throw Self.error(response.head, response.body, subject, verb: verb)
    }
  }

  func request(_ path: String, accept: String, token: String?) -> HTTPRequest {
    var request = HTTPRequest(session.access.server + path)
    request.headers = [HTTPRequest.Header("Accept", accept)]
    request.bearerToken = token
    return request
  }

  func answered<Answer>(_ subject: String, _ call: () async throws -> Answer) async throws -> Answer {
    do {
      return try await call()
    } catch let error as HTTPError {
      throw KubernetesAPIError(.unreachable(error.kind), error.origin, detail: error.detail)
    }
  }

  static func error(_ head: HTTPHead, _ body: [UInt8], _ subject: String, verb: String) -> KubernetesAPIError {
    let status = APIStatus(body)
    let kind: KubernetesAPIError.Kind =
      switch head.status {
      case 401: .unauthorized
      case 403: .forbidden(verb: verb)
      case 404: .notServed
      case 410: .expired
      case 429, 500...599: .unavailable(status: head.status)
      default: .refused(status: head.status)
      }
    return KubernetesAPIError(
      kind, subject, detail: status?.words ?? "",
      retryAfterSeconds: head.retryAfterSeconds ?? status?.details?.retryAfterSeconds)
  }
}

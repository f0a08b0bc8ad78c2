import Foundation

/// An API server on 127.0.0.1 for tests: list, paging, watch and discovery as Kubernetes documents them, over objects in
/// memory. It checks nothing that is written to it, because nothing can be.
package final class LoopbackAPIServer: @unchecked Sendable {
  /// What it serves; the plural is not derivable from an object.
  package struct Resource: Sendable {
    var group: String
    var version: String
    var name: String
    var kind: String
    var isNamespaced: Bool

    package init(group: String, version: String, name: String, kind: String, isNamespaced: Bool) {
      self.group = group
      self.version = version
      self.name = name
      self.kind = kind
      self.isNamespaced = isNamespaced
    }

    var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    var root: String { group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)" }
  }

  typealias Object = [String: Any]

  struct Change {
    var version: Int
    var type: String
    var resource: String
    var object: Object
  }

  /// Answers instead of the server, or nil to let it: what tests make go wrong. True keeps the connection.
  package typealias Interference = @Sendable (LoopbackServer.Request, Connection) -> Bool?

  let resources: [Resource]
  private let interfere: Interference
  private let condition = NSCondition()
  /// Guarded by `condition`, like all below. Objects by plural, then by `namespace/name`.
  private var objects: [String: [String: Object]] = [:]
  private var changes: [Change] = []
  private var version = 100
  /// Changes up to this version are forgotten.
  private var compacted = 0
  private var watchGeneration = 0
  private var bookmark = 0
  private var targets: [String] = []
  private var accepts: [String] = []
  private var isStopped = false
  private var server: LoopbackServer?

  package init(_ resources: [Resource], interfere: @escaping Interference = { _, _ in nil }) throws {
    self.resources = resources
    self.interfere = interfere
    server = try LoopbackServer { [weak self] request, connection in
      guard let self else { return false }
      return answer(request, connection)
    }
  }

  package var origin: String { server?.origin ?? "" }

  /// Ends the watches and takes no more connections.
  package func stop() {
    condition.withLock {
      isStopped = true
      condition.broadcast()
    }
    server?.stop()
  }

  // MARK: - What tests do to it

  /// Creates or replaces an object that is given as JSON, and tells the watches.
  package func put(_ json: String, in resource: String) throws {
    guard let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? Object else { return }
    condition.withLock {
      version += 1
      var object = object
      var metadata = object["metadata"] as? Object ?? [:]
      metadata["resourceVersion"] = String(version)
      if metadata["uid"] == nil { metadata["uid"] = "uid-\(resource)-\(metadata["name"] ?? "")" }
      object["metadata"] = metadata
      let key = Self.key(object)
      let isNew = objects[resource]?[key] == nil
      objects[resource, default: [:]][key] = object
      record(isNew ? "ADDED" : "MODIFIED", resource, object)
    }
  }

  package func delete(_ name: String, namespace: String = "", in resource: String) {
    condition.withLock {
      guard let object = objects[resource]?.removeValue(forKey: "\(namespace)/\(name)") else { return }
      version += 1
      record("DELETED", resource, object)
    }
  }

  /// Forgets the changes so far, as etcd's compaction does: who asks for older ones gets 410.
  package func compact() { condition.withLock { compacted = version } }

  /// Removes an object without telling anybody: the change that a compaction swallowed.
  package func loseSilently(_ name: String, namespace: String = "", in resource: String) {
    condition.withLock { _ = objects[resource]?.removeValue(forKey: "\(namespace)/\(name)") }
  }

  /// Ends every open watch, as the API does every few minutes.
  package func endWatches() {
    condition.withLock {
      watchGeneration += 1
      condition.broadcast()
    }
  }

  /// Tells every open watch how far it has come.
  package func sendBookmarks() {
    condition.withLock {
      version += 1
      bookmark = version
      condition.broadcast()
    }
  }

  /// What was asked for so far, with the query.
  package var requestedTargets: [String] { condition.withLock { targets } }
  package var requestedAccepts: [String] { condition.withLock { accepts } }

  private func record(_ type: String, _ resource: String, _ object: Object) {
    changes.append(Change(version: version, type: type, resource: resource, object: object))
    condition.broadcast()
  }

  static func key(_ object: Object) -> String {
    let metadata = object["metadata"] as? Object
    return "\(metadata?["namespace"] as? String ?? "")/\(metadata?["name"] as? String ?? "")"
  }

  // MARK: - Answering

  private func answer(_ request: LoopbackServer.Request, _ connection: Connection) -> Bool {
    condition.withLock {
      targets.append(request.target)
      accepts.append(request.headers["accept"] ?? "")
    }
    if let isKept = interfere(request, connection) { return isKept }
    guard request.method == "GET" else { return status(405, "only GET", connection) }
    if let discovery = discovery(request.path) { return json(discovery, connection) }
    guard let target = Target(request.path, resources) else { return status(404, "no such path", connection) }
    let isMetadataOnly = request.headers["accept"]?.contains("as=PartialObjectMetadata") ?? false
    if request.query["watch"] == "1" || request.query["watch"] == "true" {
      return watch(target, request, isMetadataOnly, connection)
    }
    return list(target, request, isMetadataOnly, connection)
  }

  /// A path as resource, namespace and name.
  private struct Target {
    var resource: Resource
    var namespace: String?
    var name: String?

    init?(_ path: String, _ resources: [Resource]) {
      for resource in resources where path.hasPrefix(resource.root + "/") {
        var parts = path.dropFirst(resource.root.count + 1).split(separator: "/").map(String.init)
        if parts.count >= 3, parts[0] == "namespaces" {
          namespace = parts[1]
          parts.removeFirst(2)
        }
        guard parts.first == resource.name, parts.count <= 2 else { continue }
        self.resource = resource
        name = parts.count == 2 ? parts[1] : nil
        return
      }
      return nil
    }
  }

  private func selected(_ target: Target, _ request: LoopbackServer.Request) -> [(key: String, value: Object)] {
    let selector = FieldSelector(request.query["fieldSelector"])
    return (objects[target.resource.name] ?? [:]).filter { key, object in
      if let namespace = target.namespace, !key.hasPrefix(namespace + "/") { return false }
      return selector.matches(object)
    }.sorted { $0.key < $1.key }
  }

  /// `a.b=c,d!=e`, as the API takes them.
  private struct FieldSelector {
    private var terms: [(path: [String], value: String, isEqual: Bool)] = []

    init(_ text: String?) {
      for term in (text ?? "").split(separator: ",") {
        guard let mark = term.firstIndex(of: "=") else { continue }
        let isEqual = !term[..<mark].hasSuffix("!")
        let path = isEqual ? term[..<mark] : term[..<mark].dropLast()
        let value = term[term.index(after: mark)...]
        terms.append((path.split(separator: ".").map(String.init), String(value.drop { $0 == "=" }), isEqual))
      }
    }

    func matches(_ object: Object) -> Bool {
      terms.allSatisfy { term in
        var value: Any? = object
        for key in term.path { value = (value as? Object)?[key] }
        return (value as? String ?? "" == term.value) == term.isEqual
      }
    }
  }

  private func list(
    _ target: Target, _ request: LoopbackServer.Request, _ isMetadataOnly: Bool, _ connection: Connection
  ) -> Bool {
    let query = request.query
    let (all, now, isExpired) = condition.withLock {
      // A continuation is the version of its first page and the key behind which it goes on.
      let started = query["continue"].flatMap { Int($0.split(separator: "|").first ?? "") } ?? version
      return (selected(target, request), started, started < compacted)
    }
    if let name = target.name {
      guard let object = all.first(where: { $0.key == "\(target.namespace ?? "")/\(name)" })?.value else {
        return status(404, "not found", connection)
      }
      return json(typed(object, target.resource, isMetadataOnly), connection)
    }
    if isExpired { return status(410, "the provided continue parameter is too old", connection) }
    let after = query["continue"]?.split(separator: "|").dropFirst().first.map(String.init)
    let rest = all.filter { after == nil || $0.key > after ?? "" }
    let limit = query["limit"].flatMap { Int($0) } ?? .max
    let page = rest.prefix(limit)
    var metadata: Object = ["resourceVersion": String(now)]
    if rest.count > page.count, let last = page.last { metadata["continue"] = "\(now)|\(last.key)" }
    let kind = isMetadataOnly ? "PartialObjectMetadataList" : target.resource.kind + "List"
    // Items of a list bear no type, but for metadata's.
    let items = page.map { isMetadataOnly ? typed($0.value, target.resource, true) : $0.value }
    return json(
      [
        "kind": kind, "apiVersion": isMetadataOnly ? "meta.k8s.io/v1" : target.resource.apiVersion,
        "metadata": metadata, "items": items,
      ], connection)
  }

  private func typed(_ object: Object, _ resource: Resource, _ isMetadataOnly: Bool) -> Object {
    if isMetadataOnly {
      return [
        "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"] ?? [:],
      ]
    }
    return object.merging(["kind": resource.kind, "apiVersion": resource.apiVersion]) { _, type in type }
  }

  private func watch(
    _ target: Target, _ request: LoopbackServer.Request, _ isMetadataOnly: Bool, _ connection: Connection
  ) -> Bool {
    var seen = Int(request.query["resourceVersion"] ?? "") ?? 0
    let (generation, isExpired) = condition.withLock { (watchGeneration, seen < compacted) }
    if isExpired { return status(410, "too old resource version", connection) }
    connection.beginChunks(headers: ["Content-Type: application/json"])
    while true {
      let (due, bookmark, isOver) = condition.withLock {
        () -> (due: [Change], bookmark: Int, isOver: Bool) in
        while !isStopped, watchGeneration == generation, (changes.last?.version ?? 0) <= seen, self.bookmark <= seen {
          condition.wait()
        }
        return (changes.filter { $0.version > seen }, self.bookmark, isStopped || watchGeneration != generation)
      }
      for change in due {
        seen = max(seen, change.version)
        guard change.resource == target.resource.name else { continue }
        if let namespace = target.namespace, !Self.key(change.object).hasPrefix(namespace + "/") { continue }
        guard FieldSelector(request.query["fieldSelector"]).matches(change.object) else { continue }
        let object = typed(change.object, target.resource, isMetadataOnly)
        guard sendLine(["type": change.type, "object": object], connection) else { return false }
      }
      if bookmark > seen {
        seen = bookmark
        let object: Object = [
          "kind": target.resource.kind, "apiVersion": target.resource.apiVersion,
          "metadata": ["resourceVersion": String(bookmark)],
        ]
        guard sendLine(["type": "BOOKMARK", "object": object], connection) else { return false }
      }
      if isOver { return connection.sendChunk("") }
    }
  }

  private func sendLine(_ line: Object, _ connection: Connection) -> Bool {
    connection.sendChunk(text(line) + "\n")
  }

  private func text(_ object: Object) -> String {
    (try? JSONSerialization.data(withJSONObject: object, options: .sortedKeys)).map {
      String(decoding: $0, as: UTF8.self)
    } ?? "{}"
  }

  func json(_ object: Object, status: Int = 200, _ connection: Connection) -> Bool {
    connection.answer(status, headers: ["Content-Type: application/json"], text(object))
    return true
  }

  private func status(_ code: Int, _ message: String, _ connection: Connection) -> Bool {
    connection.answer(code, headers: ["Content-Type: application/json"], Self.statusText(code, message))
    return true
  }

  /// The body of a failure as the API writes it.
  package static func statusText(_ code: Int, _ message: String) -> String {
    #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"\#(message)","code":\#(code)}"#
  }
}

/// What `kubectl` asks before it asks for anything.
extension LoopbackAPIServer {
  func discovery(_ path: String) -> Object? {
    switch path {
    case "/version":
      return ["major": "1", "minor": "32", "gitVersion": "v1.32.0", "platform": "linux/amd64"]
    case "/api":
      return ["kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [Object]()]
    case "/apis":
      let groups = Set(resources.map(\.group)).subtracting([""]).sorted().map { group -> Object in
        let version = resources.first { $0.group == group }?.version ?? "v1"
        let entry = ["groupVersion": "\(group)/\(version)", "version": version]
        return ["name": group, "versions": [entry], "preferredVersion": entry]
      }
      return ["kind": "APIGroupList", "apiVersion": "v1", "groups": groups]
    default:
      let served = resources.filter { $0.root == path }
      guard let first = served.first else { return nil }
      let entries = served.map { resource -> Object in
        [
          "name": resource.name, "singularName": resource.kind.lowercased(), "namespaced": resource.isNamespaced,
          "kind": resource.kind, "verbs": ["get", "list", "watch"],
        ]
      }
      return ["kind": "APIResourceList", "apiVersion": "v1", "groupVersion": first.apiVersion, "resources": entries]
    }
  }
}

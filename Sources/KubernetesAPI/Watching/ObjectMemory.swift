/// The objects of a cluster as the API wrote them, kept in step with what reflectors tell.
///
/// Events stay when the API forgets them, which it does after an hour; only a limit ends them, the oldest first.
package struct ObjectMemory: Sendable {
  package static let maximumEvents = 100_000

  private struct Key: Hashable, Comparable {
    var namespace: String
    var name: String

    static func < (left: Key, right: Key) -> Bool { (left.namespace, left.name) < (right.namespace, right.name) }
  }

  private let maximumEvents: Int
  /// What has to be listed before anything can be said of a resource: the first scope of each.
  private let mainScopes: [APIResource: ResourceScope]
  /// What is read of pods in other namespaces; nil where all are read alike.
  private let elsewhere: ResourceScope?
  private var listed: Set<ResourceScope> = []
  private var objects: [APIResource: [Key: APIObject]] = [:]
  private var events: [Key: APIObject] = [:]
  /// Keys of events in the order in which they were first seen; those before `oldest` are forgotten.
  private var eventOrder: [Key] = []
  private var oldest = 0
  /// How many events the limit cost.
  package private(set) var forgottenEvents = 0
  /// Objects that came without metadata.
  package private(set) var namelessObjects = 0
  /// Why scopes cannot be followed now.
  private var lost: [ResourceScope: KubernetesAPIError] = [:]

  package init(_ scopes: [ResourceScope], maximumEvents: Int = maximumEvents) {
    self.maximumEvents = maximumEvents
    elsewhere = scopes.first { !$0.excludedNamespaces.isEmpty }
    mainScopes = Dictionary(scopes.map { ($0.resource, $0) }) { first, _ in first }
  }

  package mutating func apply(_ change: ScopeChange) {
    switch change {
    case .listed(let list):
      lost[list.scope] = nil
      listed.insert(list.scope)
      replace(list)
    case .applied(let object): put(object)
    case .deleted(let object):
      guard object.resource.name != "events", let key = key(object) else { return }
      objects[object.resource]?[key] = nil
    case .lost(let scope, let error): lost[scope] = error
    case .resumed(let scope): lost[scope] = nil
    }
  }

  private mutating func replace(_ list: ObjectList) {
    let resource = list.scope.resource
    if resource.name != "events" {
      // A resource may be in several scopes; each lists its own namespace.
      var others = objects[resource] ?? [:]
      if let namespace = list.scope.namespace {
        others = others.filter { $0.key.namespace != namespace }
      } else if !list.scope.excludedNamespaces.isEmpty {
        others = others.filter { list.scope.excludedNamespaces.contains($0.key.namespace) }
      } else {
        others = [:]
      }
      objects[resource] = others
    }
    for object in list.objects { put(object) }
  }

  private mutating func put(_ object: APIObject) {
    guard let key = key(object) else {
      namelessObjects += 1
      return
    }
    guard object.resource.name == "events" else {
      objects[object.resource, default: [:]][key] = object
      return
    }
    if events.updateValue(object, forKey: key) == nil { eventOrder.append(key) }
    while events.count > maximumEvents {
      events[eventOrder[oldest]] = nil
      oldest += 1
      forgottenEvents += 1
    }
    if oldest > maximumEvents {
      eventOrder.removeFirst(oldest)
      oldest = 0
    }
  }

  private func key(_ object: APIObject) -> Key? {
    guard let identity = try? object.identity(), !identity.name.isEmpty else { return nil }
    return Key(namespace: identity.namespace, name: identity.name)
  }

  /// The objects of a resource by namespace and name; nil where its main scope was never listed, so that nothing can be
  /// said of what is not here.
  package func objects(_ resource: APIResource) -> [APIObject]? {
    guard let scope = mainScopes[resource], listed.contains(scope) else { return nil }
    let found = resource.name == "events" ? events : objects[resource] ?? [:]
    return found.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Whether pods that take room on nodes were left out: those of other namespaces could not be listed.
  package var missesPods: Bool { elsewhere.map { !listed.contains($0) || lost[$0] != nil } ?? false }

  /// Scopes of which it is not known yet whether they can be read.
  package func unsettled(_ scopes: [ResourceScope]) -> [ResourceScope] {
    scopes.filter { !listed.contains($0) && lost[$0] == nil }
  }

  /// Which state of each object this is, in one line: the same objects, the same text.
  package var versions: String {
    var lines: [String] = []
    for resource in APIResource.all {
      for object in objects(resource) ?? [] {
        guard let identity = try? object.identity() else { continue }
        lines.append("\(resource.qualifiedName) \(identity.namespace)/\(identity.name) \(identity.resourceVersion)")
      }
    }
    return lines.joined(separator: "\n")
  }

  /// Every namespace that exists has a service account at least.
  package func holdsAnything(in namespace: String) -> Bool {
    objects.values.contains { $0.keys.contains { $0.namespace == namespace } }
  }

  package var objectCount: Int { objects.values.reduce(events.count) { $0 + $1.count } }

  package var blindSpots: [String] {
    var sentences = lost.sorted { $0.key.description < $1.key.description }.map { $0.value.blindSpot($0.key) }
    if forgottenEvents > 0 {
      sentences.append("\(forgottenEvents) of the oldest events were left out; the limit is \(maximumEvents).")
    }
    return sentences
  }
}

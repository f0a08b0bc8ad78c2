import IncidentModel
import KubernetesObjects
import TextReading

/// Reads the objects of a cluster from a folder: one list a file, a `kubectl cluster-info dump`, a must-gather or a
/// support bundle. Names of files and folders tell the kind where objects do not.
struct ClusterFolder {
  private static let maximumDepth = 12
  private static let maximumFileCount = 50_000
  private static let maximumLogBytes = 16 << 10
  private static let maximumLogCount = 5000

  /// Where anything but objects is a mistake; in dumps other files lie beside them.
  let isStrict: Bool
  private let reader: ObjectReader
  private(set) var snapshot = ClusterSnapshot()
  private var fileCount = 0

  init(isStrict: Bool, limits: ReadLimits) {
    self.isStrict = isStrict
    reader = ObjectReader(limits: limits)
  }

  /// Reads everything below a folder, in natural order of names.
  mutating func read(_ relative: String, _ source: inout ByteSource, depth: Int = 0) throws {
    guard depth <= Self.maximumDepth else { return }
    for entry in try source.folder.entries(relative) {
      let path = join(relative, entry.name)
      if entry.isFolder {
        try read(path, &source, depth: depth + 1)
      } else {
        try readFile(path, &source)
      }
    }
    snapshot.pruneEvents()
  }

  mutating func readFile(_ path: String, _ source: inout ByteSource) throws {
    let plain = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
    let name = plain.split(separator: "/").last.map(String.init) ?? plain
    guard fileCount < Self.maximumFileCount else {
      throw DatasetError(file: source.folder.shown(path), message: "more than \(Self.maximumFileCount) files")
    }
    fileCount += 1
    if name == "logs.txt" || name == "current.log" { return try readLog(plain, &source) }
    guard [".json", ".yaml", ".yml"].contains(where: name.hasSuffix) else { return }
    let file = try source.read(plain)
    do {
      switch name {
      case "nodes-processes.json": snapshot.nodeProcesses = try ClusterObservations.processes(file, source.limits)
      case "probes.json": snapshot.probes = try ClusterObservations.probes(file, source.limits)
      case "scope.json": snapshot.missesPods = try ClusterObservations.missesPods(file, source.limits)
      default: try reader.read(file, hint: Self.hint(plain), into: &snapshot)
      }
    } catch let error as DatasetError {
      if isStrict { throw error }
      snapshot.notes.foreignFileCount += 1
    }
  }

  /// `pods.json`, `pods/default.json`, `core/pods.yaml`.
  private static func hint(_ path: String) -> ObjectKind? {
    let parts = path.split(separator: "/").map(String.init)
    guard let last = parts.last else { return nil }
    let stem = last.prefix { $0 != "." }
    return ObjectKind(resource: String(stem)) ?? parts.dropLast().last.flatMap { ObjectKind(resource: $0) }
  }

  // MARK: - Logs

  /// `<namespace>/<pod>/logs.txt` of a dump, `namespaces/<namespace>/pods/<pod>/…/current.log` of a must-gather.
  private mutating func readLog(_ path: String, _ source: inout ByteSource) throws {
    guard snapshot.podLogs.count < Self.maximumLogCount else { return }
    let parts = path.split(separator: "/").map(String.init)
    let name: ObjectName
    if let place = parts.lastIndex(of: "pods"), place >= 1, place + 1 < parts.count {
      name = ObjectName(parts[place + 1], in: parts[place - 1])
    } else if parts.count >= 3 {
      name = ObjectName(parts[parts.count - 2], in: parts[parts.count - 3])
    } else {
      return
    }
    let file = try source.read(path)
    let text = file.withBytes { String(decoding: $0.suffix(Self.maximumLogBytes), as: UTF8.self) }
    if !text.isEmpty { snapshot.podLogs[name, default: ""] += text }
  }

  /// The last lines of pods in a log of the case's own, where records are named for the pod.
  static func addLogs(_ logs: LogTable, to snapshot: inout ClusterSnapshot) { snapshot.addLogs(logs) }

  fileprivate static let logBytes = maximumLogBytes
}

extension ClusterSnapshot {
  /// The last lines of each pod, where records are named for it: by its name alone where that is the only one, or with
  /// its namespace before it.
  package mutating func addLogs(_ logs: LogTable) {
    var podOf: [Substring: ObjectName?] = [:]
    for name in pods.keys {
      let key = Substring(name.name)
      podOf[key] = .some(podOf[key] == nil ? name : nil)
      podOf["\(name.namespace)/\(name.name)"] = .some(name)
    }
    let named = logs.componentNames.map { component in
      podOf[component.rawValue[...]].flatMap { $0 }
        ?? podOf[component.rawValue.split(separator: "/").last ?? ""].flatMap { $0 }
    }
    for row in logs.times.indices.reversed() {
      guard let pod = named[Int(logs.components[row])] else { continue }
      let known = podLogs[pod] ?? ""
      guard known.utf8.count < ClusterFolder.logBytes else { continue }
      podLogs[pod] = logs.bodyText(row) + "\n" + known
    }
  }
}

/// What is not an object of the API and was measured beside it.
enum ClusterObservations {
  /// `{node: {unit: state}}`.
  static func processes(_ file: FileBytes, _ limits: ReadLimits) throws -> [String: [String: String]] {
    var reader = try JSONReader(file, limits: limits)
    var all: [String: [String: String]] = [:]
    try reader.beginObject()
    while try reader.nextMember() {
      let node = String(decoding: reader.key, as: UTF8.self)
      try reader.beginObject()
      while try reader.nextMember() {
        let unit = String(decoding: reader.key, as: UTF8.self)
        all[node, default: [:]][unit] = try reader.text()
      }
    }
    try reader.finish()
    return all
  }

  /// `{missesPods: true}`, as recordings of one namespace have it.
  static func missesPods(_ file: FileBytes, _ limits: ReadLimits) throws -> Bool {
    var reader = try JSONReader(file, limits: limits)
    var misses = false
    try reader.beginObject()
    while try reader.nextMember() {
      if reader.keyIs("missesPods") { misses = try reader.bool() } else { try reader.skipValue() }
    }
    try reader.finish()
    return misses
  }

  /// `[{from, to, port, ok, milliseconds?}]`.
  static func probes(_ file: FileBytes, _ limits: ReadLimits) throws -> [ConnectionProbe] {
    var reader = try JSONReader(file, limits: limits)
    var all: [ConnectionProbe] = []
    try reader.beginArray()
    while try reader.nextElement() {
      var probe = ConnectionProbe(node: "", target: "", port: 0, succeeded: false)
      try reader.beginObject()
      while try reader.nextMember() {
        if reader.keyIs("from") {
          probe.node = try reader.text()
        } else if reader.keyIs("to") {
          probe.target = try reader.text()
        } else if reader.keyIs("port") {
          probe.port = Int(exactly: try reader.number().rounded()) ?? 0
        } else if reader.keyIs("ok") {
          probe.succeeded = try reader.bool()
        } else if reader.keyIs("milliseconds") {
          let milliseconds = try reader.number()
          if milliseconds.isFinite, milliseconds >= 0 { probe.milliseconds = milliseconds }
        } else {
          try reader.skipValue()
        }
      }
      all.append(probe)
    }
    try reader.finish()
    return all
  }
}

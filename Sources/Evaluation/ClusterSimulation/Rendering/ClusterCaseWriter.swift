import Foundation
import IncidentModel
import Telemetry
import TextReading

extension SimulatedClusterCase {
  /// Writes the case into a folder of its own, `<folder>/<id>`. Objects are rendered one at a time, so that memory is
  /// that of the cluster's description and not of its JSON.
  package func write(below folder: String) throws {
    let place = "\(folder)/\(id)"
    try ClusterFiles.makeFolder("\(place)/kubernetes")
    try ClusterFiles.write(caseYAML, to: "\(place)/case.yaml")
    try ClusterFiles.write(truthYAML, to: "\(place)/truth.yaml")
    for (resource, objects) in resources() {
      var file = try ObjectListFile("\(place)/kubernetes/\(resource).json.gz")
      try objects { try file.append($0) }
      try file.close()
    }
    try writeObservations(place)
  }

  typealias Producer = (_ emit: (APIValue) throws -> Void) throws -> Void

  /// Every resource of which there are objects.
  private func resources() -> [(String, Producer)] {
    let object = APIObject(cluster)
    let cluster = cluster
    func each<Item>(_ items: [Item], _ render: @escaping (Item) -> APIValue) -> Producer {
      { emit in for item in items { try emit(render(item)) } }
    }
    func workloads(_ kind: ClusterWorkload.Kind) -> Producer {
      each(cluster.workloads.indices.filter { cluster.workloads[$0].kind == kind }) { object.workload($0) }
    }
    let services = cluster.services.filter { !$0.isAbsent }
    var all: [(String, Producer)] = [
      ("pods", each(cluster.pods) { object.pod($0) }), ("nodes", each(cluster.nodes) { object.node($0) }),
      ("namespaces", each(cluster.namespaces.keys.sorted()) { object.namespace($0) }),
      ("deployments", workloads(.deployment)), ("statefulsets", workloads(.statefulSet)),
      ("daemonsets", workloads(.daemonSet)), ("jobs", workloads(.job)),
      (
        "replicasets",
        { emit in
          for position in cluster.workloads.indices { for one in object.replicaSets(position) { try emit(one) } }
        }
      ), ("services", each(services) { object.service($0) }),
      (
        "endpointslices",
        { emit in for service in services { for one in object.endpointSlices(service) { try emit(one) } } }
      ), ("persistentvolumeclaims", each(cluster.claims) { object.claim($0) }),
      ("persistentvolumes", each(cluster.volumes) { object.volume($0) }),
      ("storageclasses", each(cluster.storageClasses) { object.storageClass($0) }),
      ("resourcequotas", each(cluster.quotas) { object.quota($0) }),
      ("serviceaccounts", each(cluster.serviceAccounts) { object.serviceAccount($0) }),
      ("configmaps", each(cluster.configMaps) { object.keyed($0, kind: "ConfigMap") }),
      ("secrets", each(cluster.secrets) { object.keyed($0, kind: "Secret") }),
      ("networkpolicies", each(cluster.policies) { object.networkPolicy($0) }),
      ("leases", each(cluster.leases) { object.lease($0) }),
    ]
    if !cluster.limitRanges.isEmpty { all.append(("limitranges", each(cluster.limitRanges) { $0 })) }
    if !cluster.webhooks.isEmpty { all.append(("validatingwebhookconfigurations", each(cluster.webhooks) { $0 })) }
    return all + eventFiles(object)
  }

  /// Events in the older form, in the newer one, or in both, as somebody has happened to ask for them.
  private func eventFiles(_ object: APIObject) -> [(String, Producer)] {
    var random = random
    let form = random.index(below: 3)
    func events(_ version: APIObject.EventVersion) -> Producer {
      { emit in
        var number = 0
        for event in self.cluster.events {
          number += 1
          try emit(object.event(event, number: number, as: version))
        }
        var random = SeededRandom(seed: 1, purpose: self.id)
        while number < self.eventTarget, let event = self.routineEvent(&random) {
          number += 1
          try emit(object.event(event, number: number, as: version))
        }
      }
    }
    var files: [(String, Producer)] = []
    if form != 1 { files.append(("events", events(.core))) }
    if form != 0 { files.append(("events.events.k8s.io", events(.events))) }
    return files
  }

  /// What a busy cluster writes all day: pods that are placed, pulled and started.
  private func routineEvent(_ random: inout SeededRandom) -> ClusterEvent? {
    guard !cluster.pods.isEmpty else { return nil }
    let pod = cluster.pods[random.index(below: cluster.pods.count)]
    let workload = cluster.workloads[pod.workload]
    let container = workload.revisions[pod.revision].template.containers[0]
    let at = cluster.now - 60 - random.index(below: 3500)
    let choices = [
      ("Pulled", "Container image \"\(container.image)\" already present on machine"),
      ("Created", "Created container \(container.name)"), ("Started", "Started container \(container.name)"),
      ("SuccessfulMountVolume", "MountVolume.SetUp succeeded for volume \"kube-api-access\""),
    ]
    let choice = choices[random.index(below: choices.count)]
    return ClusterEvent(
      kind: "Pod", apiVersion: "v1", namespace: workload.namespace, name: pod.name, uid: pod.uid,
      fieldPath: "spec.containers{\(container.name)}", reason: choice.0, message: choice.1, isWarning: false,
      component: "kubelet", host: pod.node.map { cluster.nodes[$0].name }, first: at, last: at)
  }

  /// What is not an API object: logs, series, units of nodes and who reaches whom.
  private func writeObservations(_ place: String) throws {
    if !cluster.processes.isEmpty {
      let states = APIValue.object(cluster.processes.mapValues { .map($0) })
      try ClusterFiles.write(states, to: "\(place)/kubernetes/nodes-processes.json")
    }
    if !cluster.probes.isEmpty {
      let rows = cluster.probes.map { row -> APIValue in
        ["from": .string(row.from), "to": .string(row.to), "port": .int(row.port), "ok": .bool(row.isReachable)]
      }
      try ClusterFiles.write(.list(rows), to: "\(place)/kubernetes/probes.json")
    }
    if !cluster.logs.isEmpty {
      var bytes: [UInt8] = []
      for line in cluster.logs.sorted(by: { ($0.at, $0.component, $0.body) < ($1.at, $1.component, $1.body) }) {
        let record: APIValue = [
          "time": APIObject.time(line.at), "component": .string(line.component), "severity": .string(line.severity),
          "body": .string(line.body),
        ]
        record.append(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
      }
      try ClusterFiles.write(try GzipWriting.compressed(bytes), to: "\(place)/logs.jsonl.gz")
    }
    if !cluster.metrics.isEmpty {
      try ClusterFiles.write(try GzipWriting.compressed(Array(metricTable.utf8)), to: "\(place)/metrics.csv.gz")
    }
  }

  private var metricTable: String {
    let rows = cluster.metrics.map(\.values.count).max() ?? 0
    var text = "time," + cluster.metrics.map { "\($0.component)|\($0.metric)" }.joined(separator: ",") + "\n"
    for row in 0..<rows {
      text += "\(cluster.now - 30 * (rows - row))"
      for series in cluster.metrics { text += ",\(series.values[row].roundedToSignificantDigits(7))" }
      text += "\n"
    }
    return text
  }
}

/// A `List` of objects, written one by one into a gzip file of several members.
struct ObjectListFile {
  private let handle: FileHandle
  private let path: String
  private var bytes = Array(#"{"apiVersion":"v1","items":["#.utf8)
  private var isFirst = true

  init(_ path: String) throws {
    self.path = path
    guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path)
    else { throw DatasetError(file: path, message: "the file cannot be written") }
    self.handle = handle
  }

  mutating func append(_ object: APIValue) throws {
    bytes += Array((isFirst ? "\n" : ",\n").utf8)
    isFirst = false
    object.append(to: &bytes)
    if bytes.count > 4 << 20 { try flush() }
  }

  mutating func close() throws {
    bytes += Array("\n],\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"\"}}\n".utf8)
    try flush()
    try handle.close()
  }

  private mutating func flush() throws {
    do {
      try handle.write(contentsOf: Data(try GzipWriting.compressed(bytes)))
    } catch {
      throw DatasetError(file: path, message: "the file cannot be written")
    }
    bytes.removeAll(keepingCapacity: true)
  }
}

enum ClusterFiles {
  static func makeFolder(_ folder: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw DatasetError(file: folder, message: "the folder cannot be made")
    }
  }

  static func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

  static func write(_ value: APIValue, to path: String) throws {
    var bytes: [UInt8] = []
    value.append(to: &bytes)
    try write(bytes + [UInt8(ascii: "\n")], to: path)
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    } catch {
      throw DatasetError(file: path, message: "the file cannot be written")
    }
  }
}

extension ClusterSimulation {
  /// Writes a dataset: `dataset.yaml`, and a folder for each case. Cases are made one at a time.
  ///
  /// - Parameter progress: is told how many cases are done and how many there are; what it throws stops the simulation.
  /// - Throws: `SimulationOptions.RangeError`, or a `DatasetError` when a file cannot be written.
  package static func simulate(
    _ options: ClusterSimulationOptions, to folder: String,
    progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws {
    let simulation = try ClusterSimulation(options)
    try ClusterFiles.makeFolder(folder)
    try ClusterFiles.write(simulation.description, to: "\(folder)/dataset.yaml")
    for position in 0..<simulation.caseCount {
      try progress(position, simulation.caseCount)
      try simulation.makeCase(position).write(below: folder)
    }
    try progress(simulation.caseCount, simulation.caseCount)
  }

  private var description: String {
    """
    name: kubernetes
    origin: simulated
    licence: Apache-2.0
    citation: "made by tocsin dataset simulate\(options.commandLine)"
    adapter: tocsin

    """
  }
}

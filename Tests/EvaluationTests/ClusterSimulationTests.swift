import Evaluation
import Foundation
import IncidentModel
import Telemetry
import Testing
import TextReading

/// What must hold of every simulated cluster, read back from the files that were written.
@Suite struct ClusterSimulationTests {
  private static let small = ClusterSimulationOptions(
    seed: 11, cases: ClusterFault.allCases.count, healthy: 6, pods: 20...40)

  @Test func everyFaultIsDealtOnceAndNamesAnObjectOfItsCluster() async throws {
    let simulation = try ClusterSimulation(Self.small)
    let cases = (0..<simulation.caseCount).map(simulation.makeCase)
    #expect(Set(cases.map(\.id)).count == Self.small.cases + Self.small.healthy)
    #expect(Set(cases.flatMap(\.truths).map(\.fault)) == Set(ClusterFault.allCases))
    #expect(cases.count { $0.truths.isEmpty } == Self.small.healthy)
    try await withTemporaryFolder { folder in
      for one in cases {
        try one.write(below: folder)
        let files = ClusterFiles(folder: "\(folder)/\(one.id)")
        for truth in one.truths {
          let parts = truth.component.split(separator: "/").map(String.init)
          let names = try files.objects("\(parts[0])s").map(\.name)
          #expect(names.contains(parts[1]), "\(one.id): \(truth.component)")
        }
      }
    }
  }

  @Test func ownersCountsAndMessagesAgree() async throws {
    let simulation = try ClusterSimulation(Self.small)
    try await withTemporaryFolder { folder in
      for position in 0..<simulation.caseCount {
        let one = simulation.makeCase(position)
        try one.write(below: folder)
        let files = ClusterFiles(folder: "\(folder)/\(one.id)")
        try checkOwners(files, one.id)
        try checkSchedulerMessages(files, one.id)
        try checkReplicaCounts(files, one.id)
        if one.truths.isEmpty { try checkHealth(files, one.id) }
      }
    }
  }

  /// Every controlled object's controller is there, with the same UID.
  private func checkOwners(_ files: ClusterFiles, _ id: String) throws {
    var uids: Set<String> = []
    for resource in ["replicasets", "statefulsets", "daemonsets", "jobs", "nodes", "deployments", "services"] {
      uids.formUnion(try files.objects(resource).map(\.uid))
    }
    for resource in ["pods", "replicasets", "endpointslices"] {
      for object in try files.objects(resource) where object.name != "kubernetes" {
        let owner = try #require(object.owner, "\(id): \(object.name)")
        #expect(uids.contains(owner), "\(id): the owner of \(object.name)")
      }
    }
  }

  /// `0/5 nodes are available: 1 …, 4 …`: each node has a reason, and those that are counted are all there are.
  private func checkSchedulerMessages(_ files: ClusterFiles, _ id: String) throws {
    let nodes = try files.objects("nodes").count
    for pod in try files.objects("pods") {
      let spec = try #require(pod.fields["spec"] as? [String: Any])
      guard spec["nodeName"] == nil, let condition = pod.condition("PodScheduled") else { continue }
      #expect(condition["status"] as? String == "False" && condition["reason"] as? String == "Unschedulable")
      let message = try #require(condition["message"] as? String)
      #expect(message.hasPrefix("0/\(nodes) nodes are available: "), "\(id): \(message)")
      let parts = message.components(separatedBy: " preemption: ")
      #expect(parts.count == 2)
      let counts = { (text: String) in text.matches(of: #/(?:: |, )(\d+) /#).compactMap { Int($0.1) } }
      // A node that lacks CPU and memory is counted twice.
      let first = counts(parts[0])
      if !first.isEmpty { #expect(first.reduce(0, +) >= nodes, "\(id): \(message)") }
      #expect(counts(": " + parts[1]).reduce(0, +) == nodes, "\(id): \(message)")
    }
  }

  /// What a Deployment says of its replicas is what its pods say.
  private func checkReplicaCounts(_ files: ClusterFiles, _ id: String) throws {
    var ready: [String: Int] = [:]
    for pod in try files.objects("pods") where pod.metadata["deletionTimestamp"] == nil {
      if pod.condition("Ready")?["status"] as? String == "True" { ready[pod.owner ?? "", default: 0] += 1 }
    }
    for set in try files.objects("replicasets") {
      let status = try #require(set.fields["status"] as? [String: Any])
      #expect(status["readyReplicas"] as? Int ?? 0 == ready[set.uid] ?? 0, "\(id): \(set.name)")
      // The controller makes what is wanted, or says why it cannot.
      let wanted = (set.fields["spec"] as? [String: Any])?["replicas"] as? Int ?? 0
      let isRefused = set.condition("ReplicaFailure") != nil
      let made = status["replicas"] as? Int ?? 0
      #expect(isRefused ? made < wanted : made == wanted, "\(id): \(set.name) has \(made) of \(wanted)")
    }
    let pods = try files.objects("pods")
    #expect(Set(pods.map(\.uid)).count == pods.count)
    let addresses = pods.filter { ($0.fields["spec"] as? [String: Any])?["hostNetwork"] == nil }
      .filter { ["Running", "Pending"].contains(($0.fields["status"] as? [String: Any])?["phase"] as? String) }
      .compactMap { ($0.fields["status"] as? [String: Any])?["podIP"] as? String }
    #expect(Set(addresses).count == addresses.count, "\(id): an address is used twice")
  }

  /// All that is wanted is there, but for the surge of a rollout that has just begun.
  private func checkHealth(_ files: ClusterFiles, _ id: String) throws {
    for deployment in try files.objects("deployments") {
      let wanted = (deployment.fields["spec"] as? [String: Any])?["replicas"] as? Int ?? 0
      let status = try #require(deployment.fields["status"] as? [String: Any])
      #expect(status["availableReplicas"] as? Int ?? 0 >= wanted - wanted / 4, "\(id): \(deployment.name)")
      #expect(deployment.condition("Available")?["status"] as? String == "True")
      #expect(deployment.condition("Progressing")?["status"] as? String == "True")
    }
    for node in try files.objects("nodes") { #expect(node.condition("Ready")?["status"] as? String == "True") }
  }

  @Test func sameSeedSameBytes() async throws {
    let options = ClusterSimulationOptions(seed: 3, cases: 2, healthy: 1, faults: 2, pods: 30...60, events: 500)
    var other = options
    other.seed = 4
    try await withTemporaryFolder { folder in
      for (name, given) in [("a", options), ("b", options), ("c", other)] {
        try ClusterSimulation.simulate(given, to: "\(folder)/\(name)")
      }
      let (first, again, different) = (
        try contents("\(folder)/a"), try contents("\(folder)/b"), try contents("\(folder)/c")
      )
      #expect(first.count > 40)
      #expect(first == again)
      // Lists of which a cluster has nothing are the same everywhere.
      #expect(first.filter { different[$0.key] == $0.value }.count < first.count / 4)
      let truths = try adapterTruths("\(folder)/a")
      #expect(truths.count { $0.isHealthy } == 1)
      for truth in truths where !truth.isHealthy {
        #expect(truth.cause != nil && truth.further.count == 1 && truth.further[0].cause != truth.cause)
      }
    }
  }

  private func contents(_ folder: String) throws -> [String: Data] {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder)
    return Dictionary(
      uniqueKeysWithValues: paths.compactMap { path in
        FileManager.default.contents(atPath: "\(folder)/\(path)").map { (path, $0) }
      })
  }

  private func adapterTruths(_ folder: String) throws -> [GroundTruth] {
    let reader = try GroundTruthReader(adapter: "tocsin", folder: folder)
    return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("case-") }.sorted().map {
      try reader.truth(of: CaseReference(id: $0, group: "", path: "\(folder)/\($0)"))
    }
  }

  @Test func eventsAreFilledUp() async throws {
    let options = ClusterSimulationOptions(seed: 9, cases: 0, healthy: 1, pods: 25...25, events: 1200)
    try await withTemporaryFolder { folder in
      let one = try ClusterSimulation(options).makeCase(0)
      try one.write(below: folder)
      let files = ClusterFiles(folder: "\(folder)/\(one.id)")
      let counts = ["events", "events.events.k8s.io"].map { (try? files.objects($0).count) ?? 0 }
      #expect(counts.contains(1200) && counts.allSatisfy { $0 == 0 || $0 == 1200 })
    }
  }

  @Test(
    arguments: [
      ("20...300", 20...300), ("50", 50...50), ("9...3", nil), ("20..", nil), ("x...3", nil), ("", nil),
      ("1...2...3", nil),
    ] as [(String, ClosedRange<Int>?)])
  func readsRanges(text: String, expected: ClosedRange<Int>?) {
    #expect(ClusterSimulationOptions.range(text) == expected)
  }

  @Test func refusesWhatCannotBeSimulated() {
    for options in [
      ClusterSimulationOptions(pods: 3...30), ClusterSimulationOptions(faults: 9), ClusterSimulationOptions(cases: -1),
      ClusterSimulationOptions(pods: 20...2_000_000),
    ] {
      #expect(throws: SimulationOptions.RangeError.self) { try ClusterSimulation(options) }
    }
  }

  /// The library answers every cause, and looks before it changes.
  @Test func everyCauseHasARunbook() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "runbooks").path
    let texts = try FileManager.default.contentsOfDirectory(atPath: root).sorted().map {
      String(decoding: FileManager.default.contents(atPath: "\(root)/\($0)") ?? Data(), as: UTF8.self)
    }.filter { $0.contains("  causes:") }
    let causes = Set(texts.flatMap { $0.matches(of: /[a-z]+(?:-[a-z]+)+/).map { String($0.0) } })
    for fault in ClusterFault.allCases { #expect(causes.contains(fault.rawValue), "\(fault.rawValue)") }
  }
}

/// The objects of a written case.
private struct ClusterFiles {
  var folder: String

  struct Object {
    var fields: [String: Any]

    var metadata: [String: Any] { fields["metadata"] as? [String: Any] ?? [:] }
    var name: String { metadata["name"] as? String ?? "" }
    var uid: String { metadata["uid"] as? String ?? "" }
    var owner: String? { (metadata["ownerReferences"] as? [[String: Any]])?.first?["uid"] as? String }

    func condition(_ type: String) -> [String: Any]? {
      let status = fields["status"] as? [String: Any]
      return (status?["conditions"] as? [[String: Any]])?.first { $0["type"] as? String == type }
    }
  }

  func objects(_ resource: String) throws -> [Object] {
    var source = ByteSource(folder: try DatasetFolder(folder))
    let data = try source.read("kubernetes/\(resource).json").withBytes { Data($0) }
    let list = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(list["kind"] as? String == "List")
    return try #require(list["items"] as? [[String: Any]]).map { Object(fields: $0) }
  }
}

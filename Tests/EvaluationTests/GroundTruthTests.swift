import Evaluation
import Foundation
import IncidentModel
import Telemetry
import Testing
import TextReading

@Suite struct GroundTruthTests {
  @Test func readsTheProjectsOwnTruth() throws {
    let truth = try recorded(
      """
      component: cart-2
      alsoAccept: [cart, node-1]
      metric: cpu_usage_cores
      fault: network-delay
      startedAt: 2026-03-01T03:12:40Z
      """)
    #expect(truth.components.map(\.id) == ["cart-2", "cart", "node-1"])
    #expect(truth.components[0].line == 1)
    #expect(truth.metric == .named("cpu_usage_cores"))
    #expect(truth.fault == .networkDelay)
    #expect(truth.startedAt == Timestamp(rfc3339: "2026-03-01T03:12:40Z"))
    #expect(try recorded("healthy: true\n").isHealthy)
  }

  @Test func readsCausesAndSeveralFaults() throws {
    let one = try recorded("component: service/cart\ncause: node-cordoned\nstartedAt: 2026-03-01T03:12:40Z\n")
    #expect(one.cause == "node-cordoned" && one.fault == nil && one.further.isEmpty)
    let both = try recorded(
      """
      faults:
        - {component: service/cart, cause: node-cordoned}
        - {component: namespace/shop, alsoAccept: [service/x], cause: namespace-pod-quota, fault: config}
      """)
    #expect(both.components.map(\.id) == ["service/cart"] && both.cause == "node-cordoned")
    #expect(both.further.map(\.cause) == ["namespace-pod-quota"])
    #expect(both.further[0].components.map(\.id) == ["namespace/shop", "service/x"])
    #expect(both.further[0].fault == .config)
  }

  @Test(arguments: [
    ("component: a\nfault: gremlins\n", 2), ("component: a\nfault: cpu\nstartedAt: noon\n", 3),
    ("component: a\nfault: cpu\nculprit: b\n", 3), ("healthy: true\ncomponent: a\n", 2),
    ("component: a\nfault: cpu\nalsoAccept: b\n", 3), ("healthy: maybe\n", 1),
    ("cause: x\nfaults: [{component: a, cause: x}]\n", 1), ("faults: []\n", 1),
    ("faults:\n  - {component: a, cause: x}\n  - {component: b}\n", 3), ("healthy: true\nfaults: []\n", 2),
  ])
  func saysWhereTheTruthIsWrong(text: String, line: Int) throws {
    let error = #expect(throws: DatasetError.self) { try recorded(text) }
    #expect(error?.line == line)
  }

  @Test(arguments: ["", "[]", "a: [", "fault: cpu\n", "component: ''\nfault: cpu\n"])
  func refusesWhatIsNoTruth(text: String) {
    #expect(throws: DatasetError.self) { try recorded(text) }
  }

  @Test func petShopNamesTheNodeAndIgnoresTheMetadata() throws {
    let truth = try foreign(
      "petshop", path: "low/train/issue_1", file: "target.json",
      """
      {"target": {"node": "front", "metric": "latency"}, "root_cause": {"node": "search", "metric": "cpu"},
       "metadata": {"reproducibility": {"command": 7}}}
      """)
    #expect(truth.components.map(\.id) == ["search"])
    #expect(truth.metric == .named("cpu"))
    #expect(throws: DatasetError.self) {
      try foreign("petshop", path: "issue", file: "target.json", #"{"target": {"node": "front"}}"#)
    }
  }

  @Test func rcaevalIsNamedByItsFolder() throws {
    let truth = try foreign("rcaeval", path: "ts-order-service_mem/3", file: "inject_time.txt", "1")
    #expect(truth.components.map(\.id) == ["ts-order-service"])
    #expect(truth.fault == .memory)
    #expect(truth.metric == .meaning([.memory]))
    #expect(try foreign("rcaeval", path: "cart_f3", file: "x", "").fault == .code)
    #expect(throws: DatasetError.self) { try foreign("rcaeval", path: "plain", file: "x", "") }
  }

  @Test func nezhaCountsInjectionsInOrderOfTime() throws {
    let list = """
      {"10": [{"inject_time": "2022-08-22 10:02:07", "inject_timestamp": "1", "inject_pod": "cart-59f-abc",
               "inject_type": "return"}],
       "03": [{"inject_time": "2022-08-22 03:53:54", "inject_timestamp": "9", "inject_pod": "web-ui-579b-t2dbm",
               "inject_type": "cpu_contention"}]}
      """
    let first = try foreign("nezha", path: "2022-08-22", file: "2022-08-22-fault_list.json", list, position: 0)
    #expect(first.components.map(\.id) == ["web-ui"])
    #expect(first.fault == .cpu)
    #expect(first.startedAt == Timestamp(rfc3339: "2022-08-22T03:53:54Z"))
    let second = try foreign("nezha", path: "2022-08-22", file: "2022-08-22-fault_list.json", list, position: 1)
    #expect(second.components.map(\.id) == ["cart"])
    #expect(second.fault == .code)
    #expect(throws: DatasetError.self) {
      try foreign("nezha", path: "2022-08-22", file: "2022-08-22-fault_list.json", list, position: 2)
    }
  }

  @Test func keyIsServiceLevel() throws {
    let map = ServiceMap(components: [
      Component(id: "cart"), Component(id: "cart-1", kind: .instance, instanceOf: "cart"),
      Component(id: "cart-2", kind: .instance, instanceOf: "cart"), Component(id: "node-1", kind: .node),
    ])
    let candidates: Set<ComponentID> = ["cart", "cart-1", "cart-2", "node-1"]
    let service = AnswerKey(truth: ["cart"], candidates: candidates, serviceMap: map)
    #expect(service.rank(in: ["node-1", "cart-2"]) == 2)
    #expect(service.candidateCount == 4)
    let replica = AnswerKey(truth: ["cart-1"], candidates: candidates, serviceMap: map)
    #expect(replica.rank(in: ["cart"]) == 1)
    // The wrong replica is not right.
    #expect(replica.rank(in: ["cart-2"]) == nil)
    #expect(replica.rank(in: []) == nil)
  }

  private func recorded(_ text: String) throws -> GroundTruth {
    try foreign("tocsin", path: "case", file: "truth.yaml", text)
  }

  private func foreign(
    _ adapter: String, path: String, file: String, _ text: String, position: Int = 0
  ) throws -> GroundTruth {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("tocsin-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: root) }
    try FileManager.default.createDirectory(atPath: "\(root)/\(path)", withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(root)/\(path)/\(file)"))
    let reference = CaseReference(id: path, group: "", path: "\(root)/\(path)", position: position)
    return try GroundTruthReader(adapter: adapter, folder: root).truth(of: reference)
  }
}

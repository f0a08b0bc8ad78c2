import IncidentModel
import KubernetesObjects
import Telemetry
import Testing
import TextReading

@Suite struct KubernetesAdapterTests {
  private let pod = """
    {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1","namespace":"shop","labels":{"app":"web"},
    "creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"nodeName":"n1"},"status":{"phase":"Running"}}
    """
  private let service = """
    {"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"shop"},"spec":{"selector":{"app":"web"}}}
    """
  private let node = #"{"kind":"NodeList","apiVersion":"v1","items":[{"metadata":{"name":"n1"}}]}"#

  private func read(_ path: String) throws -> TelemetryWindow {
    let adapter = try AdapterCatalog.adapter(named: nil, for: path)
    let reference = try #require(try adapter.cases().first)
    return try adapter.read(reference, options: ReadOptions())
  }

  @Test func readsACaseWithObjectsAlone() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "case.yaml", "window: {start: \"2026-01-01T00:00:00Z\", end: \"2026-01-01T01:00:00Z\"}\n")
    try folder.write("kubernetes/pods.json", pod)
    try folder.write("kubernetes/services.json.gz", gzip(service))
    try folder.write("kubernetes/nodes-processes.json", #"{"n1":{"kubelet":"inactive"}}"#)
    try folder.write("kubernetes/probes.json", #"[{"from":"n1","to":"web.shop","port":80,"ok":false}]"#)
    try folder.write(
      "logs.jsonl",
      #"{"time":"2026-01-01T00:10:00Z","component":"web-1","severity":"error","body":"no such host"}"# + "\n")
    let window = try read(folder.path)
    let cluster = try #require(window.kubernetes)
    #expect(cluster.nodeProcesses == ["n1": ["kubelet": "inactive"]])
    #expect(cluster.probes == [ConnectionProbe(node: "n1", target: "web.shop", port: 80, succeeded: false)])
    #expect(cluster.podLogs[ObjectName("web-1", in: "shop")] == "no such host\n")
    let instance = try #require(window.serviceMap["web-1"])
    #expect(instance.instanceOf == "service/web" && instance.runsOn == "node/n1")
  }

  @Test func telemetryUnderANodesPlainNameIsTheNodes() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "case.yaml", "window: {start: \"2026-01-01T00:00:00Z\", end: \"2026-01-01T01:00:00Z\"}\n")
    try folder.write("kubernetes/nodes.json", node)
    try folder.write("metrics.csv", "time,n1|cpu_utilization_ratio\n2026-01-01T00:00:00Z,0.5\n")
    #expect(try read(folder.path).serviceMap["n1"]?.instanceOf == "node/n1")
  }

  @Test func aNamespaceWithAQuotaIsOnTheMap() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      "objects.yaml",
      "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: limits, namespace: shop}\nspec: {hard: {pods: \"3\"}}\n")
    let map = try read(file).serviceMap
    #expect(map["namespace/shop"] != nil && map["namespace/default"] == nil)
  }

  @Test func readsOneFile() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("objects.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: web-1, namespace: shop}\n")
    #expect(try read(file).kubernetes?.pods.count == 1)
    let bad = try folder.write("other.json", "{\"kind\": \"Pod\",")
    #expect(throws: DatasetError.self) { try read(bad) }
    let empty = try folder.write("empty.json", "{}")
    #expect(throws: DatasetError.self) { try read(empty) }
  }

  @Test func readsDumpsAndBundles() throws {
    let dump = try TemporaryFolder()
    try dump.write("nodes.json", node)
    try dump.write("shop/pods.json", #"{"kind":"PodList","apiVersion":"v1","items":[\#(pod)]}"#)
    try dump.write("shop/web-1/logs.txt", "==== START\nlistening\n")
    let cluster = try #require(try read(dump.path).kubernetes)
    #expect(cluster.pods.count == 1 && cluster.nodes.count == 1)
    #expect(cluster.podLogs[ObjectName("web-1", in: "shop")]?.contains("listening") == true)

    let gathered = try TemporaryFolder()
    try gathered.write(
      "must-gather/cluster-scoped-resources/core/nodes/n1.yaml", "apiVersion: v1\nkind: Node\nmetadata: {name: n1}\n")
    try gathered.write(
      "must-gather/namespaces/shop/core/pods.yaml",
      "kind: PodList\napiVersion: v1\nitems:\n- metadata: {name: web-1, namespace: shop}\n")
    try gathered.write("must-gather/version.json", "{ not an object")
    let snapshot = try #require(try read(gathered.path).kubernetes)
    #expect(snapshot.pods.count == 1 && snapshot.nodes.count == 1 && snapshot.notes.foreignFileCount == 1)

    let bundle = try TemporaryFolder()
    try bundle.write(
      "cluster-resources/pods/shop.json", #"{"items":[{"metadata":{"name":"web-1","namespace":"shop"}}]}"#)
    #expect(try read(bundle.path).kubernetes?.pods.count == 1)
  }

  @Test func qualifiesWhatTwoNamespacesHold() throws {
    let folder = try TemporaryFolder()
    try folder.write("case.yaml", "window: {start: \"2026-01-01T00:00:00Z\", end: \"2026-01-01T01:00:00Z\"}\n")
    try folder.write(
      "metrics.csv", "time,shop/web|cpu_cores,web|errors,other/db|cpu_cores\n2026-01-01T00:00:00Z,1,2,3\n")
    let twin = service.replacing("\"shop\"", with: "\"other\"")
    let single = twin.replacing("\"web\"", with: "\"db\"")
    try folder.write(
      "kubernetes/all.json", #"{"kind":"List","apiVersion":"v1","items":[\#(pod),\#(service),\#(twin),\#(single)]}"#)
    let map = try read(folder.path).serviceMap
    #expect(map["service/shop/web"] != nil && map["service/other/web"] != nil && map["service/web"] == nil)
    #expect(map["web-1"]?.instanceOf == "service/shop/web")
    #expect(map["shop/web"]?.instanceOf == "service/shop/web")
    // Nobody can say whose this is.
    #expect(map["web"]?.instanceOf == nil)
    // A name that only one has stays as it is, and may be qualified too.
    #expect(map["service/db"] != nil && map["other/db"]?.instanceOf == "service/db")
  }

  @Test func creditsTelemetryToTheObjectOfThatName() throws {
    let folder = try TemporaryFolder()
    try folder.write("case.yaml", "window: {start: \"2026-01-01T00:00:00Z\", end: \"2026-01-01T01:00:00Z\"}\n")
    try folder.write("metrics.csv", "time,web|cpu_cores\n2026-01-01T00:00:00Z,1\n")
    try folder.write("kubernetes/all.json", #"{"kind":"List","apiVersion":"v1","items":[\#(pod),\#(service)]}"#)
    let map = try read(folder.path).serviceMap
    #expect(map["web"]?.instanceOf == "service/web")
    #expect(map["service/web"]?.kind == .service)
  }
}

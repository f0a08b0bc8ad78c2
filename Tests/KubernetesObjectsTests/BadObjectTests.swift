import IncidentModel
import KubernetesObjects
import Testing
import TextReading

@Suite struct BadObjectTests {
  private let web = ObjectName("web", in: "shop")

  @Test func countsWhatItDoesNotKnow() throws {
    let snapshot = try snapshot(
      list([
        pod("web"), #"{"kind": "Service", "apiVersion": "serving.knative.dev/v1", "metadata": {"name": "web"}}"#,
        #"{"kind": "Gizmo", "apiVersion": "example.com/v1", "metadata": {"name": "g"}}"#,
        #"{"metadata": {"name": "?"}}"#,
        "17", "null",
      ]))
    #expect(snapshot.pods.count == 1 && snapshot.services.isEmpty)
    #expect(
      snapshot.notes.unknownKinds == ["serving.knative.dev/Service": 1, "example.com/Gizmo": 1, "without kind": 1])
    #expect(snapshot.blindSpots.contains { $0.hasPrefix("3 objects of kinds that are not read") })
  }

  @Test func leavesOutQuantitiesThatAreNone() throws {
    let snapshot = try snapshot(
      pod("web", spec: #""containers": [{"name": "c", "resources": {"requests": {"cpu": "1e3Ki", "memory": "-5"}}}]"#))
    #expect(snapshot.pods[web]?.spec.requests.isEmpty == true)
    #expect(snapshot.notes.badQuantityCount == 2)
    #expect(snapshot.blindSpots.contains { $0.contains("1e3Ki") })
  }

  @Test func passesOverValuesOfAnotherType() throws {
    let snapshot = try snapshot(
      pod("web", spec: #""nodeName": ["n"], "containers": {"a": 1}, "tolerations": "none", "priority": 1e300"#),
      #"{"kind": "Pod", "apiVersion": "v1", "metadata": "none", "spec": 3, "status": []}"#)
    #expect(snapshot.pods.count == 1 && snapshot.notes.mistypedCount >= 5 && snapshot.notes.namelessCount == 1)
  }

  @Test func keepsTheLatestOfDuplicatesWhateverTheOrder() throws {
    func version(_ number: Int) -> String {
      #"{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "web", "namespace": "shop", "resourceVersion": "\#(number)"}}"#
    }
    let texts = [version(9), version(10), version(2)]
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
      let snapshot = try snapshot(list(order.map { texts[$0] }))
      #expect(snapshot.pods[web]?.metadata.resourceVersion == "10")
      #expect(snapshot.notes.duplicateCount == 2)
    }
    let twins = try snapshot(list([pod("web", uid: "u"), pod("db", uid: "u")]))
    #expect(twins.pods.count == 2 && twins.blindSpots.contains { $0.contains("share their uid") })
  }

  @Test(arguments: [
    #"{"kind": "Pod""#, #"{"kind": "Pod", "apiVersion": "v1", "metadata": }"#, "]", "{}x",
    String(repeating: #"{"kind":"List","items":["#, count: 200),
  ])
  func saysWhereTextIsNoJSON(text: String) {
    #expect(throws: DatasetError.self) { try snapshot(text) }
  }

  @Test func boundsYAMLThatGrows() {
    var text = "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      text += "b\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
    }
    #expect(throws: DatasetError.self) { try snapshot(text) }
    var chain = "k0: &a0 [x]\n"
    for level in 1...90 { chain += "k\(level): &a\(level) [[*a\(level - 1)]]\n" }
    #expect(throws: DatasetError.self) { try snapshot(chain) }
    let many = (0..<200).map { "k\($0): &a\($0) [x]\nl\($0): *a\($0)\n" }.joined()
    #expect(throws: DatasetError.self) { try snapshot(many) }
    let again = "k: &a [x]\n" + (0..<200).map { "k\($0): &a [*a]\n" }.joined()
    #expect(throws: DatasetError.self) { try snapshot(again) }
    let flow = "{\"k\":&a [x]" + (0..<200).map { ",\"k\($0)\":&a [*a]" }.joined() + "}"
    #expect(throws: DatasetError.self) { try snapshot("# YAML\n" + flow) }
  }

  @Test func takesMarksInProseForWhatTheyAre() throws {
    let lines = (0..<300).map { "    note &part\($0) of * the, &whole *emphasis" }.joined(separator: "\n")
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: prose, namespace: shop}\ndata:\n  text: |\n\(lines)\n"
    #expect(try snapshot(text).configMaps.count == 1)
    let plain = (0..<300).map { "k\($0): &a\($0) [x]\n" }.joined()
    #expect(throws: Never.self) { try snapshot("apiVersion: v1\nkind: Gizmo\n" + plain) }
  }

  /// Made one after the other, and never all at once in memory.
  @Test func holdsNoMoreOfAStreamOfEventsThanTwiceItsLimit() {
    var log = EventLog(limit: 1000)
    var highest = 0
    for number in 0..<50_000 {
      var event = ClusterEvent()
      event.object = ObjectReference("Pod", ObjectName("p\(number)", in: "shop"))
      event.reason = "BackOff"
      event.lastAt = Timestamp(nanoseconds: Int64((number &* 7919) % 50_000))
      log.insert(event)
      highest = max(highest, log.count)
    }
    log.prune()
    #expect(highest <= 2001 && log.count == 1000 && log.forgottenCount == 49_000)
    #expect(log.newestFirst().map { $0.lastAt?.nanoseconds ?? 0 } == (49_000..<50_000).reversed().map { Int64($0) })
  }

  @Test func boundsEvents() throws {
    var log = EventLog()
    for number in 0..<1000 {
      var event = ClusterEvent()
      event.object = ObjectReference("Pod", web)
      event.reason = "BackOff"
      event.message = "Back-off restarting failed container"
      event.name = ObjectName("web.\(number)", in: "shop")
      event.lastAt = Timestamp(nanoseconds: Int64((number * 7919) % 1000))
      log.insert(event)
    }
    #expect(log.count == 1 && log.replacedCount == 999)
    #expect(log.newestFirst().first?.lastAt?.nanoseconds == 999)
  }

  @Test func survivesCutAndBentText() throws {
    let whole = Array(
      list([pod("web", spec: #""containers": [{"name": "c", "image": "i", "ports": [{"containerPort": 1}]}]"#)]).utf8)
    for cut in stride(from: 0, to: whole.count, by: 3) {
      var snapshot = ClusterSnapshot()
      _ = try? ObjectReader().read(FileBytes(name: "cut", bytes: whole[..<cut]), into: &snapshot)
      var bent = whole
      bent[cut] = [UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "0"), 0, 0xff][cut % 5]
      _ = try? ObjectReader().read(FileBytes(name: "bent", bytes: bent), into: &snapshot)
    }
  }
}

import Foundation
import IncidentModel
import Telemetry
import Testing
import TextReading

@Suite struct AlertSetAdapterTests {
  /// A set of one system; the columns that hold answers are left out to show that nobody reads them.
  private func withSet(metrics: String? = nil, _ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/alertset-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let files = [
      "fault-alerts/shop/label.csv": """
      fault_id,fault_level,fault_st_time,fault_ed_time,augmented
      1,pod,2021-07-01 18:00:00.000,2021-07-01 18:10:00.000,False
      0,node,1625130000,1625130600,False
      2,pod,2021-07-01 18:05:00,2021-07-01 18:15:00,True

      """,
      "fault-alerts/shop/metric/metrics.json": metrics
        ?? #"{"0": [["1625130001000", "10.0.0.2", null, "system_cpu", "up"]], "1": [["1625133601000", "cart-0", "host2", "mem", "up"]], "2": []}"#,
      "fault-alerts/shop/trace/traces.json":
        #"{"0": [], "1": [["1625133602000", "web-0", "cart-0", "http://10.0.0.2:80/add", "500"]], "2": []}"#,
      "knowledge-graphs/shop/shop-KG.json":
        #"{"nodes": [{"id": "cart", "type": "Service"}, {"id": "cart-0", "type": "Service_Instance"}, {"id": "host2", "type": "Host", "attributes": {"a": [1]}}], "edges": [{"source": "cart-0", "target": "cart", "label": "instance_of"}, {"source": "cart-0", "target": "host2", "label": "hosted_on"}, {"source": "web", "target": "cart", "label": "control_flow"}]}"#,
    ]
    for (name, text) in files {
      let url = URL(filePath: folder + "/" + name)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    try body(folder)
  }

  @Test func casesComeByTimeWithEarlierWindowsAsBackground() throws {
    try withSet { folder in
      let adapter = try AdapterCatalog.adapter(named: nil, for: folder)
      let cases = try adapter.cases()
      #expect(cases.map(\.id) == ["shop/0", "shop/1", "shop/2"])
      #expect(cases.map(\.group) == ["shop", "shop", "shop, copies"])
      let second = try adapter.read(cases[1], options: ReadOptions())
      #expect(second.referenceWindows.map(\.start) == [Timestamp(rfc3339: "2021-07-01T09:00:00Z")])
      #expect(second.incident.alertedAt == Timestamp(rfc3339: "2021-07-01T10:00:00Z"))
      #expect(second.incident.answerKinds == [.instance, .node])
      #expect(second.alerts.map(\.component) == ["host2", "cart-0", "cart-0"])
      #expect(second.alerts.last?.labels["caller"] == "web-0")
      #expect(second.serviceMap["cart-0"]?.runsOn == "host2")
      #expect(second.serviceMap.callees(of: "web") == ["cart"])
      let third = try adapter.read(cases[2], options: ReadOptions(isBlind: true))
      #expect(third.incident.alertedAt == nil)
      // The second window overlaps the third and is cut where that begins.
      #expect(third.referenceWindows.last?.end == third.incident.window.start)
    }
  }

  @Test(arguments: [
    #"{"0": [["soon", "cart-0", null, "mem", "up"]]}"#, #"{"0": [["1625130001000"]]}"#, #"{"0": 5}"#, "", "[]",
    #"{"0": [["99999999999999999999", "cart-0", null, "mem", "up"]]}"#,
  ])
  func damagedAlertsAreAnErrorWithItsPlace(metrics: String) throws {
    try withSet(metrics: metrics) { folder in
      let adapter = try AdapterCatalog.adapter(named: "alertset", for: folder)
      let error = #expect(throws: DatasetError.self) { try adapter.cases() }
      #expect(error?.file.hasSuffix("metric/metrics.json") == true)
      #expect(error?.line == 1)
    }
  }
}

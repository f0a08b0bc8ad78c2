import IncidentModel
import Testing
import TextReading

@testable import Telemetry

/// A folder with one small case in the project's own format.
struct SmallCase: @unchecked Sendable {
  let temporary: TemporaryFolder
  static let yaml = """
    id: checkout-slow
    title: "checkout: slow"
    window: {start: 2026-03-01T03:00:00Z, end: 2026-03-01T04:00:00Z}
    alertedAt: 2026-03-01T03:13:00Z
    symptom: {component: checkout, metric: latency}
    environment: test
    """
  /// 2026-03-01T03:00:00Z.
  static let start = 1_772_334_000

  init() throws {
    temporary = try TemporaryFolder()
    try temporary.write("case.yaml", Self.yaml)
    try temporary.write(
      "metrics.csv",
      "time,checkout|latency,payment|cpu_usage,payment|requests|code=500\n"
        + "\(Self.start),0.3,0.5,0\n\(Self.start + 60),2.4,,1\n")
  }

  func read(isBlind: Bool = false, _ limits: ReadLimits = ReadLimits()) throws -> TelemetryWindow {
    let adapter = try CaseFolderAdapter(folder: temporary.path)
    let cases = try adapter.cases()
    return try adapter.read(cases[0], options: ReadOptions(isBlind: isBlind, limits: limits))
  }

  func error(_ limits: ReadLimits = ReadLimits()) -> DatasetError? { datasetError { _ = try read(limits) } }

  private func read(_ limits: ReadLimits) throws -> TelemetryWindow { try read(isBlind: false, limits) }
}

@Suite struct CaseFolderTests {
  @Test func readsDescriptionAndMetrics() throws {
    let window = try SmallCase().read()
    #expect(window.incident.id == "checkout-slow")
    #expect(window.incident.title == "checkout: slow")
    #expect(window.incident.alertedAt == Timestamp(rfc3339: "2026-03-01T03:13:00Z"))
    #expect(window.incident.symptom == Incident.Symptom(component: "checkout", metric: "latency"))
    #expect(
      window.metrics.map(\.key.description) == [
        "checkout|latency", "payment|cpu_usage", "payment|requests|code=500",
      ])
    #expect(window.metrics[1].metricClass == .cpu)
    #expect(window.metrics[1].values[0] == 0.5)
    #expect(window.metrics[1].values[1].isNaN)
    #expect(window.metrics[0].times == [1_772_334_000_000_000_000, 1_772_334_060_000_000_000])
    #expect(window.serviceMap.components.map(\.id) == ["checkout", "payment"])
    #expect(window.blindSpots.contains("There are no logs."))
  }

  @Test func aSymptomThatNothingElseNamesIsLeftOutAndSaid() throws {
    let small = try SmallCase()
    try small.temporary.write("case.yaml", SmallCase.yaml.replacing("component: checkout", with: "component: chekout"))
    let window = try small.read()
    #expect(window.incident.symptom == nil)
    #expect(window.serviceMap["chekout"] == nil)
    #expect(window.blindSpots.first?.hasPrefix("The symptom is at “chekout”, which nothing else here names") == true)
    for (name, text) in [
      ("topology.yaml", "components: [{id: chekout}]\n"),
      ("changes.jsonl", #"{"time": "2026-03-01T03:05:00Z", "component": "chekout", "kind": "deploy"}"# + "\n"),
      (
        "alerts.jsonl",
        #"{"labels": {"alertname": "Slow", "job": "chekout"}, "startsAt": "2026-03-01T03:12:00Z"}"# + "\n"
      ),
    ] {
      try small.temporary.write(name, text)
      #expect(try small.read().incident.symptom?.component == "chekout", "\(name)")
      try small.temporary.remove(name)
    }
  }

  @Test func blindWithholdsTheAlertTimeAndTheSymptomAndKeepsAlerts() throws {
    let small = try SmallCase()
    try small.temporary.write(
      "alerts.jsonl", #"{"labels":{"alertname":"Slow","job":"checkout"},"startsAt":"2026-03-01T03:13:00Z"}"#)
    let window = try small.read(isBlind: true)
    #expect(window.incident.alertedAt == nil)
    #expect(window.incident.symptom == nil)
    #expect(window.alerts.map(\.component) == ["checkout"])
    #expect(window.alerts[0].endsAt == nil)
  }

  @Test func callsAreLearntFromSpansAndComponentsFromEverything() throws {
    let small = try SmallCase()
    let spans = [
      #""trace":"t","span":"1","component":"front","start":"2026-03-01T03:10:00Z","durationMs":12.5,"status":"error""#,
      #""trace":"t","span":"2","parent":"1","component":"checkout","start":"2026-03-01T03:10:00.002Z","durationMs":3,"#
        + #""status":"STATUS_CODE_ERROR""#,
      #""trace":"t","span":"3","parent":"2","component":"checkout","start":1772334600.003,"durationMs":1,"x":[{}],"#
        + #""status":"STATUS_CODE_UNSET""#,
    ]
    try small.temporary.write("spans.jsonl", spans.map { "{\($0)}\n" }.joined())
    try small.temporary.write(
      "logs.jsonl",
      #"{"time":"2026-03-01T03:10:00.001Z","component":"worker","severity":"WARN","#
        + #""body":"slow \"it\"","trace":"t","span":"2"}"#)
    try small.temporary.write(
      "changes.jsonl", #"{"time":1772334000,"component":"ledger","kind":"deploy","summary":"1.2","by":null}"#)
    let window = try small.read()
    #expect(window.serviceMap.calls == [ServiceMap.Call(from: "front", to: "checkout")])
    #expect(window.serviceMap.components.map(\.id) == ["checkout", "front", "ledger", "payment", "worker"])
    #expect(window.spans.parents == [-1, 0, 1])
    #expect(window.spans.failed == [true, true, false])
    #expect(window.spans.ends[0] - window.spans.starts[0] == 12_500_000)
    #expect(window.logs.spans == [1])
    #expect(window.logs.bodyText(0) == "slow \"it\"")
    #expect(window.changes.first?.by == nil)
  }

  @Test func topologyGivesKindsRolesAndCalls() throws {
    let small = try SmallCase()
    try small.temporary.write(
      "topology.yaml",
      """
      components:
        - {id: checkout, kind: service}
        - {id: checkout-1, kind: instance, instanceOf: checkout, runsOn: node-a, site: north}
        - {id: redis-cart, kind: service}
      calls:
        - {from: checkout, to: redis-cart}
        - {from: redis-cart, to: checkout}
      """)
    let map = try small.read().serviceMap
    #expect(map["node-a"]?.kind == .node)
    #expect(map["checkout-1"]?.site == "north")
    #expect(map["redis-cart"]?.role == .cache)
    #expect(map.callees(of: "redis-cart") == ["checkout"])
  }

  @Test func alertsAloneAreEnough() throws {
    let temporary = try TemporaryFolder()
    try temporary.write("case.yaml", SmallCase.yaml)
    try temporary.write(
      "alerts.jsonl.gz",
      gzip(
        #"{"labels":{"service":"a"},"annotations":null,"startsAt":"2026-03-01T03:13:00Z","#
          + #""endsAt":"0001-01-01T00:00:00Z"}"#))
    let window = try CaseFolderAdapter(folder: temporary.path).read(
      CaseReference(id: "x", group: "x", path: temporary.path), options: ReadOptions())
    #expect(window.alerts[0].component == "a")
    #expect(window.alerts[0].endsAt == nil)
  }

  /// As `GET /api/v2/alerts` of Alertmanager answers.
  @Test(arguments: ["", "\n"]) func alertsMayComeInOneArray(between: String) throws {
    func alert(_ name: String, _ start: String) -> String {
      #"{"labels":{"alertname":"\#(name)","job":"checkout"},"annotations":{"summary":"it's \"slow\""},"#
        + #""startsAt":"\#(start)","endsAt":"2026-03-01T03:20:00Z","status":{"state":"active","silencedBy":[]}}"#
    }
    let alerts = [alert("Slow", "2026-03-01T03:13:00.123Z"), alert("Failing", "2026-03-01T03:12:00Z")]
    let small = try SmallCase()
    try small.temporary.write("alerts.jsonl", alerts.joined(separator: "\n"))
    let lines = try small.read().alerts
    try small.temporary.write("alerts.jsonl", "\(between)[\(alerts.joined(separator: "," + between))]\n")
    let array = try small.read().alerts
    #expect(array == lines)
    #expect(array.map(\.name) == ["Failing", "Slow"])
    #expect(array.map(\.component) == ["checkout", "checkout"])
    try small.temporary.write("alerts.jsonl", "[]")
    #expect(try small.read().alerts.isEmpty)
  }

  @Test func truthIsNeverOpened() throws {
    let small = try SmallCase()
    let before = try small.read()
    try small.temporary.write("truth.yaml", [0xff, 0xfe])
    #expect(try small.read().inputDigest == before.inputDigest)
  }

  @Test func casesOfADatasetComeInNaturalOrder() throws {
    let temporary = try TemporaryFolder()
    try temporary.write("dataset.yaml", "name: shop\norigin: made up\n")
    for name in ["b/case-10", "b/case-9", "a/deep/case-1", "c"] { try temporary.write("\(name)/case.yaml", "") }
    let cases = try CaseFolderAdapter(folder: temporary.path).cases()
    #expect(cases.map(\.id) == ["a/deep/case-1", "b/case-9", "b/case-10", "c"])
    #expect(cases.map(\.group).dropLast() == ["a", "b", "b"])
    #expect(cases[0].path == temporary.path + "/a/deep/case-1")
    let description = try DatasetDescription(in: temporary.folder())
    #expect(description?.name == "shop")
  }

  @Test func theCatalogFindsTheAdapter() throws {
    let small = try SmallCase()
    #expect(try AdapterCatalog.adapter(named: nil, for: small.temporary.path) is CaseFolderAdapter)
    #expect(try AdapterCatalog.adapter(named: "tocsin", for: small.temporary.path) is CaseFolderAdapter)
    let unknown = datasetError { _ = try AdapterCatalog.adapter(named: "other", for: small.temporary.path) }
    #expect(unknown?.message.contains("“other”") == true)
    let empty = try TemporaryFolder()
    let nothing = datasetError { _ = try AdapterCatalog.adapter(named: nil, for: empty.path) }
    #expect(nothing?.message.contains("case.yaml") == true)
  }

  @Test func datasetFileNamesTheAdapter() throws {
    let temporary = try TemporaryFolder()
    try temporary.write("dataset.yaml", "name: x\nadapter: no-such\n")
    let error = datasetError { _ = try AdapterCatalog.adapter(named: nil, for: temporary.path) }
    #expect(error?.message.contains("no-such") == true)
  }
}

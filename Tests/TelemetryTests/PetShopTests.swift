import IncidentModel
import Testing

@testable import Telemetry

/// A small imitation: two scenarios, one of them without a fault-free recording.
@Suite struct PetShopTests {
  let temporary: TemporaryFolder
  private static let names = ["shop", "search_AWS::ECS::Fargate", "table_AWS::DynamoDB::Table", "away_remote"]

  init() throws {
    temporary = try TemporaryFolder()
    for scenario in ["quiet", "busy"] {
      try temporary.write(
        "\(scenario)/graph.csv",
        ",shop,search_AWS::ECS::Fargate,table_AWS::DynamoDB::Table,away_remote\n"
          + "shop,0,1,0,1\nsearch_AWS::ECS::Fargate,0,0,1,0\ntable_AWS::DynamoDB::Table,0,0,0,0\naway_remote,0,0,0,0\n")
      for issue in ["issue_2", "issue_10"] {
        let folder = "\(scenario)/train/\(issue)"
        try temporary.write("\(folder)/metrics.csv", Self.table(rows: 3, start: 1_000_000, names: Self.names))
        try temporary.write(
          "\(folder)/target.json",
          #"{"root_cause": {"node": "table", "metric": null}, "metadata": {"x": [1, {"command": "secret"}]}, "#
            + #""target": {"node": "shop", "metric": "latency", "agg": "p95", "timestamp": 1000400}}"#)
      }
    }
    try temporary.write(
      "quiet/noissue/metrics.csv",
      Self.table(rows: 40, start: 2_000_000, names: Array(Self.names.reversed().dropFirst())))
  }

  /// Latencies count up from 1 in each column; requests are 7; the last name has no requests.
  private static func table(rows: Int, start: Int, names: [String]) -> String {
    let last = names.last ?? ""
    let columns = names.map { ($0, "latency", "p95") } + names.dropLast().map { ($0, "requests", "Sum") }
    var text = "microservice" + columns.map { "," + $0.0 }.joined() + "\n"
    text += "metric" + columns.map { "," + $0.1 }.joined() + "\nstatistic" + columns.map { "," + $0.2 }.joined() + "\n"
    text += "unix_timestamp" + columns.map { _ in "," }.joined() + "\n"
    for row in 0..<rows {
      text += "\(start + row * 300).0"
      for column in columns {
        text += column.1 == "requests" ? ",7.0" : (column.0 == last && row == 0 ? "," : ",\(row + 1).0")
      }
      text += "\n"
    }
    return text
  }

  private func adapter(_ below: String = "") throws -> PetShopAdapter {
    try PetShopAdapter(folder: below.isEmpty ? temporary.path : "\(temporary.path)/\(below)")
  }

  @Test func casesOfAllScenarios() throws {
    let cases = try adapter().cases()
    #expect(
      cases.map(\.id) == [
        "busy/train/issue_2", "busy/train/issue_10", "quiet/train/issue_2", "quiet/train/issue_10",
      ])
    #expect(cases.map(\.group) == ["busy", "busy", "quiet", "quiet"])
  }

  @Test func foldersAroundTheScenariosDoNotShowInNames() throws {
    let outer = try TemporaryFolder()
    try outer.write("set/quiet/graph.csv", ",a\na,0\n")
    try outer.write("set/quiet/test/issue_1/target.json", "{}")
    #expect(try PetShopAdapter(folder: outer.path).cases().map(\.id) == ["quiet/test/issue_1"])
  }

  @Test func theFaultFreeRecordingIsAppendedAndNamed() throws {
    let adapter = try adapter()
    let window = try adapter.read(try adapter.cases()[2], options: ReadOptions())
    #expect(
      window.incident.window
        == TimeWindow(
          start: Timestamp(nanoseconds: 1_000_000_000_000_000), end: Timestamp(nanoseconds: 1_000_900_000_000_000)))
    #expect(window.incident.alertedAt == Timestamp(nanoseconds: 1_000_400_000_000_000))
    #expect(window.incident.symptom == Incident.Symptom(component: "shop", metric: "latency|stat=p95"))
    #expect(
      window.referenceWindows == [
        TimeWindow(
          start: Timestamp(nanoseconds: 2_000_000_000_000_000), end: Timestamp(nanoseconds: 2_012_000_000_000_000))
      ])
    let latency = try #require(window.metrics.first { $0.key.description == "shop|latency|stat=p95" })
    #expect(latency.metricClass == .latency)
    #expect(latency.unit == "s")
    #expect(latency.times.count == 43)
    #expect(zip(latency.times, latency.times.dropFirst()).allSatisfy { $0 < $1 })
    #expect(latency.values.prefix(4).map(\.description) == ["1.0", "2.0", "3.0", "nan"])
    #expect(latency.values[42] == 40)
    let requests = try #require(window.metrics.first { $0.key.metric == "requests|stat=Sum" })
    #expect(requests.metricClass == .throughput)
    // Only in the issue: a gap in the recording.
    let remote = try #require(window.metrics.first { $0.key.component == "away_remote" })
    #expect(remote.values.dropFirst(3).allSatisfy { $0.isNaN })
  }

  @Test func theGraphsRowsCallTheirColumnsAndEndingsGiveRoles() throws {
    let adapter = try adapter()
    let map = try adapter.read(try adapter.cases()[0], options: ReadOptions()).serviceMap
    #expect(map.callees(of: "shop") == ["away_remote", "search_AWS::ECS::Fargate"])
    #expect(map.callees(of: "search_AWS::ECS::Fargate") == ["table_AWS::DynamoDB::Table"])
    #expect(map["away_remote"]?.isObservedOnlyByCallers == true)
    #expect(map["table_AWS::DynamoDB::Table"]?.role == .database)
    #expect(map["search_AWS::ECS::Fargate"]?.role == .application)
  }

  @Test func aScenarioWithoutARecordingSaysSo() throws {
    let adapter = try adapter()
    let window = try adapter.read(try adapter.cases()[0], options: ReadOptions())
    #expect(window.referenceWindows.isEmpty)
    #expect(window.blindSpots.contains { $0.contains("no fault-free recording") })
  }

  @Test func blindWithholdsTheTarget() throws {
    let adapter = try adapter()
    let window = try adapter.read(try adapter.cases()[2], options: ReadOptions(isBlind: true))
    #expect(window.incident.alertedAt == nil)
    #expect(window.incident.symptom == nil)
    #expect(!window.incident.title.contains("shop"))
  }

  @Test(arguments: ["quiet", "quiet/train", "quiet/train/issue_10"]) func aPartOfTheDatasetIsEnough(_ part: String)
    throws
  {
    #expect(PetShopAdapter.recognises("\(temporary.path)/\(part)"))
    let adapter = try adapter(part)
    let cases = try adapter.cases()
    #expect(cases.last?.id == "quiet/train/issue_10")
    #expect(cases.count == (part.hasSuffix("10") ? 1 : 2))
    let last = try #require(cases.last)
    #expect(try adapter.read(last, options: ReadOptions()).referenceWindows.count == 1)
  }

  @Test func healthyWindowsAreShapedLikeAnIssue() throws {
    let adapter = try adapter()
    var starts = Set<Timestamp>()
    for position in 0..<13 {
      let window = try #require(try adapter.readHealthy(position, options: ReadOptions()))
      #expect(window.incident.window.durationSeconds == 900)
      #expect(window.incident.alertedAt == window.incident.window.start.advanced(bySeconds: 400))
      #expect(window.referenceWindows.allSatisfy { !$0.contains(window.incident.window.start) })
      #expect(window.referenceWindows.map(\.durationSeconds).reduce(0, +) == 12_000 - 900)
      starts.insert(window.incident.window.start)
    }
    #expect(starts.count == 13)
    #expect(try adapter.readHealthy(13, options: ReadOptions()) == nil)
  }

  @Test func malformedFilesHaveAPlace() throws {
    let adapter = try adapter()
    let first = try adapter.cases()[0]
    try temporary.write("busy/train/issue_2/target.json", "{\"target\": {\"node\": \"shop\"}}\n")
    let target = datasetError { _ = try adapter.read(first, options: ReadOptions()) }
    #expect(target?.file.hasSuffix("target.json") == true)
    #expect(target?.message.contains("a timestamp") == true)
    try temporary.write("busy/graph.csv", ",a,b\na,0,x\nb,0,0\n")
    let graph = datasetError { _ = try self.adapter().read(first, options: ReadOptions()) }
    #expect(graph?.line == 2)
    #expect(graph?.column == 5)
  }

  @Test func otherFoldersAreNotRecognised() throws {
    let other = try TemporaryFolder()
    try other.write("x/case.yaml", "")
    #expect(!PetShopAdapter.recognises(other.path))
    #expect(!PetShopAdapter.recognises("/nowhere"))
  }
}

import IncidentModel
import Testing
import TextReading

@testable import Telemetry

@Suite struct RCAEvalTests {
  let temporary: TemporaryFolder

  init() throws {
    temporary = try TemporaryFolder()
    var table = "time,carts_cpu,carts_latency-50,carts-db_mem,carts_slow_calls,user_data_cpu,note,carts_cpu\n"
    for row in 0..<20 { table += "\(1000 + row * 10),\(row),0.1,5,1,\(row == 3 ? "inf" : "2"),0,9\n" }
    try temporary.write("RE9/carts_cpu/2/data.csv", table)
    try temporary.write("RE9/carts_cpu/2/inject_time.txt", "1100\n")
    try temporary.write("RE9/carts_cpu/10/data.csv", table)
    try temporary.write("RE9/carts_cpu/10/inject_time.txt", "1100.5")
  }

  private func read(_ position: Int = 0, isBlind: Bool = false) throws -> TelemetryWindow {
    let adapter = try RCAEvalAdapter(folder: temporary.path)
    return try adapter.read(try adapter.cases()[position], options: ReadOptions(isBlind: isBlind))
  }

  @Test func casesAndGroups() throws {
    let cases = try RCAEvalAdapter(folder: temporary.path).cases()
    #expect(cases.map(\.id) == ["RE9/carts_cpu/2", "RE9/carts_cpu/10"])
    #expect(cases.map(\.group) == ["RE9", "RE9"])
    #expect(RCAEvalAdapter.recognises(temporary.path))
    let single = try RCAEvalAdapter(folder: temporary.path + "/RE9/carts_cpu/2").cases()
    #expect(single.map(\.id) == ["carts_cpu/2"])
    #expect(single.map(\.group) == ["RE9"])
    #expect(single[0].path.hasSuffix("/RE9/carts_cpu/2"))
  }

  @Test func columnsAreTakenApartAtTheService() throws {
    let window = try read()
    #expect(
      window.metrics.map(\.key.description) == [
        "carts|cpu", "carts|latency-50", "carts|slow_calls", "carts-db|mem", "user_data|cpu",
      ])
    #expect(window.metrics[0].values[5] == 5)
    #expect(window.metrics[1].metricClass == .latency)
    #expect(window.incident.alertedAt == Timestamp(nanoseconds: 1_100_000_000_000))
    #expect(window.incident.symptom == nil)
    #expect(window.incident.window.durationSeconds == 200)
    #expect(window.blindSpots.contains { $0.contains("1 value is infinite") })
    #expect(window.blindSpots.contains { $0.contains("2 columns of the metrics") })
  }

  /// Every table that the collection has, with services that hold a `-` and the clock that joining tables leaves twice.
  @Test(arguments: ["data.csv", "simple_metrics.csv", "metrics.csv"])
  func eachTableIsReadWithTheClassOfEachColumn(_ name: String) throws {
    let folder = try TemporaryFolder()
    let metrics = ["cpu", "mem", "diskio", "socket", "workload", "error", "load", "latency-50", "latency"]
    let columns = metrics.map { "ts-order-service_\($0)" } + ["front-end_latency-90"]
    var table = (["time"] + columns + ["time.1"]).joined(separator: ",") + "\n"
    for row in 0..<20 {
      table +=
        (["\(1000 + row)"] + columns.map { _ in row == 4 ? "" : "\(row)" } + ["\(1000 + row)"])
        .joined(separator: ",") + "\n"
    }
    try folder.write("ts-order-service_delay/1/\(name)", table)
    try folder.write("ts-order-service_delay/1/inject_time.txt", "1010")
    let adapter = try RCAEvalAdapter(folder: folder.path)
    let window = try adapter.read(try #require(try adapter.cases().first), options: ReadOptions())
    let classes: [String: MetricClass] = [
      "cpu": .cpu, "mem": .memory, "diskio": .disk, "socket": .connections, "workload": .throughput, "error": .errors,
      "load": .throughput, "latency-50": .latency, "latency": .latency, "latency-90": .latency,
    ]
    #expect(window.metrics.count == columns.count)
    #expect(Set(window.metrics.map(\.key.component)) == ["ts-order-service", "front-end"])
    for series in window.metrics {
      #expect(series.metricClass == classes[series.key.metric])
      #expect(series.values[4].isNaN && series.values[5] == 5)
    }
    #expect(window.blindSpots.contains { $0.contains("1 column of the metrics") })
  }

  /// Tracers may add `service` to what the metrics call by its name alone.
  @Test func aServiceIsOneInMetricsAndTraces() throws {
    let folder = try TemporaryFolder()
    var table = "time,frontend_latency-50,cartservice_latency-50,adservice_cpu,ad_cpu\n"
    for row in 0..<20 { table += "\(1000 + row),1,1,1,1\n" }
    try folder.write("cartservice_delay/1/data.csv", table)
    try folder.write("cartservice_delay/1/inject_time.txt", "1010")
    let traced = ["frontendservice", "cartservice", "adservice", "otherservice"]
    let rows = traced.enumerated().map { "t,s\($0),\($1),get,100000000\($0),5," }
    try folder.write(
      "cartservice_delay/1/traces.csv",
      (["traceID,spanID,serviceName,operationName,startTime,duration,parentSpanID"] + rows).joined(separator: "\n"))
    let adapter = try RCAEvalAdapter(folder: folder.path)
    let window = try adapter.read(try #require(try adapter.cases().first), options: ReadOptions())
    #expect(Set(window.spans.componentNames) == ["frontend", "cartservice", "adservice", "otherservice"])
  }

  @Test func nothingInTheWindowNamesTheAnswer() throws {
    let window = try read(isBlind: true)
    #expect(window.incident.alertedAt == nil)
    #expect(!"\(window.incident)".contains("carts"))
  }

  @Test func tracesAndLogsByTheNamesOfTheirColumns() throws {
    try temporary.write(
      "RE9/carts_cpu/2/traces.csv",
      "time,traceID,spanID,serviceName,methodName,operationName,parentSpanID,duration,startTime,statusCode\n"
        + "1100,t,a,front,m,get,,2500,1100000000000001,0\n1100,t,b,carts,m,add,a,1000,1100000000000500,500\n")
    try temporary.write(
      "RE9/carts_cpu/2/logs.csv",
      "container_name,timestamp,level,message\ncarts,1101.5,ERROR,\"a, b\"\nfront,1100,,x\n,1102,,y\n")
    let window = try read()
    #expect(window.spans.parents == [-1, 0])
    #expect(window.spans.starts[0] == 1_100_000_000_000_001_000)
    #expect(window.spans.ends[0] - window.spans.starts[0] == 2_500_000)
    #expect(window.spans.failed == [false, true])
    #expect(window.serviceMap.calls == [ServiceMap.Call(from: "front", to: "carts")])
    #expect(window.logs.times == [1_100_000_000_000, 1_101_500_000_000])
    #expect(window.logs.severities.contains(.error))
  }

  @Test(arguments: [
    ("1700000000", 1_700_000_000_000_000_000), ("1700000000.5", 1_700_000_000_500_000_000),
    ("1700000000123", 1_700_000_000_123_000_000), ("1700000000123456", 1_700_000_000_123_456_000),
    ("1700000000123456789", 1_700_000_000_123_456_789), ("2023-11-14T22:13:20Z", 1_700_000_000_000_000_000),
  ]) func theUnitOfATimeIsToldByItsSize(_ text: String, _ nanoseconds: Int64) {
    var clock = ClockText()
    #expect(withUTF8Bytes(text) { clock.nanoseconds(anyUnit: $0)?.time } == nanoseconds)
  }

  @Test func missingColumnsAreABlindSpot() throws {
    try temporary.write("RE9/carts_cpu/2/traces.csv", "time,traceID\n1,2\n")
    try temporary.write("RE9/carts_cpu/2/logs.csv", "time\n1\n")
    let window = try read()
    #expect(window.blindSpots.filter { $0.contains("lacks a column") }.count == 2)
  }

  @Test func theTimeBeforeTheInjectionIsHealthy() throws {
    let adapter = try RCAEvalAdapter(folder: temporary.path)
    let window = try #require(try adapter.readHealthy(1, options: ReadOptions()))
    #expect(window.incident.window.end == Timestamp(nanoseconds: 1_090_500_000_000))
    #expect(window.metrics.allSatisfy { ($0.times.last ?? 0) < window.incident.window.end.nanoseconds })
    #expect(window.incident.alertedAt == Timestamp(nanoseconds: 1_045_250_000_000))
    #expect(try adapter.readHealthy(2, options: ReadOptions()) == nil)
  }

  @Test func malformedInjectionTimeHasAPlace() throws {
    try temporary.write("RE9/carts_cpu/2/inject_time.txt", "soon")
    let error = datasetError { _ = try read() }
    #expect(error?.line == 1)
    #expect(error?.file.hasSuffix("inject_time.txt") == true)
  }
}

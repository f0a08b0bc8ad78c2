import IncidentModel
import Testing
import TextReading

@testable import Telemetry

@Suite struct OTLPTests {
  private let temporary: TemporaryFolder

  init() throws { temporary = try TemporaryFolder() }

  private func read() throws -> TelemetryWindow {
    let adapter = try OTLPAdapter(folder: temporary.path)
    return try adapter.read(try adapter.cases()[0], options: ReadOptions())
  }

  private func attributes(_ pairs: KeyValuePairs<String, String>) -> String {
    "[" + pairs.map { #"{"key":"\#($0)","value":{"stringValue":"\#($1)"}}"# }.joined(separator: ",") + "]"
  }

  private func resource(_ pairs: KeyValuePairs<String, String>) -> String {
    #""resource":{"attributes":\#(attributes(pairs))}"#
  }

  @Test func spansOfTwoServicesAndTheDatabaseThatOneOfThemCalls() throws {
    // The scopes stand before the resource on the second line, as nothing promises an order.
    try temporary.write(
      "traces.jsonl",
      #"{"resourceSpans":[{\#(resource(["service.name": "shop"])),"scopeSpans":[{"spans":["#
        + #"{"traceId":"AB01","spanId":"01","parentSpanId":"","name":"GET /","kind":2,"startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000900000000","status":{}},"#
        + #"{"traceId":"ab01","spanId":"02","parentSpanId":"01","name":"POST /pay","kind":3,"startTimeUnixNano":1700000000100000000,"endTimeUnixNano":1700000000800000000,"attributes":\#(attributes(["server.address": "payment"]))}]}]}]}"#
        + "\n"
        + #"{"resourceSpans":[{"scopeSpans":[{"scope":{"name":"http"},"spans":["#
        + #"{"traceId":"ab01","spanId":"03","parentSpanId":"02","name":"POST /pay","kind":2,"startTimeUnixNano":"1700000000200000000","endTimeUnixNano":"1700000000700000000","status":{"code":2,"message":"x"},"events":[{"name":"e"}]},"#
        + #"{"traceId":"ab01","spanId":"04","parentSpanId":"03","name":"SELECT","kind":3,"startTimeUnixNano":"1700000000300000000","endTimeUnixNano":"1700000000600000000","attributes":\#(attributes(["db.system": "postgresql", "server.address": "10.0.0.1"]))}"#
        + #"],"schemaUrl":""}],\#(resource(["service.name": "payment"]))}]}"# + "\n")
    let window = try read()
    #expect(
      window.serviceMap.calls.map { "\($0.from)→\($0.to)" }.sorted() == ["payment→postgresql", "shop→payment"])
    #expect(window.spans.count == 5)
    #expect(window.spans.failed == [false, false, true, false, false])
    #expect(window.serviceMap["postgresql"]?.role == .database)
    #expect(window.incident.window.durationSeconds > 0.89)
    #expect(window.incident.alertedAt == nil)
  }

  @Test func logsWithSeverityTimeAndWhatWasThrown() throws {
    try temporary.write(
      "logs.json",
      #"{"resourceLogs":[{\#(resource(["service.name": "shop"])),"scopeLogs":[{"logRecords":["#
        + #"{"timeUnixNano":"0","observedTimeUnixNano":"1700000001000000000","severityNumber":17,"body":{"stringValue":"failed"},"attributes":\#(attributes(["exception.type": "TimeoutError", "exception.message": "after 2 s"]))},"#
        + #"{"timeUnixNano":"1700000000000000000","severityText":"WARN","body":{"kvlistValue":{"values":[]}}},"#
        + #"{"body":{"stringValue":"never"}}]}]}]}"#)
    let window = try read()
    #expect(window.logs.count == 2)
    #expect(window.logs.severities == [.warning, .error])
    #expect(window.logs.bodyText(1) == "failed: TimeoutError: after 2 s")
  }

  @Test func sumsBecomeRatesAndHistogramsWhatTheyMeasure() throws {
    var lines = ""
    for minute in 1...4 {
      let time = "\"17000000\(minute)0000000000\""
      let counts = "[\(minute * 90),\(minute * 100 - minute * 90),0]"
      lines +=
        #"{"resourceMetrics":[{\#(resource(["service.name": "shop"])),"scopeMetrics":[{"metrics":["#
        + #"{"sum":{"dataPoints":[{"timeUnixNano":\#(time),"asInt":"\#(minute * 50)","attributes":\#(attributes(["code": "2|0"]))}],"aggregationTemporality":2,"isMonotonic":true},"name":"http.requests"},"#
        + #"{"name":"jobs","unit":"{job}","sum":{"dataPoints":[{"timeUnixNano":\#(time),"asInt":"30"}],"aggregationTemporality":1,"isMonotonic":true}},"#
        + #"{"name":"http.server.request.duration","unit":"s","histogram":{"aggregationTemporality":2,"dataPoints":[{"timeUnixNano":\#(time),"count":"\#(minute * 100)","sum":\#(minute * 20),"bucketCounts":\#(counts),"explicitBounds":[0.1,0.2]}]}},"#
        + #"{"name":"memory","unit":"By","gauge":{"dataPoints":[{"timeUnixNano":\#(time),"asDouble":\#(minute == 3 ? "\"NaN\"" : "7")},{"timeUnixNano":\#(time),"flags":1}]}}]}]}]}"#
        + "\n"
    }
    try temporary.write("metrics.jsonl", lines)
    let series = Dictionary(uniqueKeysWithValues: try read().metrics.map { ($0.key.metric, $0) })
    #expect(
      series.keys.sorted() == [
        "http.server.request.duration_seconds_mean", "http.server.request.duration_seconds_p95", "memory_bytes",
        "rate(http.requests_total)|code=2/0", "rate(http.server.request.duration_seconds_count)", "rate(jobs_total)",
      ])
    #expect(series["rate(http.requests_total)|code=2/0"]?.values.last == 5)
    #expect(series["rate(jobs_total)"]?.values.last == 3)
    #expect(series["http.server.request.duration_seconds_mean"]?.values.last == 0.2)
    #expect(abs((series["http.server.request.duration_seconds_p95"]?.values.last ?? 0) - 0.15) < 1e-9)
    #expect(series["http.server.request.duration_seconds_p95"]?.metricClass == .latency)
    #expect(series["rate(http.server.request.duration_seconds_count)"]?.metricClass == .throughput)
    #expect(series["memory_bytes"]?.values.map(\.description) == ["7.0", "7.0", "nan", "7.0"])
  }

  @Test func copiesPodsNamespacesAndHosts() throws {
    func log(_ pairs: KeyValuePairs<String, String>) -> String {
      #"{"resourceLogs":[{\#(resource(pairs)),"scopeLogs":[{"logRecords":[{"timeUnixNano":"1700000000000000000","body":{"stringValue":"x"}}]}]}]}"#
        + "\n"
    }
    try temporary.write(
      "all.ndjson",
      log(["service.name": "one", "service.instance.id": "a"])
        + log(["service.name": "two", "service.instance.id": "a", "host.name": "n1"])
        + log(["service.name": "two", "service.instance.id": "b", "host.name": "n2"])
        + log(["service.name": "three", "service.instance.id": "three-1"])
        + log(["service.name": "three", "service.instance.id": "three"])
        + log(["service.name": "pay", "k8s.pod.name": "pay-7f", "k8s.node.name": "n1"])
        + log(["service.name": "same", "service.namespace": "x"])
        + log(["service.name": "same", "service.namespace": "y"])
        + log(["host.name": "n1"]) + log([:]))
    let map = try read().serviceMap
    #expect(map["one"]?.kind == .service)
    #expect(map["two/a"]?.instanceOf == "two")
    #expect(map["two/a"]?.runsOn == "n1")
    // Nothing else was heard of this host: it may be a container's name.
    #expect(map["two/b"]?.runsOn == nil)
    #expect(map["three-1"]?.instanceOf == "three")
    #expect(map["three"]?.kind == .service && map["three/three"] == nil)
    #expect(map["pay-7f"]?.instanceOf == "pay")
    #expect(map["x/same"] != nil && map["y/same"] != nil && map["same"] == nil)
    #expect(map["n1"]?.kind == .node)
    #expect(map["unnamed"] != nil)
  }

  @Test(arguments: [
    #"{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"soon"}]}]}]}"#,
    #"{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":-5}]}]}]}"#,
    #"{"resourceSpans":[{"scopeSpans":[{"spans":"#, #"{"resourceSpans":{}}"#,
    #"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":1}]}]}]}"#,
  ]) func whatIsMalformedIsAnErrorWithItsPlace(_ line: String) throws {
    try temporary.write("traces.jsonl", "{\"resourceSpans\":[]}\n\(line)\n")
    #expect { try read() } throws: { ($0 as? DatasetError)?.line == 2 }
  }

  @Test(arguments: [
    #"{"resourceSpans":[]}"#, #"{"resourceSpans":null,"unknown":[1,{"a":2}]}"#,
    #"{"resourceLogs":[{"resource":null,"scopeLogs":[{"logRecords":[{"body":null}]}]}]}"#,
  ]) func arecordingOfNothingSaysSo(_ line: String) throws {
    try temporary.write("traces.jsonl", line)
    #expect { try read() } throws: { ($0 as? DatasetError)?.message.contains("no spans, logs or data points") == true }
  }

  @Test func foldersAreRecognisedByWhatTheirFilesBeginWith() throws {
    try temporary.write("a/notes.json", "{\"pods\": 1}")
    #expect(!OTLPAdapter.recognises(temporary.path))
    try temporary.write("a/day-1/traces.json", "{ \"resourceSpans\" : []}")
    #expect(OTLPAdapter.recognises(temporary.path))
    #expect(try OTLPAdapter(folder: temporary.path).cases().map(\.id) == ["a/day-1"])
  }
}

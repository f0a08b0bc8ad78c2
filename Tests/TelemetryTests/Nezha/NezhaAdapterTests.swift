import IncidentModel
import Testing

@testable import Telemetry

@Suite struct NezhaAdapterTests {
  private func moment(_ injection: Int, _ seconds: Int64 = 0) -> Timestamp {
    Timestamp(nanoseconds: (MadeUpNezha.injections[injection] + seconds) * 1_000_000_000)
  }

  private func read(_ data: MadeUpNezha, _ position: Int, isBlind: Bool = false) throws -> TelemetryWindow {
    let adapter = try NezhaAdapter(folder: data.folder.path)
    return try adapter.read(adapter.cases()[position], options: ReadOptions(isBlind: isBlind))
  }

  @Test func casesAreTheInjectionsInOrderOfTime() throws {
    let data = try MadeUpNezha()
    #expect(NezhaAdapter.recognises(data.folder.path))
    #expect(NezhaAdapter.recognises(data.folder.path + "/rca_data"))
    #expect(!NezhaAdapter.recognises(data.folder.path + "/construct_data"))
    let cases = try NezhaAdapter(folder: data.folder.path).cases()
    #expect(cases.map(\.id) == ["2030-05-06/01", "2030-05-06/02"])
    #expect(cases.map(\.group) == ["2030-05-06", "2030-05-06"])
    #expect(try read(data, 0).incident.alertedAt == moment(0))
    #expect(try read(data, 1).incident.alertedAt == moment(1))
  }

  @Test func whatWasInjectedWhereReachesNobody() throws {
    let one = try MadeUpNezha()
    let other = try MadeUpNezha(pod: "web-579b9bff58-t2dbm", fault: "network_delay")
    let first = try read(one, 1)
    let second = try read(other, 1)
    #expect(first.incident == second.incident)
    #expect(first.referenceWindows == second.referenceWindows)
    #expect(first.serviceMap == second.serviceMap)
    #expect(first.spans.starts == second.spans.starts)
    #expect(first.logs.bodyBytes == second.logs.bodyBytes)
    #expect(first.metrics.map(\.values).description == second.metrics.map(\.values).description)
    #expect(first.inputDigest == second.inputDigest)
  }

  @Test func podsAreInstancesOfTheirServices() throws {
    let map = try read(MadeUpNezha(), 0).serviceMap
    #expect(map["cart-5f6585d649-fnmft"]?.instanceOf == "cart")
    #expect(map["web"]?.kind == .service)
    #expect(map.callees(of: "web") == ["cart"])
    #expect(map["10.0.0.1"] == nil)
  }

  @Test func metricsEndWithTheIncidentAndLeaveOutTheNodes() throws {
    let window = try read(MadeUpNezha(), 0)
    #expect(
      window.metrics.map(\.key.description) == [
        "cart-5f6585d649-fnmft|CpuUsageRate(%)", "web|LatencyP50(s)", "web|SuccessRate(%)",
        "web|edge-latency-p50|side=destination|callee=cart", "web|edge-latency-p50|side=source|callee=cart",
        "web-579b9bff58-t2dbm|CpuUsageRate(%)",
      ])
    let cpu = window.metrics[0]
    #expect(cpu.metricClass == .cpu)
    #expect(cpu.times.first == moment(0, -600).nanoseconds)
    #expect(cpu.times.count == 14)
    #expect(cpu.values.last == 13.5)
    #expect(window.incident.window.end == moment(0, 225))
  }

  @Test func tracesBelongWhereTheyBegin() throws {
    let window = try read(MadeUpNezha(), 1)
    let begins = Set(window.spans.starts.filter { $0 % 1_000_000_000 == 0 }.map { $0 / 1_000_000_000 })
    let injections = MadeUpNezha.injections
    let before = (injections[0] - 50)..<injections[0]
    let own = (injections[1] - 50)..<(injections[1] + 70)
    let normal = (injections[0] - 300)..<(injections[0] - 260)
    #expect(begins == Set(before).union(own).union(normal))
    #expect(window.spans.starts == window.spans.starts.sorted())
    #expect(
      window.spans.parents.enumerated().allSatisfy { row, parent in
        parent < 0 || window.spans.traces[Int(parent)] == window.spans.traces[row]
      })
    #expect(window.spans.parents.filter { $0 >= 0 }.count * 2 == window.spans.count)
  }

  @Test func linesAreUnwrappedAndFindTheirSpans() throws {
    let window = try read(MadeUpNezha(), 0)
    #expect(window.logs.count == window.spans.count / 2)
    #expect(window.logs.severities.allSatisfy { $0 == .info })
    #expect(window.logs.bodyText(0) == "got cart 0")
    for row in 0..<window.logs.count {
      let span = try #require(window.logs.spans[row] >= 0 ? Int(window.logs.spans[row]) : nil)
      #expect(window.spans.operationNames[Int(window.spans.operations[span])] == "Get")
      #expect(window.logs.times[row] - window.spans.starts[span] == 1_000_000)
    }
  }

  @Test func normalIsTheTimeBetweenIncidents() throws {
    let second = try read(MadeUpNezha(), 1)
    #expect(
      second.referenceWindows == [
        TimeWindow(start: moment(0, -600), end: moment(0)), TimeWindow(start: moment(0, 300), end: moment(1)),
      ])
    #expect(second.incident.window.start == moment(0, 300))
  }

  @Test func withoutTheAlertNothingTellsWhenItBegan() throws {
    let blind = try read(MadeUpNezha(), 1, isBlind: true)
    #expect(blind.incident.alertedAt == nil)
    #expect(blind.incident.symptom == nil)
    #expect(blind.referenceWindows == [TimeWindow(start: moment(0, -600), end: moment(0))])
  }

  @Test func missingKindsAreBlindSpots() throws {
    let data = try MadeUpNezha()
    try data.folder.remove("rca_data/\(MadeUpNezha.day)/trace/10_30_trace.csv")
    try data.folder.remove("rca_data/\(MadeUpNezha.day)/log")
    let window = try read(data, 1)
    #expect(window.blindSpots.contains("No spans were recorded during the incident."))
    #expect(window.blindSpots.contains("No log lines were recorded during the incident."))
    #expect(!window.spans.isEmpty)
  }

  @Test func aDamagedLineIsLeftOutAndSaid() throws {
    let data = try MadeUpNezha()
    let name = "rca_data/\(MadeUpNezha.day)/log/10_30_log.csv"
    let text = try data.folder.text(name)
    try data.folder.write(name, text + "2030-05-06T10:30:01Z,half a li\n")
    #expect(try read(data, 1).blindSpots.contains("1 damaged row of spans or logs was left out."))
  }

  @Test func aFileOfSomethingElseStopsTheCase() throws {
    let data = try MadeUpNezha()
    let name = "rca_data/\(MadeUpNezha.day)/trace/10_30_trace.csv"
    try data.folder.write(name, "a,b,c\n1,2,3\n")
    let error = datasetError { _ = try read(data, 1) }
    #expect(error?.file.hasSuffix(name) == true)
    #expect(error?.line == 1)
    let list = "rca_data/\(MadeUpNezha.day)/\(MadeUpNezha.day)-fault_list.json"
    try data.folder.write(list, #"{"10": [{"inject_type": "return"}]}"#)
    #expect(datasetError { _ = try NezhaAdapter(folder: data.folder.path) }?.message.contains("inject_time") == true)
  }

  @Test func compressedMinutesAreReadAsWell() throws {
    let data = try MadeUpNezha()
    let plain = try read(data, 1)
    for name in ["trace/10_30_trace.csv", "log/10_30_log.csv"] {
      let path = "rca_data/\(MadeUpNezha.day)/\(name)"
      let text = try data.folder.text(path)
      try data.folder.remove(path)
      try data.folder.write(path + ".gz", gzip(text))
    }
    let packed = try read(data, 1)
    #expect(packed.spans.starts == plain.spans.starts)
    #expect(packed.logs.bodyBytes == plain.logs.bodyBytes)
  }

  @Test func healthyStretchesKeepClearOfInjections() throws {
    let data = try MadeUpNezha()
    let adapter = try NezhaAdapter(folder: data.folder.path)
    var stretches: [TelemetryWindow] = []
    while let window = try adapter.readHealthy(stretches.count, options: ReadOptions()) { stretches.append(window) }
    #expect(stretches.count == 2)
    for window in stretches {
      let onset = try #require(window.incident.alertedAt)
      #expect(onset >= moment(0, 300))
      #expect(window.incident.window.end <= moment(1, -125))
      #expect(window.referenceWindows.allSatisfy { $0.end <= onset })
    }
  }

  @Test func casesReadTogetherEqualCasesReadAlone() throws {
    let data = try MadeUpNezha()
    let adapter = try NezhaAdapter(folder: data.folder.path)
    let together = try adapter.cases().map { try adapter.read($0, options: ReadOptions()) }
    let alone = try read(data, 1)
    #expect(together[1].spans.starts == alone.spans.starts)
    #expect(together[1].spans.parents == alone.spans.parents)
    #expect(together[1].logs.spans == alone.logs.spans)
    #expect(together[1].inputDigest == alone.inputDigest)
  }

  @Test(arguments: [
    ("cart-5f6585d649-fnmft", "cart"), ("ts-order-service-5b67c48447-mv5hb", "ts-order-service"), ("db-0", "db"),
    ("frontend", "frontend"), ("order-service", "order-service"), ("a-b-c", "a-b-c"), ("", ""), ("-", "-"),
  ])
  func podNamesShowTheirWorkload(pod: String, service: String) { #expect(PodName.service(of: pod) == service) }
}

@Suite struct ContainerLogLineTests {
  private func unwrapped(_ field: String) -> (text: String, severity: LogSeverity) {
    var line = ContainerLogLine()
    Array(field.utf8).withUnsafeBytes { line.unwrap($0) }
    return (String(decoding: line.bytes, as: UTF8.self), line.severity)
  }

  @Test func plainTextStaysAsItIs() { #expect(unwrapped("WARN disk is full").text == "WARN disk is full") }

  @Test func theRuntimesWrapperIsTakenOff() {
    let line = unwrapped(#""{""log"":""10:00:01.5 ERROR a.B#7 it broke\n"",""stream"":""stdout""}""#)
    #expect(line.text == "10:00:01.5 ERROR a.B#7 it broke")
    #expect(line.severity == .error)
  }

  @Test func theProgramsOwnJSONIsOpened() {
    let line = unwrapped(
      #""{""log"":""{\""a\"":{\""b\"":[1,2]},\""message\"":\""hi \\\""you\\\""\"",\""severity\"":\""warning\""}\n""}""#)
    #expect(line.text == #"hi "you""#)
    #expect(line.severity == .warning)
  }

  @Test func identifiersInColumnsOfTheirOwnAreTakenOut() {
    #expect(unwrapped("10:00 INFO A#1 TraceID: 0af7 SpanID: b7ad [got] it").text == "10:00 INFO A#1 [got] it")
    #expect(unwrapped("TTraceID:x SpanID").text == "TSpanID")
    #expect(unwrapped("ends in TraceID:").text == "ends in ")
  }

  @Test func escapesAreReadToTheEndOfTheText() {
    #expect(unwrapped(#"{"log":"a\\\"b\t\u0041\\"}"#).text == "a\\\"b\tA\\")
    #expect(unwrapped(#"{"log":"open \"#).text == "open \\")
    #expect(unwrapped(#"{"\"":"x","log":"y"}"#).text == "y")
  }

  @Test func longMessagesAreCut() {
    #expect(unwrapped(String(repeating: "word ", count: 1000)).text.utf8.count == ContainerLogLine.maximumBytes)
  }

  @Test func textBehindTheClosingQuoteIsLeftOut() {
    #expect(unwrapped(#""{""log"":""good\n""}"ulate distance""}""#).text == "good")
  }

  @Test(arguments: ["", "\"", "\"{", #""{""log"":"#, #"{"log":"cut \u12"#, #"{"log":12}"#, "{{{{", #"{"a":[[["#])
  func brokenFieldsAreEndured(field: String) { #expect(unwrapped(field).text.utf8.count <= 1024) }
}

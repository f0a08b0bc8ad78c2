import Foundation
import IncidentModel
import Testing

@testable import Telemetry

@Suite struct CaseWriterTests {
  private static let start = Timestamp(nanoseconds: 1_772_334_000_000_000_000)

  private func window() -> TelemetryWindow {
    var assembly = WindowAssembly(
      incident: Incident(
        id: "yes", title: "a \"title\": with\nlines",
        window: TimeWindow(
          start: Self.start, end: Self.start.advanced(bySeconds: 3600)),
        alertedAt: Self.start.advanced(bySeconds: 0.123456789),
        symptom: Incident.Symptom(component: "shop front", metric: "latency|stat=p95"), environment: "north#1",
        answerKinds: [.service, .node]))
    assembly.referenceWindows = [
      TimeWindow(start: Self.start.advanced(bySeconds: -7200), end: Self.start.advanced(bySeconds: -3600))
    ]
    let clock = (0..<5).map { Self.start.nanoseconds + Int64($0) * 15_000_000_000 }
    let other = [Self.start.nanoseconds + 1, Self.start.nanoseconds + 60_000_000_000]
    assembly.metrics = [
      series("shop front", "latency|stat=p95", clock, [0.1, .nan, 1e-7, 12345678.9, -0.0]),
      series("pay,\"ment\"", "cpu_usage", clock, [1, 2, 3, 1e300, 0.1 + 0.2]),
      series("db-1", "memory_bytes|kind=é", other, [.nan, 4]),
    ]
    var spans = SpanTableBuilder()
    let base = Self.start.nanoseconds
    for (span, parent, component, offset) in [
      ("x", nil, "shop front", 5), ("y", "x", "db-1", 7), ("z", "gone", "db-1", 3),
    ]
      as [(String, String?, String, Int64)]
    {
      spans.append(
        trace: "trace/\(span == "z" ? 2 : 1)", span: span, parent: parent, component: component,
        operation: "op\t\(offset)",
        start: base + offset, end: base + offset + 1_234_567, failed: span == "y")
    }
    let (table, index) = spans.build()
    assembly.spans = table
    var logs = LogTableBuilder(spans: index)
    logs.append(
      time: base + 9, component: "db-1", severity: .error, body: "öl \u{1} \\ \"q\"\n", trace: "trace/1", span: "y")
    logs.append(time: base + 2, component: "other", severity: .unknown, body: "")
    assembly.logs = logs.build()
    assembly.alerts = [Alert(labels: ["alertname": "A", "job": "db-1"], annotations: ["x": "y"], startsAt: Self.start)]
    assembly.changes = [
      ChangeEvent(time: Self.start, component: "db-1", kind: .config, summary: "s", from: "1", to: "2", by: "me")
    ]
    assembly.components = [
      Component(id: "db-1", kind: .instance, role: .database, instanceOf: "db", runsOn: "node", site: "n"),
      Component(id: "db"), Component(id: "node", kind: .node, role: .host),
      Component(id: "null", role: .external, isObservedOnlyByCallers: true),
    ]
    assembly.calls = [ServiceMap.Call(from: "db-1", to: "null")]
    return assembly.window()
  }

  private func series(_ component: ComponentID, _ metric: String, _ times: [Int64], _ values: [Double]) -> MetricSeries
  {
    MetricSeries(key: MetricKey(component: component, metric: metric), times: times, values: values)
  }

  @Test(arguments: [false, true]) func whatIsWrittenReadsBackEqual(_ compress: Bool) throws {
    let temporary = try TemporaryFolder()
    let window = window()
    let unseen = ["pods: the role lacks the verb “list”.", "- 'nothing' else"]
    try CaseWriter(folder: temporary.path + "/case").write(window, compress: compress, blindSpots: unseen)
    let adapter = try CaseFolderAdapter(folder: temporary.path)
    let back = try adapter.read(try adapter.cases()[0], options: ReadOptions())
    #expect(back.incident == window.incident)
    #expect(back.referenceWindows == window.referenceWindows)
    #expect(back.metrics.map(\.key) == window.metrics.map(\.key))
    #expect(back.metrics.map(\.times) == window.metrics.map(\.times))
    #expect(back.metrics.map(\.unit) == window.metrics.map(\.unit))
    #expect(back.metrics.map { $0.values.map(\.bitPattern) } == window.metrics.map { $0.values.map(\.bitPattern) })
    expectEqual(back.spans, window.spans)
    expectEqual(back.logs, window.logs)
    #expect(back.alerts == window.alerts)
    #expect(back.changes == window.changes)
    #expect(back.serviceMap == window.serviceMap)
    #expect(back.blindSpots == unseen + window.blindSpots)
  }

  private func expectEqual(_ left: SpanTable, _ right: SpanTable) {
    #expect(left.traceNames == right.traceNames)
    #expect(left.componentNames == right.componentNames)
    #expect(left.operationNames == right.operationNames)
    #expect(left.traces == right.traces)
    #expect(left.parents == right.parents)
    #expect(left.components == right.components)
    #expect(left.operations == right.operations)
    #expect(left.starts == right.starts)
    #expect(left.ends == right.ends)
    #expect(left.failed == right.failed)
  }

  private func expectEqual(_ left: LogTable, _ right: LogTable) {
    #expect(left.componentNames == right.componentNames)
    #expect(left.times == right.times)
    #expect(left.components == right.components)
    #expect(left.severities == right.severities)
    #expect(left.spans == right.spans)
    #expect(left.bodyBytes == right.bodyBytes)
    #expect(left.bodyEnds == right.bodyEnds)
  }

  @Test func numbersOfAllShapesReadBackEqual() throws {
    let temporary = try TemporaryFolder()
    var values: [Double] = [
      1, -1, 10, 0.5, -0.05, 0.000001, 0.0000015, 1.000001, 999_999_999.999999, -1e9, 1e9, .leastNonzeroMagnitude,
      1.7976931348623157e308,
      0, -0.0, 100, 1200.25, 123456.7, 0.1 + 0.2, 2.0 / 3,
    ]
    var state: UInt64 = 88_172_645_463_325_252
    for _ in 0..<2000 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      values.append(Double(Int64(bitPattern: state) >> 30) / [1, 10, 1000, 1e6, 1e7, 3][Int(state % 6)])
    }
    var window = window()
    window.metrics = [
      series("a", "b", values.indices.map { Self.start.nanoseconds + Int64($0) * 1_000_000_000 }, values)
    ]
    try CaseWriter(folder: temporary.path).write(window, compress: false)
    let adapter = try CaseFolderAdapter(folder: temporary.path)
    let back = try adapter.read(try adapter.cases()[0], options: ReadOptions())
    #expect(back.metrics[0].values.map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test func theSameWindowGivesTheSameBytes() throws {
    let temporary = try TemporaryFolder()
    try CaseWriter(folder: temporary.path + "/a").write(window(), compress: true)
    try CaseWriter(folder: temporary.path + "/b").write(window(), compress: true)
    let names = try temporary.folder().entries("a").map(\.name)
    #expect(names.count >= 7)
    for name in names {
      let a = try Data(contentsOf: URL(fileURLWithPath: "\(temporary.path)/a/\(name)"))
      #expect(try a == Data(contentsOf: URL(fileURLWithPath: "\(temporary.path)/b/\(name)")), "\(name)")
    }
  }

  @Test func anEarlierCaseInTheFolderIsReplaced() throws {
    let temporary = try TemporaryFolder()
    let writer = CaseWriter(folder: temporary.path)
    try writer.write(window(), compress: false)
    var smaller = window()
    smaller.metrics = Array(smaller.metrics.prefix(1))
    smaller.logs = LogTable()
    try writer.write(smaller, compress: true)
    let names = try temporary.folder().entries().map(\.name)
    #expect(
      names == [
        "alerts.jsonl.gz", "case.yaml", "changes.jsonl.gz", "metrics.csv.gz", "spans.jsonl.gz", "topology.yaml",
      ])
  }

  @Test func aComponentWithABarCannotBeWritten() throws {
    let temporary = try TemporaryFolder()
    var window = window()
    window.metrics = [series("a|b", "cpu", [0], [1])]
    #expect(datasetError { try CaseWriter(folder: temporary.path).write(window, compress: false) } != nil)
  }
}

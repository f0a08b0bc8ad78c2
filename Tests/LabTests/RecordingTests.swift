import Foundation
import IncidentModel
import Telemetry
import Testing

@testable import Lab

@Suite struct RecordingTests {
  @Test func sameSeedGivesTheSamePlan() {
    let plan = RecordingPlan(seed: 7, cases: 44, healthy: 10)
    #expect(plan.cases == RecordingPlan(seed: 7, cases: 44, healthy: 10).cases)
    #expect(plan.cases.map(\.fault) != RecordingPlan(seed: 8, cases: 44, healthy: 10).cases.map(\.fault))
  }

  @Test func planDealsEveryFaultEvenly() {
    let plan = RecordingPlan(seed: 1, cases: 2 * Fault.all.count, healthy: 5)
    let counts = Dictionary(grouping: plan.cases.compactMap(\.fault), by: \.self).mapValues(\.count)
    #expect(counts.count == Fault.all.count && counts.values.allSatisfy { $0 == 2 })
    #expect(plan.cases.count { $0.fault == nil } == 5)
    #expect(Set(plan.cases.map(\.id)).count == plan.cases.count)
    for one in plan.cases {
      #expect(!one.decoys.contains { $0.kind == .release && $0.component == one.target })
      #expect(one.decoys.allSatisfy { $0.seconds < one.beforeSeconds })
    }
  }

  @Test func faultsNameWhatIsThere() throws {
    let components = CaseCut(layout: try LabLayout(number: 1, programFolder: "")).components
    #expect(Fault.all.count >= 18)
    #expect(Fault.all.map(\.name) == Fault.all.map(\.name).sorted())
    for fault in Fault.all {
      #expect(!fault.bites.isEmpty, "\(fault.name) has no check that it bit")
      for name in fault.targets + fault.alsoAccept {
        #expect(components.contains { $0.id == ComponentID(name) }, "\(fault.name): \(name)")
      }
      if let metric = fault.metric { #expect(MetricQuery.all.contains { $0.metric == metric }, "\(fault.name)") }
    }
    #expect(throws: LabError.self) { try Fault.named("meteor") }
  }

  /// A series at 1 for a minute, then at `later` for a minute.
  private func window(later: Double, log: String = "") -> (TelemetryWindow, TimeWindow) {
    let times = (0..<120).map { Int64($0) * 1_000_000_000 }
    let whole = TimeWindow(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 120_000_000_000))
    var assembly = WindowAssembly(incident: Incident(id: "x", title: "x", window: whole))
    let key = MetricKey(component: "cart", metric: "cpu_cores")
    assembly.metrics = [MetricSeries(key: key, times: times, values: times.map { $0 < 60_000_000_000 ? 1 : later })]
    var logs = LogTableBuilder()
    if !log.isEmpty { logs.append(time: 70_000_000_000, component: "cart", severity: .error, body: log) }
    assembly.logs = logs.build()
    return (assembly.window(), TimeWindow(start: Timestamp(nanoseconds: 60_000_000_000), end: whole.end))
  }

  @Test(arguments: [
    (Bite.rises("cpu_cores", factor: 3), 3.5, true), (.rises("cpu_cores", factor: 3), 2, false),
    (.falls("cpu_cores", factor: 0.5), 0.4, true), (.falls("cpu_cores", factor: 0.5), 0.9, false),
    (.reaches("cpu_cores", 5), 5, true), (.reaches("cpu_cores", 5), 4.9, false),
    (.reaches("nothing", 5), 5, false), (.reaches("cpu_cores", 5, of: "payment"), 5, false),
  ])
  func bitesSeeChanges(bite: Bite, later: Double, isThere: Bool) {
    let (window, fault) = window(later: later)
    #expect((bite.complaint(window, target: "cart", fault: fault) == nil) == isThere)
  }

  @Test func bitesReadLogs() {
    let (window, fault) = window(later: 1, log: "No space left on device")
    #expect(Bite.says("No space left").complaint(window, target: "cart", fault: fault) == nil)
    #expect(Bite.says("out of memory").complaint(window, target: "cart", fault: fault) != nil)
    #expect(Bite.says("No space left").complaint(window, target: "payment", fault: fault) != nil)
  }

  @Test func aFaultThatDidNotBiteIsSeen() throws {
    let (window, fault) = window(later: 1)
    let note = RecordingNote(fault: "cpu-hog", target: "cart", startedAt: fault.start)
    #expect(try note.complaints(window).contains { $0.contains("cart|cpu_cores") })
    #expect(try note.complaints(window).contains("nobody was paged"))
    #expect(try RecordingNote().complaints(window).isEmpty)
  }

  @Test func noteComesBackFromItsFile() throws {
    let folder = NSTemporaryDirectory() + "lab-note-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let note = RecordingNote(fault: "hot-key", target: "inventory", startedAt: Timestamp(nanoseconds: 5))
    try note.write(folder)
    #expect(try RecordingNote(folder: folder) == note)
    #expect(try note.truth().contains("alsoAccept: [postgres, nginx]"))
    #expect(try RecordingNote().truth() == "healthy: true\n")
    try Data("fault: [1]\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/recording.yaml"))
    #expect(throws: (any Error).self) { try RecordingNote(folder: folder) }
  }
}

@Suite struct CuttingTests {
  @Test func readsTheStoresOwnLogs() {
    let postgres = NativeLog.postgres("1795635829.250 ERROR:  could not extend file: No space left on device")
    #expect(postgres?.severity == .error && postgres?.nanoseconds == 1_795_635_829_250_000_000)
    #expect(postgres?.body == "could not extend file: No space left on device")
    #expect(NativeLog.postgres("1795635829.250 STATEMENT:  INSERT") == nil)
    #expect(NativeLog.postgres("nonsense") == nil)
    let nginx = NativeLog.nginx("2026/11/25 19:44:37 [error] 12#12: *1 connect() failed")
    #expect(nginx?.severity == .error && nginx?.body == "*1 connect() failed")
    let redis = NativeLog.redis("27817:M 5 Nov 2026 19:43:45.565 # WARNING overcommit")
    #expect(redis?.severity == .warning && redis?.body == "WARNING overcommit")
    #expect(redis.map { Timestamp(nanoseconds: $0.nanoseconds).description } == "2026-11-05T19:43:45.565Z")
    #expect(NativeLog.redis("") == nil)
  }

  @Test func cutsSpansToTheWindow() {
    func line(_ span: String, _ start: Int) -> String {
      """
      {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}]},\
      "scopeSpans":[{"spans":[{"traceId":"t","spanId":"\(span)","name":"GET /cart","kind":2,\
      "startTimeUnixNano":"\(start)","endTimeUnixNano":"\(start + 5)","status":{"code":2}}]}]}]}

      """
    }
    let window = TimeWindow(start: Timestamp(nanoseconds: 10), end: Timestamp(nanoseconds: 20))
    var builder = SpanTableBuilder()
    SpanFile.read(Data((line("a", 9) + line("b", 10) + line("c", 20) + "{\"resourceSp").utf8), in: window, to: &builder)
    let table = builder.build().table
    #expect(table.starts == [10] && table.failed == [true] && table.componentNames == ["cart"])
  }

  @Test func findsStretchesOfAlerts() {
    let runs = SeriesReading.stretches([.nan, 1, 1, .nan, .nan, 1])
    #expect(runs == [1..<3, 5..<6])
    #expect(SeriesReading.stretches([]).isEmpty)
    #expect(SeriesReading.rounded(0.123456789) == 0.12346)
  }
}

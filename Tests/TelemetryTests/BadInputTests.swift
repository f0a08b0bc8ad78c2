import Foundation
import IncidentModel
import Synchronization
import Testing
import TextReading

@testable import Telemetry

/// What is wrong in a case has to be said with file, line and column; nothing may crash.
@Suite struct BadInputTests {
  let small: SmallCase

  init() throws { small = try SmallCase() }

  private func expect(
    _ error: DatasetError?, file: String, line: Int?, column: Int?, _ words: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(error?.file.hasSuffix(file) == true, sourceLocation: sourceLocation)
    #expect(error?.line == line, sourceLocation: sourceLocation)
    #expect(error?.column == column, sourceLocation: sourceLocation)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "no error")", sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    ("1730-01-01T00:00:00Z", false), ("-7573564800", false), ("1930-01-01T00:00:00Z", true), ("7258118399", true),
    ("7258118400", false), ("2200-01-01T02:00:00+02:00", false), ("1e10", false),
  ])
  func yearsOfWhichDifferencesWouldNotFitAreNoTimes(_ text: String, isTime: Bool) {
    var (text, clock) = (text, ClockText())
    let time = text.withUTF8 { clock.nanoseconds(UnsafeRawBufferPointer($0)) }
    #expect((time != nil) == isTime)
  }

  // MARK: - case.yaml

  @Test func emptyCaseFile() throws {
    try small.temporary.write("case.yaml", "")
    expect(small.error(), file: "case.yaml", line: 1, column: 1, "this is empty")
  }

  @Test func unknownKey() throws {
    try small.temporary.write("case.yaml", SmallCase.yaml + "\n  \nseverity: sev1\n")
    expect(small.error(), file: "case.yaml", line: 8, column: 1, "unknown key “severity”")
  }

  @Test func keyGivenTwice() throws {
    try small.temporary.write("case.yaml", "id: a\nid: b\n")
    #expect(small.error()?.message.contains("“id” is given twice") == true)
  }

  @Test func notYAML() throws {
    try small.temporary.write("case.yaml", "id: a\nwindow: {start\n")
    expect(small.error(), file: "case.yaml", line: 3, column: 1, "not YAML")
  }

  @Test func missingWindow() throws {
    try small.temporary.write("case.yaml", "id: a\n")
    expect(small.error(), file: "case.yaml", line: 1, column: 1, "“window” is missing")
  }

  @Test func windowThatEndsBeforeItStarts() throws {
    try small.temporary.write(
      "case.yaml", "id: a\nwindow:\n  start: 2026-03-01T04:00:00Z\n  end: 2026-03-01T03:00:00Z\n")
    expect(small.error(), file: "case.yaml", line: 4, column: 8, "not after its start")
  }

  @Test(arguments: ["2026-03-01T18:46:00Z", "2026-03-01T02:59:59Z"])
  func alertOutsideTheWindow(_ time: String) throws {
    try small.temporary.write("case.yaml", SmallCase.yaml.replacing("2026-03-01T03:13:00Z", with: time))
    expect(small.error(), file: "case.yaml", line: 4, column: 12, "the alert at \(time) is outside the window")
  }

  @Test func timeThatIsNone() throws {
    try small.temporary.write("case.yaml", "window: {start: soon, end: 2026-03-01T03:00:00Z}\n")
    expect(small.error(), file: "case.yaml", line: 1, column: 17, "not “soon”")
  }

  @Test(arguments: ["[", "{a: ", "- ", "? "]) func yamlNestedWithoutEnd(_ opening: String) throws {
    try small.temporary.write("topology.yaml", "components:\n  " + String(repeating: opening, count: 100_000))
    // On a small stack, as worker threads have.
    let found = Mutex<DatasetError?>(nil)
    let thread = Thread { [small] in
      let error = small.error()
      found.withLock { $0 = error }
    }
    thread.stackSize = 512 << 10
    thread.start()
    while !thread.isFinished { sched_yield() }
    #expect(found.withLock { $0 }?.file.hasSuffix("topology.yaml") == true)
  }

  @Test func yamlNestedByIndentation() throws {
    var text = ""
    for level in 0..<2000 { text += String(repeating: " ", count: level) + "a:\n" }
    try small.temporary.write("topology.yaml", text)
    #expect(small.error()?.file.hasSuffix("topology.yaml") == true)
  }

  // MARK: - metrics.csv

  private func metricsError(_ text: String, limits: ReadLimits = ReadLimits()) throws -> DatasetError? {
    try small.temporary.write("metrics.csv", text)
    return small.error(limits)
  }

  @Test func emptyMetrics() throws {
    expect(try metricsError(""), file: "metrics.csv", line: 1, column: 1, "the file is empty")
  }

  @Test func missingHeader() throws {
    expect(try metricsError("1772334000,1,2\n"), file: "metrics.csv", line: 1, column: 1, "no column “time”")
  }

  @Test func columnWithoutAComponent() throws {
    expect(try metricsError("time,a|b,cpu\n"), file: "metrics.csv", line: 1, column: 10, "<component>|<metric>")
  }

  @Test func columnGivenTwice() throws {
    expect(
      try metricsError("time,a|b,\"a|b\"\n1772334000,1,2\n"), file: "metrics.csv", line: 1, column: 11, "given twice")
  }

  @Test func raggedRows() throws {
    expect(
      try metricsError("time,a|b\n1772334000,1\n1772334001,1,2\n"), file: "metrics.csv", line: 3, column: 14,
      "3 fields where the header has 2")
    expect(
      try metricsError("time,a|b,a|c\n1772334000,1\n"), file: "metrics.csv", line: 2, column: 13,
      "2 fields where the header has 3")
  }

  @Test func textInsteadOfANumber() throws {
    expect(
      try metricsError("time,a|b\n1772334000,fast\n"), file: "metrics.csv", line: 2, column: 12, "not “fast”")
  }

  @Test func timeThatIsNoneInARow() throws {
    expect(
      try metricsError("time,a|b\n1772334000,1\nyesterday,1\n"), file: "metrics.csv", line: 3, column: 1, "a time")
  }

  @Test func nameThatIsNotUTF8() throws {
    try small.temporary.write("metrics.csv", Array("time,a|b,".utf8) + [0xff] + Array("|c\n1772334000,1,2\n".utf8))
    expect(small.error(), file: "metrics.csv", line: 1, column: 10, "not UTF-8")
  }

  @Test func lineOfTenMegabytes() throws {
    let row = "1772334000," + String(repeating: " ", count: 10_000_000) + "1\n"
    expect(try metricsError("time,a|b\n" + row), file: "metrics.csv", line: 2, column: 1, "longer than 8388608 bytes")
    let header = "time," + String(repeating: "x", count: 10_000_000) + "|a\n"
    expect(try metricsError(header), file: "metrics.csv", line: 1, column: 1, "longer than 8388608 bytes")
  }

  @Test func truncatedGzip() throws {
    let small = try SmallCase()
    try small.temporary.write("spans.jsonl.gz", Array(gzip("{}{}{}{}{}{}").dropLast(9)))
    expect(small.error(), file: "spans.jsonl.gz", line: nil, column: nil, "ends too early")
  }

  @Test func fileThatExpandsBeyondTheLimit() throws {
    try small.temporary.write("logs.jsonl.gz", gzip([UInt8](repeating: 10, count: 2_000_000)))
    var limits = ReadLimits()
    limits.maximumExpandedBytes = 1_000_000
    expect(small.error(limits), file: "logs.jsonl.gz", line: nil, column: nil, "limit of 1000000 bytes")
  }

  // MARK: - JSON Lines

  @Test func nestedAHundredThousandDeep() throws {
    try small.temporary.write("logs.jsonl", "\n{\"x\":" + String(repeating: "[", count: 100_000) + "\n")
    expect(small.error(), file: "logs.jsonl", line: 2, column: 133, "deeper than 128")
  }

  @Test func recordsWithoutWhatTheyNeed() throws {
    let records = [
      ("spans.jsonl", #"{"component":"a"}"#, "no start"), ("spans.jsonl", #"{"start":1}"#, "no component"),
      ("logs.jsonl", #"{"component":"a"}"#, "no time"), ("logs.jsonl", #"{"time":1}"#, "no component"),
      ("changes.jsonl", #"{"time":1,"component":"a"}"#, "no kind"), ("alerts.jsonl", #"{"labels":{}}"#, "no startsAt"),
      ("alerts.jsonl", #"[{"labels":{}}]"#, "no startsAt"), ("alerts.jsonl", "[1]", "an object"),
      ("alerts.jsonl", #"[{"startsAt":1772334000}"#, "ends in the middle"),
      ("alerts.jsonl", #"[{"startsAt":1772334000}] x"#, "follows"),
      ("changes.jsonl", #"{"time":1,"component":"a","kind":"magic"}"#, "not “magic”"),
      ("spans.jsonl", #"{"start":1,"component":"a","durationMs":-1}"#, "a duration"),
      ("spans.jsonl", #"{"start":1,"component":"a","status":"maybe"}"#, "not “maybe”"),
      ("spans.jsonl", #"{"start":1,"component":"a","status":"STATUS_CODE_7"}"#, "not “status_code_7”"),
    ]
    for (file, text, words) in records {
      try small.temporary.write(file, "{\"a\"" + ":1}")
      try small.temporary.write(file, text)
      let error = small.error()
      #expect(error?.line == 1)
      #expect(error?.file.hasSuffix(file) == true)
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "no error")")
      try small.temporary.write(file, "")
    }
  }

  // MARK: - Topology

  @Test func componentsAboveThemselves() throws {
    try small.temporary.write(
      "topology.yaml",
      "components:\n  - {id: a, runsOn: b}\n  - {id: b, runsOn: c}\n  - {id: c, runsOn: b}\n")
    expect(small.error(), file: "topology.yaml", line: 3, column: 21, "“b” is by way of “runsOn” above itself")
    try small.temporary.write("topology.yaml", "components:\n  - {id: a, instanceOf: a}\n")
    expect(small.error(), file: "topology.yaml", line: 2, column: 25, "“instanceOf”")
  }

  @Test func unknownKindAndDoubleComponent() throws {
    try small.temporary.write("topology.yaml", "components:\n  - {id: a, kind: thing}\n")
    expect(small.error(), file: "topology.yaml", line: 2, column: 19, "not “thing”")
    try small.temporary.write("topology.yaml", "components:\n  - {id: a}\n  - {id: a}\n")
    expect(small.error(), file: "topology.yaml", line: 3, column: 10, "given twice")
  }

  // MARK: - The case as a whole

  @Test func noTelemetryAtAll() throws {
    let temporary = try TemporaryFolder()
    try temporary.write("case.yaml", SmallCase.yaml)
    let adapter = try CaseFolderAdapter(folder: temporary.path)
    let error = datasetError { _ = try adapter.read(try adapter.cases()[0], options: ReadOptions()) }
    expect(error, file: "case.yaml", line: nil, column: nil, "no telemetry at all")
  }

  @Test func telemetryOutsideTheWindow() throws {
    expect(
      try metricsError("time,a|b\n1672334000,1\n"), file: "case.yaml", line: nil, column: nil, "lies in the window")
  }

  @Test func linksThatLeaveTheDataset() throws {
    let outside = try TemporaryFolder()
    let file = try outside.write("logs.jsonl", "{}")
    try small.temporary.link("logs.jsonl", to: file)
    expect(small.error(), file: "logs.jsonl", line: nil, column: nil, "out of the dataset folder")
  }

  @Test func aCaseBehindALinkThatLeavesTheDatasetFailsAndTheRestIsListed() throws {
    let dataset = try TemporaryFolder()
    try dataset.write("a/case.yaml", SmallCase.yaml)
    try dataset.link("b", to: small.temporary.path)
    let adapter = try CaseFolderAdapter(folder: dataset.path)
    let cases = try adapter.cases()
    #expect(cases.map(\.id) == ["a", "b"])
    let error = datasetError { _ = try adapter.read(cases[1], options: ReadOptions()) }
    expect(error, file: "case.yaml", line: nil, column: nil, "out of the dataset folder")
  }
}

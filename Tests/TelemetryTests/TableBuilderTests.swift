import IncidentModel
import Testing
import TextReading

@testable import Telemetry

@Suite struct TableBuilderTests {
  private func table(_ spans: [(trace: String, span: String, parent: String?, start: Int64)]) -> SpanTable {
    var builder = SpanTableBuilder()
    for item in spans {
      builder.append(
        trace: item.trace, span: item.span, parent: item.parent, component: "c\(item.span)", operation: "get",
        start: item.start, end: item.start + 5, failed: false)
    }
    return builder.build().table
  }

  @Test func parentsAreLinkedWithinTheirTraceAfterSorting() {
    let table = table([("t", "2", "1", 20), ("t", "1", nil, 10), ("u", "1", nil, 15), ("u", "3", "9", 30)])
    #expect(table.starts == [10, 15, 20, 30])
    #expect(table.parents == [-1, -1, 0, -1])
    #expect(table.traceNames == ["t", "u"])
    #expect(table.traces == [0, 1, 0, 1])
    #expect(table.components.map { table.componentNames[Int($0)].rawValue } == ["c1", "c1", "c2", "c3"])
  }

  @Test func duplicatesAreDroppedAndCounted() {
    var builder = SpanTableBuilder()
    for (component, start) in [("first", 1), ("second", 2)] as [(String, Int64)] {
      builder.append(
        trace: "t", span: "1", parent: nil, component: component, operation: "get", start: start, end: start,
        failed: false)
    }
    #expect(builder.duplicateCount == 1)
    #expect(builder.build().table.componentNames == ["first"])
  }

  @Test func cyclesOfParentsAreBroken() {
    let table = table([
      ("t", "1", "3", 1), ("t", "2", "1", 2), ("t", "3", "2", 3), ("t", "4", "4", 4), ("t", "5", "3", 5),
    ])
    for row in 0..<table.count {
      var steps = 0
      var current = row
      while table.parents[current] >= 0, steps < 10 {
        current = Int(table.parents[current])
        steps += 1
      }
      #expect(steps < 5)
    }
  }

  @Test func aSpanThatEndsBeforeItStartsLastsNothing() {
    var builder = SpanTableBuilder()
    builder.append(
      trace: "t", span: "1", parent: nil, component: "c", operation: "o", start: 10, end: 5, failed: true)
    #expect(builder.build().table.ends == [10])
  }

  @Test func manyNamesStayApart() {
    var builder = SpanTableBuilder()
    for index in 0..<5000 {
      builder.append(
        trace: "t\(index % 50)", span: "s\(index)", parent: index < 50 ? nil : "s\(index - 50)", component: "c",
        operation: "o", start: Int64(5000 - index), end: 6000, failed: false)
    }
    let (table, index) = builder.build()
    #expect(table.traceNames.count == 50)
    #expect(table.parents.filter { $0 < 0 }.count == 50)
    #expect(withUTF8Bytes("t7") { trace in withUTF8Bytes("s57") { index.row(trace: trace, span: $0) } } == 4999 - 57)
    #expect(withUTF8Bytes("t8") { trace in withUTF8Bytes("s57") { index.row(trace: trace, span: $0) } } == -1)
  }

  @Test func logsAreSortedAndFindTheirSpans() {
    var spans = SpanTableBuilder()
    spans.append(trace: "t", span: "b", parent: nil, component: "c", operation: "o", start: 5, end: 6, failed: false)
    spans.append(trace: "t", span: "a", parent: nil, component: "c", operation: "o", start: 1, end: 2, failed: false)
    var logs = LogTableBuilder(spans: spans.build().index)
    logs.append(time: 9, component: "x", severity: .info, body: "later", trace: "t", span: "b")
    logs.append(time: 3, component: "y", severity: .error, body: "first")
    logs.append(time: 9, component: "y", severity: .info, body: "", trace: "u", span: "b")
    let table = logs.build()
    #expect(table.times == [3, 9, 9])
    #expect((0..<3).map { table.bodyText($0) } == ["first", "later", ""])
    #expect(table.spans == [-1, 1, -1])
    #expect(table.componentNames == ["y", "x"])
  }

  @Test func bodiesAreAlwaysUTF8() {
    var logs = LogTableBuilder()
    [UInt8(ascii: "a"), 0xff].withUnsafeBytes { body in
      withUTF8Bytes("c") { logs.append(time: 0, component: $0, severity: .info, body: body) }
    }
    #expect(logs.build().bodyText(0) == "a\u{fffd}")
  }

  @Test(arguments: [
    ("WARN", LogSeverity.warning), ("Information", .info), ("err", .error), ("CRITICAL", .fatal), ("?", .unknown),
  ])
  func severityWords(_ word: String, _ severity: LogSeverity) {
    #expect(withUTF8Bytes(word) { LogSeverity(word: $0) } == severity)
  }
}

import Telemetry
import Testing

@testable import SignalDetection

@Suite struct LogMaskTests {
  private func masked(_ line: String, _ severity: LogSeverity = .info) -> String {
    var mask = LogMask()
    Array(line.utf8).withUnsafeBufferPointer { mask.apply(to: $0, severity) }
    return mask.text
  }

  @Test(arguments: [
    ("order 1234 of user 4d2a46c7-71cb-4cf1-b5bb-b68406d9da6f done", "order 99 of user 00000000-1111-4cf1-b5bb-1 done"),
    ("took 12ms", "took 7ms"), ("unexpected value -13", "unexpected value 24"),
    ("amount=12.50 currency=EUR", "amount=7 currency=USD"),
    ("got {a: 1, b: {c: 2}} back", "got {} back"), ("user \"anna maria\" left", "user \"jo\" left"),
    ("calculate(1, 2) ok", "calculate(3) ok"), ("10.1.2.3:8080 closed", "10.9.8.7:9090 closed"),
  ])
  func linesOfOneKindAreEqual(one: String, other: String) { #expect(masked(one) == masked(other)) }

  @Test(arguments: [
    ("connection opened", "connection closed"), ("cache hit", "cache miss"), ("phase one", "phase two"),
  ])
  func linesOfDifferentKindsAreNot(one: String, other: String) { #expect(masked(one) != masked(other)) }

  @Test func thePlaceInTheSourceNamesALine() {
    #expect(masked("16:42:22.382 INFO  t.s.TravelService#532 [route][stations=a, b]") == "t.s.TravelService#532")
    #expect(masked("issue #12 closed") == masked("issue #13 closed"))
  }

  @Test func oddLinesAreEndured() {
    for line in ["", " ", "((((((", "={", "\"", "#", "#1", "a#", String(repeating: "{", count: 5000)] {
      #expect(masked(line).utf8.count <= 600)
    }
  }

  @Test func numbersOfTemplatesAreBounded() {
    var builder = LogTableBuilder()
    for number in 0..<50 {
      let word = String(repeating: "x", count: number + 1)
      builder.append(time: Int64(number), component: "a", severity: .info, body: word)
    }
    let templates = LogTemplates(builder.build(), rows: [0..<50], maximumCount: 10)
    #expect(templates.texts.count == 10)
    #expect(templates.templateOfRow.max() == 9)
  }

  @Test func structuredLinesAreKnownByTheirMessage() {
    #expect(
      masked(#"{"level":"error","ts":1772.5,"msg":"order 17 rejected","error":"deadlock detected"}"#)
        == "order * rejected deadlock detected")
    #expect(masked(#"{"ts":1772.5,"message":"cache \"main\" warmed"}"#).hasPrefix("cache"))
    #expect(masked(#"time=2026-03-01 level=warn msg="queue is long" depth=9 err=full"#) == "queue is long full")
    #expect(masked(#"{"ts":1772.5}"#) == "*")
    #expect(masked("level=warn depth=9") == "level=* depth=*")
  }
}

import IncidentModel
import TestSupport
import Testing

@testable import Reporting

@Suite struct TerminalReportTests {
  @Test(arguments: ["cause-found", "abstained", "healthy", "hostile"])
  func screenMatchesTheRecord(name: String) throws {
    let text = TerminalReport(MadeUpIncident.named(name).snapshot).text
    try Golden("\(name).txt").expect(text)
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 24)
  }

  @Test func colourMatchesTheRecord() throws {
    var options = TerminalReport.Options()
    options.usesColor = true
    try Golden("cause-found.ansi.txt").expect(TerminalReport(MadeUpIncident.causeFound.snapshot, options: options).text)
  }

  @Test func explanationMatchesTheRecord() throws {
    var options = TerminalReport.Options()
    options.explain = true
    try Golden("cause-found.explain.txt").expect(
      TerminalReport(MadeUpIncident.causeFound.snapshot, options: options).text)
  }

  @Test(arguments: ["cause-found", "abstained", "healthy", "hostile", "long"], [40, 60, 80, 120])
  func noLineIsWiderThanAsked(name: String, width: Int) {
    var options = TerminalReport.Options()
    options.width = width
    options.explain = true
    for line in TerminalReport(MadeUpIncident.named(name).snapshot, options: options).text.split(separator: "\n") {
      #expect(DisplayWidth.of(String(line)) <= width, "\(line)")
    }
  }

  @Test(arguments: ["cause-found", "abstained", "hostile", "long"])
  func colourChangesNoWord(name: String) {
    var options = TerminalReport.Options()
    options.explain = true
    let plain = TerminalReport(MadeUpIncident.named(name).snapshot, options: options).text
    options.usesColor = true
    let coloured = TerminalReport(MadeUpIncident.named(name).snapshot, options: options).text
    let stripped = coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "")
    let withoutTrailingBlanks = stripped.split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0.reversed().drop { $0 == " " }.reversed()) }.joined(separator: "\n")
    #expect(withoutTrailingBlanks == plain)
  }

  @Test func hostileTextCannotSteerTheTerminal() {
    var options = TerminalReport.Options()
    options.explain = true
    let text = TerminalReport(MadeUpIncident.hostile.snapshot, options: options).text
    #expect(!text.unicodeScalars.contains { $0 != "\n" && UntrustedText.isInvisible($0) })
    #expect(!text.contains("[31m") && !text.contains("2J") && !text.contains("owned"))
  }

  @Test func aLongIncidentStillFitsOneScreen() {
    let text = TerminalReport(MadeUpIncident.long.snapshot).text
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 24)
    #expect(text.contains("UNSEEN"))
    #expect(text.contains("needs a person's approval"))
  }
}

@Suite struct DisplayWidthTests {
  /// What is to be run again is whole: without the breaks it is what it was.
  @Test(arguments: [1, 3, 10, 64])
  func breaksLongWordsWhereNothingMayBeMissing(width: Int) {
    let query = "sum(rate(requests_total{code=\"500\",route=\"/checkout/日本語\"}[5m]))by(service)"
    let lines = DisplayWidth.wrap("prometheus: \(query) end", width: width, lines: 200, longWords: .broken)
    #expect(lines.joined().replacing(" ", with: "") == "prometheus:\(query)end")
    for line in lines { #expect(DisplayWidth.of(line) <= max(2, width), "\(line)") }
    #expect(DisplayWidth.wrap(query, width: width) == [DisplayWidth.cutMiddle(query, to: width)])
  }

  @Test(arguments: [("abc", 3), ("日本", 4), ("e\u{301}", 1), ("👍", 2), ("▁█│…→", 5), ("", 0), ("ｆ", 2), ("한", 2)])
  func countsColumns(text: String, width: Int) {
    #expect(DisplayWidth.of(text) == width)
  }

  @Test func cutsInTheMiddle() {
    #expect(DisplayWidth.cutMiddle("recommendation-service-7f9c", to: 15) == "recomme…ce-7f9c")
    #expect(DisplayWidth.cutMiddle("日本日本日本", to: 7) == "日本…本")
    #expect(DisplayWidth.cutMiddle("short", to: 15) == "short")
    #expect(DisplayWidth.cutMiddle("short", to: 1) == "…")
    #expect(DisplayWidth.cutMiddle("short", to: 0) == "")
  }

  @Test(arguments: 1...30)
  func wrapsWithinTheWidth(width: Int) {
    let text = "The p95 latency of 日本語サービス rose averyverylongwordwithoutablank at 03:12 👍"
    for line in DisplayWidth.wrap(text, width: width) { #expect(DisplayWidth.of(line) <= width) }
    for line in DisplayWidth.wrap(text, width: width, lines: 2) { #expect(DisplayWidth.of(line) <= width) }
    #expect(DisplayWidth.wrap(text, width: width, lines: 2).count <= 2)
  }
}

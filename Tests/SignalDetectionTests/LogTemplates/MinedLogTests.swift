import SignalDetection
import Testing

@Suite struct MinedLogTests {
  private func mined(_ text: String, pieceBytes: Int = 1 << 20) -> MinedLog {
    var log = MinedLog()
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      rest.prefix(pieceBytes).withUnsafeBufferPointer { log.read($0) }
      rest = rest.dropFirst(pieceBytes)
    }
    log.finish()
    return log
  }

  @Test func everyLineHasOneTemplateWhereverThePiecesEnd() {
    let text = "one 1\r\n\ntwo words here\none 2\nlast without end"
    let whole = mined(text)
    #expect(whole.lineCount == 5)
    #expect(whole.templates.map(\.text) == ["one <num>", "", "two words here", "last without end"])
    #expect(whole.templateOfLine.map(\.rawValue) == [1, 2, 3, 1, 4])
    for bytes in 1...9 { #expect(mined(text, pieceBytes: bytes).templates == whole.templates) }
  }

  @Test(arguments: [
    ("2026-03-01 03:00:00,5 x", "2026-03-01T04:00:00.5Z x", 3600.0),
    ("Dec 31 23:59:00 h p: x", "Jan  1 00:00:00 h p: x", 60),
    ("[Sun Mar 01 03:00:00 2026] x", "[Mon Mar 02 03:00:00 2026] x", 86_400),
    ("10.0.0.1 - - [01/Mar/2026:03:00:00 +0000] x", "10.0.0.1 - - [01/Mar/2026:03:00:10 +0000] x", 10),
  ])
  func theDurationIsFromTheFirstToTheLastTime(_ first: String, _ last: String, _ seconds: Double) {
    #expect(mined("\(first)\nno time\n\(last)\n").durationSeconds == seconds)
  }

  @Test func withoutTwoTimesThereIsNoDuration() {
    #expect(mined("a\nb\n").durationSeconds == nil)
    #expect(mined("2026-03-01 03:00:00 x\n").durationSeconds == nil)
    #expect(mined("").templates.isEmpty)
  }
}

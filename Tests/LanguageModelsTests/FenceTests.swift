import TestSupport
import Testing

@testable import LanguageModels

@Suite struct FenceTests {
  private let fence = Fence(maximumCharacters: 2000, maximumLines: 40)

  @Test func holdsEnoughHostileText() {
    let samples = HostileText.samples()
    #expect(samples.count >= 60 && Set(samples.map(\.trick)).count >= 10)
    #expect(Set(samples).count == samples.count)
  }

  @Test(arguments: HostileText.samples().indices)
  func defuses(number: Int) throws {
    let sample = HostileText.samples()[number]
    let block = fence.block(sample.text, label: "log")
    let lines = block.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    #expect(lines.first == "BEGIN DATA log" && lines.last == "END DATA")
    for line in lines.dropFirst().dropLast() { #expect(line.hasPrefix("| ") || line.hasPrefix("(")) }
    #expect(lines.count { $0.hasPrefix("(") } <= 1 && lines.count <= 43)
    let inside = lines.dropFirst().dropLast().joined(separator: "\n")
    for frame in ["[", "]", "<", ">", "`", "{{", "}}"] { #expect(!inside.contains(frame)) }
    #expect(!inside.lowercased().contains(/(system|assistant|user|human)["' ]*:/))
    for text in [block, fence.inline(sample.text)] {
      #expect(text.count < 20_000)
      #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !invisible($0) })
    }
    let inline = fence.inline(sample.text)
    #expect(inline.split(whereSeparator: \.isNewline).count == 1)
    #expect(inline.count { $0 == "\"" } == 2)
  }

  private func invisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
    default: false
    }
  }

  @Test func keepsOrdinaryLinesReadable() {
    let text = "10:31:02 ERROR pool exhausted: 50 of 50 in use (orders-db)\nretry in 3 s"
    #expect(
      fence.block(text, label: "log") == """
        BEGIN DATA log
        | 10:31:02 ERROR pool exhausted: 50 of 50 in use (orders-db)
        | retry in 3 s
        END DATA
        """)
    #expect(fence.inline("a \"b\"\nc") == "\"a 'b' / c\"")
  }

  @Test func saysWhatItCut() {
    let short = Fence(maximumCharacters: 20, maximumLines: 2)
    #expect(
      short.block("one two three four five\nsix\nseven", label: "log") == """
        BEGIN DATA log
        | one two three four
        | s
        (12 characters and 1 whole lines are not shown)
        END DATA
        """)
    #expect(short.block("one two three four five", label: "log").contains("characters"))
    #expect(short.inline("one two three four five six").hasSuffix("(9 characters are not shown)"))
  }

  @Test func cutsNoWordInHalf() {
    let short = Fence(maximumCharacters: 30, maximumLines: 2)
    #expect(!short.block("connecting with opensesame-opensesame now", label: "log").contains("opense"))
  }

  @Test func placeholdersSurvive() {
    var redaction = Redaction()
    let quoted = fence.inline(redaction.redact("mail from ada@example.com: password=opensesame"))
    #expect(quoted == "\"mail from ~email-1~: password=~secret-1~\"")
    #expect(redaction.restore(quoted) == "\"mail from ada@example.com: password=opensesame\"")
  }
}
